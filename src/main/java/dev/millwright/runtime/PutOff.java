package dev.millwright.runtime;

import dev.millwright.settings.Durations;
import dev.millwright.store.Trouble;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.tinylog.Logger;

/**
 * Rows of commands that take nothing now, as a trigger of the site refuses it: they are tried again
 * later, and hold no other back. Not safe for use by several threads.
 */
final class PutOff {

  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final TimeSource time;

  /** Not before when to try again; on the monotonic clock. */
  private final Map<UUID, Long> notBefore = new HashMap<>();

  PutOff(TimeSource time) {
    this.time = time;
  }

  /**
   * Puts one off.
   *
   * @param subject the first column of the log's line
   * @throws SQLException the same, when it is no matter of this row
   */
  void add(UUID command, String subject, SQLException e) throws SQLException {
    if (Trouble.of(e).isOfTheServer()) {
      throw e;
    }
    notBefore.put(command, time.nanos() + PAUSE.toNanos());
    Logger.warn(
        LogLine.of(
            subject,
            "command "
                + command
                + " cannot be written to, and is tried again in "
                + Durations.words(PAUSE)
                + ": "
                + LogLine.cause(e)));
  }

  boolean has(UUID command) {
    Long until = notBefore.get(command);
    if (until != null && time.nanos() - until >= 0) {
      notBefore.remove(command);
    }
    return notBefore.containsKey(command);
  }
}
