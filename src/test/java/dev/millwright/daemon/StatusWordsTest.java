package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code systemctl status} says in one line, the worst first. */
class StatusWordsTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  /** Whoever reads it has to know whether systemd is about to act. */
  @Test
  void aPageThatHangsIsNotToldAsADaemonThatHangs() {
    Overdue link = new Overdue("link A", Duration.ofSeconds(90), "", true);
    Overdue page = new Overdue("status board", Duration.ofSeconds(40), "", false);
    assertEquals("0 machines watched", words(List.of()));
    assertEquals("the page hangs: status board; 0 machines watched", words(List.of(page)));
    assertEquals(
        "HANGS, to be restarted: link A; the page hangs: status board; 0 machines watched",
        words(List.of(page, link)));
  }

  private static String words(List<Overdue> overdue) {
    Overview overview = new Overview(NOON, List.of(), new DatabaseSnapshot(true, NOON, null), null);
    return StatusWords.of(overview, overdue, null);
  }
}
