package dev.millwright.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Who has told it, and how the daemon fares. */
final class DaemonView {

  private DaemonView() {}

  /**
   * One string for each line; none where only the database was to be asked.
   *
   * @param daemon what it tells of itself; null where it has not
   * @param silent why it has not; null where it was not asked
   */
  static List<String> lines(DetailView daemon, String silent, Instant now) {
    List<String> lines = new ArrayList<>();
    if (daemon == null) {
      if (silent != null) {
        lines.add("from the database, where a row may be old: " + silent);
      }
      return lines;
    }
    lines.add(
        "daemon "
            + daemon.text("version")
            + ", process "
            + daemon.text("pid")
            + ", up "
            + Times.ago(daemon.instant("up_since"), now));
    boolean answers = "true".equals(daemon.text("database_answers"));
    lines.add(
        "database "
            + daemon.text("database")
            + (answers ? " answers, for " : " does NOT answer, for ")
            + Times.ago(daemon.instant("database_since"), now)
            + (daemon.has("database_trouble") ? ": " + daemon.text("database_trouble") : ""));
    if (daemon.has("journal_trouble")) {
      lines.add("journal cannot be asked: " + daemon.text("journal_trouble"));
    }
    return lines;
  }
}
