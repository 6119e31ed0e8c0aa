package dev.millwright.consolidation;

import java.time.Duration;

/**
 * One try at a phase.
 *
 * @param number 1 for the first
 * @param beginNanos when it could begin, by {@link System#nanoTime}
 */
record Attempt(int number, long beginNanos) {

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - beginNanos);
  }
}
