package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.JournalException.Kind;
import dev.millwright.journal.Taken.End;
import dev.millwright.settings.DataSize;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I6 rests on it: what was taken on and how it ended is known after a crash. */
class TakenCommandsTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("journal.db");
  }

  /** The n-th, so that they come in this order. */
  private static Taken taken(int n) {
    return new Taken(new UUID(0, n), "PRESS-ü", UUID.randomUUID(), null);
  }

  @Test
  void everyFieldComesBackUntilItIsForgotten() throws Exception {
    Taken open = taken(1);
    Taken completed = taken(2).with(new End(true, null, UUID.randomUUID()));
    Taken failed = taken(3).with(new End(false, "Öl 🛢\n\"'--", null));
    try (Journal journal = open(path())) {
      journal.commands().take(List.of(open, completed, failed), false);
      journal.commands().end(List.of(completed, failed));
    }
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(List.of(open, completed, failed), journal.commands().all());
      journal.commands().forget(List.of(completed.id(), new UUID(9, 9)));
      append(journal, "PRESS-ü", 0);
    }
    try (Journal journal = open(path())) {
      assertEquals(List.of(open, failed), journal.commands().all());
      assertEquals(1, journal.count().waiting(), "transitions are apart from commands");
    }
  }

  /** A command that is under way is not taken a second time, and nothing goes with the mistake. */
  @Test
  void oneThatIsTakenIsNotTakenAgain() throws Exception {
    try (Journal journal = open(path())) {
      Taken first = taken(1);
      journal.commands().take(List.of(first), false);
      assertThrows(
          JournalException.class,
          () -> journal.commands().take(List.of(taken(2), taken(1)), false));
      assertEquals(List.of(first), journal.commands().all());
    }
  }

  /** I7: a full journal takes no start, but a stop, and how each one ended. */
  @Test
  void aStopIsTakenByAFullJournal() throws Exception {
    JournalSettings small = new JournalSettings(path(), DataSize.ofMebibytes(1));
    try (Journal journal = Journal.open(small, Samples.NOW)) {
      Taken before = taken(1);
      journal.commands().take(List.of(before), false);
      long seq = 0;
      JournalException full = null;
      while (full == null) {
        assertTrue(seq < 1_000_000, "it never fills");
        try {
          append(journal, "A", seq, 50);
          seq += 50;
        } catch (JournalException e) {
          full = e;
        }
      }
      JournalException refused =
          assertThrows(
              JournalException.class, () -> journal.commands().take(List.of(taken(2)), false));
      assertEquals(Kind.FULL, refused.kind());
      Taken stop = taken(3);
      journal.commands().take(List.of(stop), true);
      Taken ended = before.with(new End(false, "x".repeat(100_000), null));
      journal.commands().end(List.of(ended));
      List<Taken> all = journal.commands().all();
      assertEquals(stop, all.get(1));
      assertEquals(
          TakenCommands.MESSAGE_CHARACTERS,
          all.get(0).end().message().length(),
          "a message is bounded");
    }
  }
}
