package dev.millwright.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Machines whose rows cannot be written for a reason of their own. Each pauses for twice as long
 * each time in a row, up to a limit (I8): a batch with one of them has to go one by one.
 *
 * <p>Not safe for use by several threads.
 */
final class Aside {

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** How long, and since when on the monotonic clock. */
  private record Pause(Duration length, long since) {}

  private final TimeSource time;

  /** Kept after its end, so that the next one is longer. */
  private final Map<String, Pause> pauses = new HashMap<>();

  Aside(TimeSource time) {
    this.time = time;
  }

  /** Once more it could not be written. */
  void put(String machine) {
    Pause before = pauses.get(machine);
    Duration longer = before == null ? FIRST : before.length().multipliedBy(2);
    pauses.put(machine, new Pause(longer.compareTo(LONGEST) < 0 ? longer : LONGEST, time.nanos()));
  }

  /** The trouble is over. */
  void end(String machine) {
    pauses.remove(machine);
  }

  /** Whether no machine is in trouble, pausing or about to be tried again. */
  boolean isEmpty() {
    return pauses.isEmpty();
  }

  /** The machines whose pause lasts. */
  Set<String> pausing() {
    long now = time.nanos();
    return pauses.entrySet().stream()
        .filter(entry -> now - entry.getValue().since() < entry.getValue().length().toNanos())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
