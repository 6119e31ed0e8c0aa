package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of the file is what is in it, whatever became of a commit. */
class TailsTest {

  private static final Known FIRST = Samples.idle("A", 7);
  private static final Known NEXT = Samples.idle("A", 8);

  @TempDir Path folder;

  @Test
  void whatWasRolledBackIsForgotten() throws Exception {
    try (JournalFile file = file()) {
      file.begin(true);
      file.tails().know(FIRST);
      file.commit();
      file.begin(true);
      file.tails().know(NEXT);
      file.tails().know(Samples.idle("B", 1));
      assertEquals(Tail.of(NEXT), file.tails().of("A"));
      file.rollback();
      assertEquals(Tail.of(FIRST), file.tails().of("A"));
      assertNull(file.tails().of("B"));
      file.begin(true);
      file.tails().forget("A");
      assertNull(file.tails().of("A"));
      file.rollback();
      assertEquals(Tail.of(FIRST), file.tails().of("A"));
    }
  }

  /** It is asked anew by whoever opens the file next. */
  @Test
  void whatIsKnownIsInTheFile() throws Exception {
    try (JournalFile file = file()) {
      file.begin(true);
      file.tails().know(FIRST);
      file.tails().know(NEXT);
      file.commit();
    }
    try (JournalFile file = file()) {
      assertEquals(Tail.of(NEXT), file.tails().of("A"));
    }
  }

  /**
   * Of two who share a commit one fails: it is rolled back for both, and the other one is done
   * again alone, from where the file stands then.
   */
  @Test
  void aSharedCommitThatFailsLeavesTheOthersWhereTheyWere() throws Exception {
    try (JournalFile file = file();
        Commits commits = new Commits(file)) {
      commits.write("fails", () -> file.tails().know(FIRST));
      List<Tail> seen = new ArrayList<>();
      try (Holding holding = Holding.of(commits)) {
        holding.waiting(
            () ->
                commits.write(
                    "fails",
                    () -> {
                      seen.add(file.tails().of("A"));
                      file.tails().know(NEXT);
                    }));
        holding.waiting(
            () -> assertThrows(JournalException.class, () -> commits.write("fails", this::fail)));
      }
      assertEquals(List.of(Tail.of(FIRST), Tail.of(FIRST)), seen, "done together, then alone");
      assertEquals(Tail.of(NEXT), file.tails().of("A"));
    }
  }

  private void fail() throws SQLException {
    throw new SQLException("mistaken");
  }

  private JournalFile file() throws JournalException {
    return JournalFile.open(Samples.settings(folder.resolve("journal.db")), Samples.NOW);
  }
}
