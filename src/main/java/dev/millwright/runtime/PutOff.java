package dev.millwright.runtime;

import dev.millwright.settings.Durations;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Rows of commands that take nothing now, as a trigger of the site refuses it: they are tried again
 * later, and hold no other back. Not safe for use by several threads.
 */
final class PutOff {

  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** Locks are short, unless a person holds them. */
  private static final Duration LOCKED = Duration.ofSeconds(1);

  private final TimeSource time;
  private final Complaints complaints;

  /** Not before when to try again; on the monotonic clock. */
  private final Map<UUID, Long> notBefore = new HashMap<>();

  PutOff(TimeSource time) {
    this.time = time;
    this.complaints = new Complaints("commands", time, true);
  }

  /**
   * Puts one off.
   *
   * @param machine as its row has it
   * @throws SQLException the same, when it is no matter of this row
   */
  void add(UUID command, String machine, SQLException e) throws SQLException {
    if (Trouble.of(e).isOfTheServer()) {
      throw e;
    }
    notBefore.put(command, time.nanos() + PAUSE.toNanos());
    complaints.trouble(
        command + " " + e.getSQLState(),
        machine
            + ": command "
            + command
            + " cannot be written to, and is tried again every "
            + Durations.words(PAUSE)
            + ": "
            + LogLine.cause(e));
  }

  /** Somebody keeps its row locked. */
  void addLocked(UUID command) {
    notBefore.put(command, time.nanos() + LOCKED.toNanos());
  }

  boolean has(UUID command) {
    Long until = notBefore.get(command);
    if (until != null && time.nanos() - until >= 0) {
      notBefore.remove(command);
    }
    return notBefore.containsKey(command);
  }
}
