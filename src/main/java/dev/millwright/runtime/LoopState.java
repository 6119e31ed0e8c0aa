package dev.millwright.runtime;

/**
 * How a thread of the daemon fares.
 *
 * @param name what it does, such as {@code delivery}
 * @param trouble why it makes no progress, in words; null when it does
 */
public record LoopState(String name, String trouble) {

  /** Of a thread that has to be there. */
  public static LoopState of(Thread thread, Heartbeat heartbeat) {
    Heartbeat.Overdue overdue = heartbeat.overdue();
    String trouble = overdue == null ? null : "silent for " + overdue.silent().toSeconds() + " s";
    return new LoopState(thread.getName(), thread.isAlive() ? trouble : "its thread is not there");
  }
}
