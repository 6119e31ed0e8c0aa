package dev.millwright.journal;

import static dev.millwright.journal.Samples.NOW;
import static dev.millwright.journal.Samples.ROW;
import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.SqliteFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is found in the journal's place and is not a journal of ours is set aside whole: kept byte
 * for byte what it was, and never overwritten. Complaint 20: a buffer destroyed on the next start.
 */
class JournalFoundTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("journal.db");
  }

  /** The files of the journal and their checksums, by the name without the journal's own. */
  private Map<String, String> sums(String name) throws Exception {
    Map<String, String> sums = new TreeMap<>();
    for (String part : new String[] {"", "-wal", "-shm", "-journal"}) {
      Path file = folder.resolve(name + part);
      if (Files.exists(file)) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        sums.put(part, HexFormat.of().formatHex(sum));
      }
    }
    return sums;
  }

  /** Opens; what was there must be whole under the given name, and the new journal must work. */
  private String assertSetAside(String aside) throws Exception {
    Map<String, String> before = sums("journal.db");
    String said;
    try (Journal journal = open(path())) {
      said = journal.setAside();
      assertNotNull(said);
      assertTrue(said.contains(folder.resolve(aside).toString()), said);
      Map<String, String> after = sums(aside);
      // SQLite makes an empty log when it opens a journal; that holds nothing.
      if (!before.containsKey("-wal") && after.containsKey("-wal")) {
        assertEquals(0, Files.size(folder.resolve(aside + "-wal")));
        after.remove("-wal");
      }
      assertEquals(before, after, said);
      assertEquals(0, journal.count().waiting());
      append(journal, "A", 0);
    }
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(1, journal.count().waiting());
    }
    return said;
  }

  private String assertSetAside() throws Exception {
    return assertSetAside("journal.db.set-aside-20261120T090000Z");
  }

  private void filled(int entries) throws Exception {
    try (Journal journal = open(path())) {
      append(journal, "A", 0, entries);
    }
  }

  /** A journal as kill -9 leaves it: most of it is in the log, which has to go along. */
  private void filledAndKilled(int entries) throws Exception {
    Path crashed = Files.createDirectories(folder.resolve("crashed"));
    try (Journal journal = open(path())) {
      long from = journal.count().waiting();
      for (int i = 0; i < entries; i++) {
        append(journal, "A", from + i);
      }
      Files.copy(path(), crashed.resolve("journal.db"));
      Files.copy(folder.resolve("journal.db-wal"), crashed.resolve("journal.db-wal"));
    }
    Files.move(
        crashed.resolve("journal.db"), path(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.move(crashed.resolve("journal.db-wal"), folder.resolve("journal.db-wal"));
  }

  private void sql(String... statements) throws Exception {
    SqliteFile.execute(path(), statements);
  }

  private void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(bytes);
    }
  }

  @Test
  void aForeignFile() throws Exception {
    Files.writeString(path(), "# my notes\n".repeat(5000));
    assertTrue(assertSetAside().contains("it is no SQLite file"));
  }

  @Test
  void aFewBytes() throws Exception {
    Files.writeString(path(), "x");
    assertTrue(assertSetAside().contains("it is no SQLite file"));
  }

  @Test
  void anSqliteFileOfAnotherProgram() throws Exception {
    sql("PRAGMA journal_mode = WAL", "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)");
    assertTrue(assertSetAside().contains("an SQLite file of another program"));
  }

  /** A daemon that was set back to an older version must not touch what the newer one wrote. */
  @Test
  void aNewerJournal() throws Exception {
    filled(10);
    sql("PRAGMA user_version = 4");
    assertTrue(
        assertSetAside()
            .contains("a journal of version 4, and this program knows versions 1 to 3"));
  }

  /** What an older version could not deliver is delivered by this one: nothing is set aside. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anOlderJournalIsBroughtUpToDate(int version) throws Exception {
    filled(10);
    // Until 2026-11-22 the table was made with an index of its own.
    sql(
        "CREATE UNIQUE INDEX own ON entry (transition_id)",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'transition_id  TEXT NOT NULL',"
            + " 'transition_id  TEXT NOT NULL UNIQUE') WHERE name = 'entry'",
        "UPDATE sqlite_schema SET name = 'sqlite_autoindex_entry_1', sql = NULL"
            + " WHERE name = 'own'");
    if (version < 3) {
      setBack(version);
    }
    String wrong = Journal.verify(Samples.settings(path()), NOW).wrong();
    if (version < 3) {
      assertTrue(wrong.contains("a sound journal of version " + version), wrong);
    } else {
      assertNull(wrong);
    }
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(10, journal.count().waiting());
      assertEquals(Set.of("A"), journal.known().keySet());
      append(journal, "A", 10);
      journal.commands().take(List.of(new Taken(ROW, "A", ROW, null)), false);
      Samples.confirm(journal, 1L);
    }
    assertEquals(new Verdict(null, 10, 1, 1, 0), Journal.verify(Samples.settings(path()), NOW));
  }

  private void setBack(int version) throws Exception {
    sql(
        "DROP TABLE command",
        "DROP TABLE drive",
        "DROP TABLE recipe",
        "ALTER TABLE entry DROP COLUMN command",
        "ALTER TABLE entry DROP COLUMN operator",
        "ALTER TABLE entry DROP COLUMN ordered_for",
        "ALTER TABLE entry DROP COLUMN recipe_hash",
        "ALTER TABLE entry DROP COLUMN pulses",
        "ALTER TABLE entry DROP COLUMN overrun_worst",
        "ALTER TABLE entry DROP COLUMN overrun_p999",
        "PRAGMA user_version = 2");
    if (version == 1) {
      sql(
          "ALTER TABLE entry DROP COLUMN batch",
          "ALTER TABLE known DROP COLUMN batch",
          "PRAGMA user_version = 1");
    }
  }

  /** The newer daemon was killed: its mark is in the log only, and SQLite must not move it. */
  @Test
  void aNewerJournalThatWasKilled() throws Exception {
    filled(10);
    Path crashed = Files.createDirectory(folder.resolve("crashed"));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path());
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 4");
      Files.copy(path(), crashed.resolve("a"));
      Files.copy(folder.resolve("journal.db-wal"), crashed.resolve("b"));
    }
    Files.move(crashed.resolve("a"), path(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.move(crashed.resolve("b"), folder.resolve("journal.db-wal"));
    assertTrue(assertSetAside().contains("a journal of version 4"));
  }

  @Test
  void aJournalWithoutItsTables() throws Exception {
    filled(1);
    sql("DROP TABLE known");
    assertTrue(assertSetAside().contains("it has not the journal's tables"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 60, 99, 100, 4095, 4096, 5000, 40960, -4096, -1})
  void aTruncatedJournal(int length) throws Exception {
    filled(300);
    try (RandomAccessFile file = new RandomAccessFile(path().toFile(), "rw")) {
      file.setLength(length > 0 ? length : file.length() + length);
    }
    assertTrue(assertSetAside().contains(length < 16 && length > 0 ? "no SQLite" : "is damaged"));
  }

  /** In the header, the tables, the indexes: whatever page it is. */
  @Test
  void aDamagedJournal() throws Exception {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    Random random = new Random(seed);
    filled(300);
    byte[] whole = Files.readAllBytes(path());
    int pages = whole.length / 4096;
    for (int page = 0; page < pages; page += 1 + random.nextInt(8)) {
      byte[] damaged = whole.clone();
      // A page begins with what kind it is; on the first one that comes after the header.
      int at = page * 4096 + (page == 0 ? 100 : 0);
      for (int i = 0; i < 12; i++) {
        damaged[at + i] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(path(), damaged);
      try (Journal journal = Journal.open(Samples.settings(path()), NOW.plusSeconds(page))) {
        String said = journal.setAside();
        assertNotNull(said, "page " + page + ", -Dmillwright.seed=" + seed);
        assertTrue(said.contains("is damaged ("), said);
        Path aside = Path.of(said.replaceAll(".* kept as (\\S+), .*", "$1"));
        assertEquals(-1, java.util.Arrays.mismatch(damaged, Files.readAllBytes(aside)), said);
      }
    }
  }

  /** Closing it in its place would have moved the log into it. */
  @Test
  void aDamagedJournalAsKillLeftItGoesWithItsLog() throws Exception {
    filled(300);
    filledAndKilled(50);
    // Of some of these the log has a good copy; of those that were not written to it has none.
    for (int at = 4096; at < Files.size(path()); at += 4096) {
      overwrite(path(), at, "garbage garbage garbage".getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(Samples.pagesOfLog(path()) > 50);
    assertTrue(assertSetAside().contains("is damaged"));
  }

  /** A new file under the name would be given the old log, and be neither. */
  @Test
  void aLogWhoseJournalIsGone() throws Exception {
    filledAndKilled(20);
    Files.delete(path());
    assertTrue(assertSetAside().contains("is gone and has left journal.db-wal"));
  }

  /** It was killed before it wrote anything. */
  @Test
  void anEmptyLogWhoseJournalIsGone() throws Exception {
    Files.write(folder.resolve("journal.db-wal"), new byte[4 << 20]);
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      append(journal, "A", 0);
    }
    assertEquals(1, Journal.verify(Samples.settings(path()), NOW).entries());
  }

  /** SQLite deletes the log of an empty file. */
  @Test
  void aLogWhoseJournalIsEmpty() throws Exception {
    filledAndKilled(20);
    Files.write(path(), new byte[0]);
    assertTrue(assertSetAside().contains("is gone and has left journal.db-wal"));
  }

  /** Never overwritten: not by the next one either, in the same second. */
  @Test
  void aSecondAndAThirdTime() throws Exception {
    String first = "journal.db.set-aside-20261120T090000Z";
    Files.writeString(path(), "first");
    assertSetAside(first);
    Files.writeString(path(), "second");
    assertSetAside(first + "-2");
    Files.writeString(path(), "third");
    assertSetAside(first + "-3");
    assertEquals("first", Files.readString(folder.resolve(first)));
    assertEquals("second", Files.readString(folder.resolve(first + "-2")));
  }

  /** The end of a log that a power cut left half-written is no damage: it was never promised. */
  @Test
  void aHalfWrittenCommitIsNotThereAndTheRestIs() throws Exception {
    filledAndKilled(20);
    Path log = folder.resolve("journal.db-wal");
    long end = 32 + (long) Samples.FRAME * Samples.pagesOfLog(path());
    overwrite(log, end - 100, new byte[100]);
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(19, journal.count().waiting());
      assertEquals(19, journal.known().get("A").state().seq());
    }
  }

  /**
   * The daemon died while it made the journal: what it left is no journal yet, and in nobody's way.
   */
  @Test
  void aHalfMadeJournalIsMadeAnew() throws Exception {
    Files.writeString(folder.resolve("journal.db.new"), "half");
    Files.writeString(folder.resolve("journal.db.new-journal"), "half");
    filled(3);
    assertFalse(Files.exists(folder.resolve("journal.db.new")));
    assertFalse(Files.exists(folder.resolve("journal.db.new-journal")));
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(3, journal.count().waiting());
    }
  }

  /** {@code journal verify}: for a look, with nothing set aside and nothing left behind. */
  @Test
  void verifyingChangesNothing() throws Exception {
    JournalSettings settings = Samples.settings(path());
    filled(300);
    assertVerified(settings, null);
    filledAndKilled(20);
    assertVerified(settings, null);
    Verdict sound = Journal.verify(settings, NOW);
    assertEquals(new Verdict(null, 320, 1, 0, 0), sound);
    for (int at = 4096; at < Files.size(path()); at += 4096) {
      overwrite(path(), at, "garbage garbage garbage".getBytes(StandardCharsets.UTF_8));
    }
    assertVerified(settings, "is damaged");
    Files.writeString(path(), "x".repeat(5000));
    assertVerified(settings, "it is no SQLite file");
  }

  /** A row that somebody has edited is no damage to SQLite; all of them are named. */
  @Test
  void verifyingReadsEveryRow() throws Exception {
    filled(3);
    sql("UPDATE entry SET to_status = 'happy' WHERE id = 2");
    sql("UPDATE entry SET row_id = 'x' WHERE id = 3", "UPDATE known SET last_contact = 'today'");
    String wrong = Journal.verify(Samples.settings(path()), NOW).wrong();
    assertTrue(wrong.contains("\n  entry 2 of A cannot be read: status \"happy\" is "), wrong);
    assertTrue(wrong.contains("\n  entry 3 of A cannot be read: "), wrong);
    assertTrue(wrong.contains("\n  what is known of A cannot be read: "), wrong);
  }

  /** {@code journal list} and the like: a person who looks must not make or move a journal. */
  @Test
  void aCommandMakesNoJournalAndSetsNothingAside() throws Exception {
    JournalSettings elsewhere = Samples.settings(folder.resolve("missing/journal.db"));
    assertNull(Journal.openExisting(elsewhere, NOW));
    assertNull(Journal.verify(elsewhere, NOW));
    assertNull(Journal.openExisting(Samples.settings(path()), NOW));
    assertEquals(0, folder.toFile().list().length, "no folder, no file, no lock");

    filledAndKilled(20);
    Files.delete(path());
    assertCommandRefused("is gone and has left journal.db-wal");
    Files.writeString(path(), "# my notes\n");
    assertCommandRefused("it is no SQLite file");
    Files.delete(path());
    Files.delete(folder.resolve("journal.db-wal"));
    filled(300);
    filledAndKilled(20);
    for (int at = 4096; at < Files.size(path()); at += 4096) {
      overwrite(path(), at, "garbage garbage garbage".getBytes(StandardCharsets.UTF_8));
    }
    assertCommandRefused("is damaged");
  }

  private void assertCommandRefused(String words) throws Exception {
    Map<String, String> before = sums("journal.db");
    JournalException e =
        assertThrows(
            JournalException.class, () -> Journal.openExisting(Samples.settings(path()), NOW));
    assertEquals(JournalException.Kind.DISK, e.kind());
    assertTrue(e.getMessage().contains(path() + " ") && e.getMessage().contains(words));
    assertEquals(before, sums("journal.db"));
  }

  @Test
  void aCommandSeesAndChangesWhatTheDaemonLeft() throws Exception {
    filledAndKilled(20);
    try (Journal journal = Journal.openExisting(Samples.settings(path()), NOW)) {
      assertEquals(20, journal.count().waiting());
      Samples.confirm(journal, 7L);
    }
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(19, journal.count().waiting());
    }
  }

  private void assertVerified(JournalSettings settings, String wrong) throws Exception {
    Map<String, String> before = sums("journal.db");
    String said = Journal.verify(settings, NOW).wrong();
    assertTrue(wrong == null ? said == null : said.contains(wrong), said);
    assertEquals(before, sums("journal.db"));
  }

  @Test
  void whatVerifyingFindsHeldIsSaidToBeHeld() throws Exception {
    try (Journal journal = open(path())) {
      JournalException e =
          assertThrows(JournalException.class, () -> Journal.verify(Samples.settings(path()), NOW));
      assertEquals(JournalException.Kind.HELD, e.kind());
      assertTrue(e.getMessage().contains("stop the daemon first"), e.getMessage());
      append(journal, "A", 0);
    }
  }
}
