package dev.millwright.runtime;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/** The lines that a technician reads: the subject first, in a column of its own. */
public final class LogLine {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS");

  private static final int MAX_CAUSE = 2_000;

  /** What Java puts before a message that it has from another exception. */
  private static final Pattern CLASS_NAME = Pattern.compile("\\b(?:\\w+\\.)+\\w[\\w$]*Exception: ");

  private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

  private static final LongAdder LEFT_OUT = new LongAdder();

  private LogLine() {}

  /** The log has not got a line, as it was to be flooded or could not take it. */
  public static void countLeftOut() {
    LEFT_OUT.increment();
  }

  /** How many lines the log has not got since the start. */
  public static long leftOut() {
    return LEFT_OUT.sum();
  }

  /** One line about a machine, or about another subject such as {@code database}. */
  public static String of(String subject, String message) {
    return LogFields.of(subject).with(line(subject, message));
  }

  private static String line(String subject, String message) {
    StringBuilder line = new StringBuilder(subject.length() + message.length() + 16);
    column(line, 12, subject);
    return line.append("  ").append(oneLine(message)).toString();
  }

  /** Left-aligned; without {@code format}, which would take longer than the rest of the line. */
  private static void column(StringBuilder line, int width, String words) {
    int end = line.length() + width;
    line.append(words);
    while (line.length() < end) {
      line.append(' ');
    }
  }

  /**
   * One line for one transition, such as {@code PRESS-01 idle → processing start recipe=R42
   * process=… (state 0 → 1) seq=118}.
   *
   * @param before the raw state before, null when not known
   * @param now the raw state that it was concluded from, null when none
   */
  static String of(String machine, Transition t, String before, String now) {
    StringBuilder line = new StringBuilder();
    column(line, 24, t.from().status().word() + " → " + t.to().status().word());
    line.append("  ");
    column(line, 10, t.event());
    Detail detail = t.detail();
    add(line, "recipe", detail.recipe());
    add(line, "batch", detail.batch());
    add(line, "process", t.processId());
    add(line, "cycle", detail.cycle());
    if (detail.order() != null) {
      add(line, "operator", detail.order().operator());
      add(line, "command", detail.order().command());
    }
    add(line, "missed_runs", detail.missedRuns() == 0 ? null : detail.missedRuns());
    if (t.to().failure() != null && !t.keepsFailure()) {
      add(line, "component", t.to().failure().component());
      line.append("  \"").append(t.to().failure().description()).append('"');
    }
    add(line, "voided", detail.voided() == 0 ? null : detail.voided());
    if (detail.outcomeUnknown()) {
      line.append("  outcome unknown");
    }
    if (detail.inferred() != null) {
      line.append("  inferred ").append(words(detail.inferred()));
    }
    if (detail.reason() != null) {
      line.append("  ").append(detail.reason());
    }
    if (now != null) {
      line.append("  (state ").append(before == null ? "?" : before).append(" → ").append(now);
      line.append(')');
    }
    line.append("  seq=").append(t.to().seq());
    return LogFields.of(machine, t).with(line(machine, line.toString()));
  }

  private static void add(StringBuilder line, String key, Object value) {
    if (value != null) {
      line.append("  ").append(key).append('=').append(value);
    }
  }

  private static String words(Window window) {
    return window.after() == null
        ? "(not seen before)"
        : "(between " + local(window.after()) + " and " + local(window.before()) + ")";
  }

  private static String local(Instant instant) {
    return TIME.format(instant.atZone(ZoneId.systemDefault()));
  }

  /** A failure and its causes in words, each once, on one line, without stack traces. */
  public static String cause(Throwable failure) {
    StringBuilder words = new StringBuilder();
    // Ten deep at most: chains of causes can be circles.
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
      String message = cause.getMessage() == null ? "" : oneLine(cause.getMessage()).strip();
      if (cause.getCause() != null && message.contains("request timed out after")) {
        continue; // the pool's own words, in front of those that say why
      } else if (message.isEmpty() && words.length() > 0) {
        continue; // a class's name adds nothing to words
      }
      message = CLASS_NAME.matcher(message).replaceAll("");
      if (message.isEmpty()) {
        message = cause.getClass().getSimpleName();
      }
      if (words.indexOf(message) < 0) {
        words.append(words.length() == 0 ? "" : ": ").append(message);
      }
    }
    return words.length() <= MAX_CAUSE ? words.toString() : words.substring(0, MAX_CAUSE) + "…";
  }

  /** Looks for ends of lines first: nearly all words have none. */
  private static String oneLine(String words) {
    for (int i = 0; i < words.length(); i++) {
      if (endsLine(words.charAt(i))) {
        return BREAK.matcher(words).replaceAll(" ");
      }
    }
    return words;
  }

  /** As {@code \R} does in a pattern. */
  private static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r') || c == '\u0085' || c == '\u2028' || c == '\u2029';
  }
}
