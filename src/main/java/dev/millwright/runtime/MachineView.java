package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.recipe.TagKind;
import dev.millwright.recipe.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a machine showed last, tag by tag. Not safe for use by several threads. */
final class MachineView implements View {

  private record Read(Object value, long at) {}

  private final Map<String, TagKind> kinds;
  private final long staleAfter;
  private final Map<String, Read> read = new HashMap<>();

  /** What the machine has taken, and has shown since or not. */
  private final Map<String, Read> written = new HashMap<>();

  private long now;
  private Long contact;

  /**
   * @param kinds what is known of the tags
   * @param staleAfter how old a value may be
   */
  MachineView(Map<String, TagKind> kinds, Duration staleAfter) {
    this.kinds = kinds;
    this.staleAfter = staleAfter.toNanos();
  }

  /** Takes what the machine shows. */
  void see(Observation observation, long at) {
    now = at;
    observation
        .values()
        .forEach(
            (tag, value) -> {
              if (value.quality() == Quality.GOOD) {
                long readAt = at - observation.age(tag).atMost().toNanos();
                read.put(tag, new Read(value.value(), readAt));
                contact = contact == null || readAt - contact > 0 ? (Long) readAt : contact;
              } else {
                read.remove(tag);
              }
            });
  }

  /** The machine has confirmed a write. */
  void wrote(TagWrite write, long at) {
    written.put(write.tag(), new Read(write.value(), at));
  }

  /**
   * The same with what was written since it was shown last: what is shown is late, and the machine
   * has said itself that it took the write.
   */
  View asWritten() {
    return new View() {
      @Override
      public Object value(String tag) {
        Read last = latest(tag);
        return last == null ? null : last.value();
      }

      @Override
      public long readAt(String tag) {
        Read last = latest(tag);
        return last == null ? now : last.at();
      }
    };
  }

  private Read latest(String tag) {
    Read shown = fresh(tag);
    Read last = written.get(tag);
    return shown == null || last == null || last.at() - shown.at() < 0 ? shown : last;
  }

  /** Null when it is not good or too old. */
  private Read fresh(String tag) {
    Read last = read.get(tag);
    return last == null || now - last.at() > staleAfter ? null : last;
  }

  /** Time goes on. */
  MachineView at(long moment) {
    now = moment;
    return this;
  }

  /** When any tag was good last, on the monotonic clock; null when never. */
  Long contact() {
    return contact;
  }

  @Override
  public Object value(String tag) {
    Read last = fresh(tag);
    return last == null ? null : last.value();
  }

  /** The same as text; null when it is not known. */
  String text(String tag) {
    Object value = tag == null ? null : value(tag);
    return value == null ? null : TagValue.good(value, null).text();
  }

  /**
   * What the machine says is wrong with it, in words; null when nothing is.
   *
   * @param by how it says so; null when it does not
   */
  String fault(DriveSettings.Fault by) {
    String value = by == null ? null : text(by.tag());
    if (value == null || !by.values().contains(value)) {
      return null;
    }
    String text = text(by.text());
    return text == null || text.isEmpty() ? by.tag() + " = " + value : text;
  }

  @Override
  public long readAt(String tag) {
    Read last = read.get(tag);
    return last == null ? now : last.at();
  }

  /** What is known of the tags, also from what they show. */
  Map<String, TagKind> kinds() {
    Map<String, TagKind> all = new HashMap<>(kinds);
    all.replaceAll((tag, kind) -> kind.type() == null ? shown(tag, kind) : kind);
    return all;
  }

  private TagKind shown(String tag, TagKind kind) {
    Read last = read.get(tag);
    if (last == null || last.value() instanceof Long) {
      // Over a serial line, a whole number may be a truth as well, or a real one without its end.
      return kind;
    }
    TagKind.Type type =
        last.value() instanceof Boolean
            ? TagKind.Type.BOOLEAN
            : last.value() instanceof Double ? TagKind.Type.REAL : TagKind.Type.TEXT;
    return new TagKind(
        type, kind.min(), kind.max(), kind.readable(), kind.writable(), kind.unit(), kind.timed());
  }
}
