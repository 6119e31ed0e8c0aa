package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import java.util.Set;
import java.util.UUID;

/**
 * What a line of the log is about, for journals that keep fields beside the words. It goes with the
 * line from where that is made to the writer, on one thread.
 *
 * @param subject the first column
 * @param machine the serial number; null where the line is not about one machine
 * @param event of the transition; null where the line tells of none
 * @param process the run that it belongs to; null where it belongs to none, or that is not known
 */
public record LogFields(String subject, String machine, String event, UUID process) {

  /** Subjects that are no machines. */
  static final Set<String> PARTS =
      Set.of(
          "commands",
          "control",
          "daemon",
          "database",
          "journal",
          "log",
          "modbus",
          "opcua",
          "reload",
          "status",
          "systemd");

  /** The line that was made last on a thread, which is the one that is logged next on it. */
  private static final ThreadLocal<Made> LAST = new ThreadLocal<>();

  private record Made(String line, LogFields fields) {}

  /** About a subject, which is a machine unless it is known not to be. */
  static LogFields of(String subject) {
    boolean several = subject.contains(",") || subject.startsWith("decide ");
    return new LogFields(subject, several || PARTS.contains(subject) ? null : subject, null, null);
  }

  /** About a machine's transition. */
  static LogFields of(String machine, Transition transition) {
    UUID process = transition.processId();
    return new LogFields(machine, machine, transition.event(), process);
  }

  /** These are the fields of that line. */
  public String with(String line) {
    LAST.set(new Made(line, this));
    return line;
  }

  /** Null for a line that was not made by {@link LogLine}, such as a library's. */
  public static LogFields logged(String line) {
    Made made = LAST.get();
    return made == null || !made.line().equals(line) ? null : made.fields();
  }
}
