package dev.millwright.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Tells that a loop goes on: its thread beats each time around, and whoever watches asks whether a
 * beat is overdue. Nothing is overdue before the first beat, nor after the thread's end. Each loop
 * has one of its own, and one thread beats it.
 */
public final class Heartbeat {

  private static final int MOST_FRAMES = 12;

  private final Duration silence;
  private final TimeSource time;
  private final boolean vital;
  private volatile Thread thread;
  private volatile long beatNanos;

  /**
   * A loop that has not beaten in time.
   *
   * @param loop the name of its thread
   * @param silent since its last beat
   * @param stack where it is, innermost first, on one line
   * @param vital whether machines are not watched, or rows not written, as long as it hangs
   */
  public record Overdue(String loop, Duration silent, String stack, boolean vital) {}

  /**
   * @param silence for how long the loop may be silent in all that can rightly happen to it, as
   *     when everything that it asks for times out
   */
  public Heartbeat(Duration silence, TimeSource time) {
    this(silence, time, true);
  }

  private Heartbeat(Duration silence, TimeSource time, boolean vital) {
    this.silence = silence;
    this.time = time;
    this.vital = vital;
  }

  /** The same for a loop without which the daemon still does its work (decision 0125). */
  public static Heartbeat ofOnlooker(Duration silence, TimeSource time) {
    return new Heartbeat(silence, time, false);
  }

  /** The loop goes on. */
  public void beat() {
    beatNanos = time.nanos();
    if (thread != Thread.currentThread()) {
      thread = Thread.currentThread();
    }
  }

  /** Null while it goes on. */
  public Overdue overdue() {
    Thread beating = thread;
    Duration silent = Duration.ofNanos(time.nanos() - beatNanos);
    return beating == null || !beating.isAlive() || silent.compareTo(silence) <= 0
        ? null
        : new Overdue(beating.getName(), silent, stack(beating), vital);
  }

  /** Those of them that are overdue. */
  public static List<Overdue> overdue(Collection<Heartbeat> heartbeats) {
    return heartbeats.stream().map(Heartbeat::overdue).filter(Objects::nonNull).toList();
  }

  private static String stack(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .limit(MOST_FRAMES)
        .map(frame -> frame.getClassName() + "." + frame.getMethodName() + line(frame))
        .collect(Collectors.joining(" < "));
  }

  private static String line(StackTraceElement frame) {
    return frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber();
  }
}
