package dev.millwright.device.ascii;

import dev.millwright.device.TagValue;
import dev.millwright.device.serial.QuietLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gathers the answer to one query from pieces of any size, until every tag's pattern is in it.
 *
 * <p>A match counts only when more characters could not change it, so a value is never cut short:
 * {@code STATE=(\w+)} alone would take {@code RU} for {@code RUN}, and never matches here, while
 * {@code STATE=(\w+);} does. A pattern that matches twice is ambiguous: two replies came, or the
 * pattern also fits something else; neither is taken.
 */
final class ReplyFrame {

  /** The longest answer; a machine's is some tens. */
  static final int MAX_BYTES = 4_096;

  enum State {
    INCOMPLETE,
    COMPLETE,
    AMBIGUOUS,
    TOO_LONG,
    TOO_SLOW
  }

  private final String key;
  private final List<AsciiTag> tags;
  private final StringBuilder text = new StringBuilder();
  private final Map<String, TagValue> values = new LinkedHashMap<>();
  private State state = State.INCOMPLETE;
  private AsciiTag culprit;
  private boolean open;

  ReplyFrame(List<AsciiTag> tags) {
    this("reply", tags);
  }

  private ReplyFrame(String key, List<AsciiTag> tags) {
    this.key = key;
    this.tags = tags;
  }

  /** For what a machine says to a command. */
  static ReplyFrame to(String tag, AsciiCommand command) {
    return new ReplyFrame("confirm", List.of(new AsciiTag(tag, null, command.either())));
  }

  /** Takes the next piece; the state then is about all that came so far. */
  State add(byte[] piece, int count) {
    if (text.length() + count > MAX_BYTES) {
      state = State.TOO_LONG;
      return state;
    }
    for (int i = 0; i < count; i++) {
      text.append((char) (piece[i] & 0xff)); // ISO-8859-1
    }
    state = look();
    return state;
  }

  State state() {
    return state;
  }

  /** Whether nothing came at all. */
  boolean isEmpty() {
    return text.isEmpty() && state == State.INCOMPLETE;
  }

  /** Every tag's value, when complete. */
  Map<String, TagValue> values() {
    if (state != State.COMPLETE) {
      throw new IllegalStateException("no values: " + state);
    }
    return Map.copyOf(values);
  }

  /** All that came. */
  CharSequence text() {
    return text;
  }

  /** In words, why there are no values; for the end of "answer to X: …". */
  String problem() {
    return switch (state) {
      case COMPLETE -> throw new IllegalStateException("no problem");
      case TOO_LONG ->
          "more than " + MAX_BYTES + " bytes came, without an end: " + QuietLine.NOISE + "?";
      case TOO_SLOW -> key + " of tag " + culprit.name() + " takes too long to match: simplify it";
      case AMBIGUOUS ->
          key
              + " of tag "
              + culprit.name()
              + " matches more than once in "
              + Words.quoted(text)
              + ": two answers came, or it needs to say more of what is around the value";
      case INCOMPLETE -> incomplete();
    };
  }

  private State look() {
    values.clear();
    culprit = null;
    open = false;
    for (AsciiTag tag : tags) {
      Finder.Result result = Finder.find(tag.reply(), text);
      switch (result.found()) {
        case ONCE -> values.put(tag.name(), value(result.value()));
        case SEVERAL -> {
          culprit = tag;
          return State.AMBIGUOUS;
        }
        case TOO_SLOW -> {
          culprit = tag;
          return State.TOO_SLOW;
        }
        case OPEN, NOT -> open |= result.found() == Finder.Found.OPEN;
      }
    }
    return values.size() == tags.size() ? State.COMPLETE : State.INCOMPLETE;
  }

  private static TagValue value(String captured) {
    return captured == null
        ? TagValue.bad("the answer came without this value")
        : AsciiValue.of(captured);
  }

  private String incomplete() {
    if (text.isEmpty()) {
      return "nothing came";
    }
    String missing =
        tags.stream()
            .map(AsciiTag::name)
            .filter(name -> !values.containsKey(name))
            .collect(Collectors.joining(", "));
    return Words.quoted(text)
        + " came, without "
        + missing
        + (NoText.isIn(text) ? "; that is no text: " + QuietLine.NOISE + "?" : "")
        + (open ? "; end the pattern with what ends the value, such as ; or \\r" : "");
  }
}
