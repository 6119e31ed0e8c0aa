package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.MemoryWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I8: a log that a technician can read after a bad week. */
class ComplaintsTest {

  private final Scene scene = new Scene();

  @BeforeEach
  void forget() {
    MemoryWriter.clear();
  }

  @Test
  void theSameTroubleIsToldOnceAndEveryHour() {
    Complaints complaints = new Complaints("SUBJECT", scene.time, true);
    for (int second = 0; second < 2 * 3600 + 10; second++) {
      complaints.trouble("refused", "refused after " + second + " ms");
      scene.pass(Duration.ofSeconds(1));
    }
    complaints.well("works again");
    complaints.well("works again");
    assertEquals(
        List.of(
            "WARN SUBJECT       refused after 0 ms",
            "WARN SUBJECT       refused after 3600 ms",
            "WARN SUBJECT       refused after 7200 ms",
            "INFO SUBJECT       works again"),
        told());
  }

  /** A loose plug: open, broken, open, broken, five times a second for an hour. */
  @Test
  void whatFlapsIsToldTenTimesAndThenOnceAMinute() {
    Complaints complaints = new Complaints("SUBJECT", scene.time, false);
    for (int i = 0; i < 5 * 3600; i++) {
      complaints.well("open");
      complaints.trouble("broken", "broken");
      scene.pass(Duration.ofMillis(200));
    }
    assertEquals(Complaints.BURST + 59, told().size());
    assertTrue(told().get(20).endsWith("lines were left out before)"), told().get(20));
  }

  /** Words that differ each time are no way around the limit. */
  @Test
  void manyDifferentTroublesAreBoundedAsWell() {
    Complaints complaints = new Complaints("SUBJECT", scene.time, false);
    for (int i = 0; i < 1000; i++) {
      complaints.trouble("trouble " + i, "trouble " + i);
      complaints.note("note " + i);
    }
    assertEquals(Complaints.BURST, told().size());
  }

  /** The log's last word is not that a link is open which has been dead for a week. */
  @Test
  void whatWasLeftOutIsToldLaterIfItIsStillSo() {
    Complaints complaints = new Complaints("SUBJECT", scene.time, false);
    for (int i = 0; i < Complaints.BURST / 2; i++) {
      complaints.trouble("broken", "broken");
      complaints.well("open");
    }
    complaints.trouble("dead", "dead");
    assertEquals("INFO SUBJECT       open", told().get(told().size() - 1));
    scene.pass(Complaints.REFILL);
    complaints.trouble("dead", "dead");
    assertEquals(
        "WARN SUBJECT       dead (1 line was left out before)", told().get(told().size() - 1));
    int before = told().size();
    scene.pass(Complaints.REFILL);
    complaints.trouble("dead", "dead");
    assertEquals(before, told().size());
  }

  private static List<String> told() {
    return MemoryWriter.of("SUBJECT");
  }
}
