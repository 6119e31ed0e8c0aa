package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Journal.Count;
import dev.millwright.testing.SqliteFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cell that makes no sense is the trouble of one machine, and no record of it is deleted. */
class JournalUnreadableTest {

  @TempDir Path folder;
  private Journal journal;
  private final List<Unreadable> told = new ArrayList<>();

  /** Entries 1 to 3 are of A, 4 and 5 of B, 6 of C. */
  @BeforeEach
  void fill() throws JournalException {
    journal = open(folder.resolve("journal.db"));
    append(journal, "A", 0, 3);
    append(journal, "B", 0, 2);
    append(journal, "C", 0);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void edit(String... statements) throws Exception {
    journal.close();
    SqliteFile.execute(folder.resolve("journal.db"), statements);
    journal = open(folder.resolve("journal.db"));
  }

  private List<Long> next() throws JournalException {
    Batch next = journal.fair(null, 100, Set.of());
    told.clear();
    told.addAll(next.unreadable());
    return ids(next.entries());
  }

  private static List<Long> ids(List<Entry> entries) {
    return entries.stream().map(Entry::id).toList();
  }

  /** What follows on an unreadable entry must not be sent before it (I3). */
  @Test
  void deliveryGetsWhatIsBeforeAnUnreadableEntryAndTheOtherMachines() throws Exception {
    edit("UPDATE entry SET transition_id = 'x' WHERE id = 2");
    assertEquals(List.of(1L, 4L, 5L, 6L), next());
    assertEquals(List.of(), told, "not yet: what is before it comes first");
    Samples.confirm(journal, 1L, 4L);
    assertEquals(List.of(5L, 6L), next());
    assertEquals(1, told.size());
    assertTrue(told.get(0).toString().startsWith("entry 2 of A cannot be read: "), told.toString());
    assertTrue(journal.waits("A"));
    assertEquals(List.of(), journal.oldest("A", 9));
  }

  @Test
  void anUnreadableEntryCanBeQuarantinedWithWhatFollows() throws Exception {
    edit("UPDATE entry SET to_status = 'happy' WHERE id = 1");
    assertEquals(List.of(4L, 5L, 6L), next());
    journal.quarantineAll("A", told.get(0).toString());
    assertEquals(new Count(3, 3), journal.count(), "nothing is deleted");
    assertEquals(List.of(4L, 5L, 6L), next());
    assertEquals(List.of(), told);
  }

  @Test
  void whatCanBeReadIsShownPageByPageAndTheRestTold() throws Exception {
    edit("UPDATE entry SET row_id = 'x' WHERE machine = 'A'");
    assertEquals(List.of(4L, 5L), ids(journal.all(0, 2, told::add)));
    assertEquals(List.of(1L, 2L, 3L), told.stream().map(Unreadable::id).toList());
    assertEquals(List.of(6L), ids(journal.all(5, 2)));
  }

  @Test
  void whatIsKnownOfOneMachineSpoilsNoOther() throws Exception {
    edit("UPDATE known SET since = 'yesterday' WHERE machine = 'B'");
    assertEquals(Set.of("A", "C"), journal.known(told::add).keySet());
    assertEquals(1, told.size());
    assertTrue(
        told.get(0).toString().startsWith("what is known of B cannot be read: "), told.toString());
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), next(), "what waits of it can be delivered");
  }

  /** SQLite's quick look does not compare indexes with tables. */
  @Test
  void anEntryThatOnlyAnIndexHasIsDamage() throws Exception {
    journal.close();
    Path file = folder.resolve("journal.db");
    SqliteFile.execute(
        file,
        "CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'entry_waiting'",
        "PRAGMA writable_schema = ON",
        "DELETE FROM sqlite_schema WHERE name = 'entry_waiting'");
    SqliteFile.execute(
        file,
        "DELETE FROM entry WHERE id = 1",
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_schema SELECT * FROM hidden",
        "DROP TABLE hidden");
    journal = open(file);
    JournalException damage =
        assertThrows(JournalException.class, () -> journal.fair(null, 100, Set.of()));
    assertTrue(
        damage.getMessage().contains("is damaged (entry 1 of A is in an index only)"),
        damage.getMessage());
    assertThrows(JournalException.class, () -> journal.oldest("A", 1));
    assertEquals(5, journal.all(0, 100).size(), "what is there can be seen");
  }
}
