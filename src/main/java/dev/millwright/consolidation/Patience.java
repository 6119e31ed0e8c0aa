package dev.millwright.consolidation;

import java.time.Duration;

/**
 * How long a runner waits for others, so that others never wait long for it: a request for a lock
 * that waits makes everybody behind it wait too. So it waits shortly, gives the phase up as a
 * whole, pauses, and tries again.
 *
 * @param runnerWait how long to wait for another runner to end; 1 ms or more
 * @param lockTimeout how long a phase waits for each lock that it needs; 1 ms to 1 s
 * @param attempts how often to try a phase; 1 or more
 * @param pause after the first attempt; each one is longer by as much, so that it does not keep in
 *     step with what others do regularly
 */
record Patience(Duration runnerWait, Duration lockTimeout, int attempts, Duration pause) {

  /** Gives up after about a minute. */
  static final Patience DEFAULT =
      new Patience(Duration.ofSeconds(10), Duration.ofMillis(400), 20, Duration.ofMillis(250));

  Patience {
    // PostgreSQL takes 0 for no limit.
    if (runnerWait.toMillis() < 1
        || lockTimeout.toMillis() < 1
        || lockTimeout.toMillis() > 1_000
        || attempts < 1
        || pause.isNegative()) {
      throw new IllegalArgumentException(
          String.format(
              "runnerWait=%s is 1 ms or more, lockTimeout=%s is 1 ms to 1 s, attempts=%d is 1 or"
                  + " more, pause=%s is not negative",
              runnerWait, lockTimeout, attempts, pause));
    }
  }
}
