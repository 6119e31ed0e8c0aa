package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.JournalException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN 5: a second daemon on the same journal refuses to start, naming the first. */
class JournalLockTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("journal.db");
  }

  /** However the holder dies, its hold ends with it: nobody has to remove a lock file by hand. */
  @Test
  void anotherProcessIsNamedAndItsEndFreesTheJournal() throws Exception {
    Process holder = JournalChild.start("hold", path().toString());
    try (BufferedReader said = holder.inputReader()) {
      assertEquals("open null", said.readLine());
      JournalException e = assertThrows(JournalException.class, () -> open(path()));
      assertEquals(Kind.HELD, e.kind());
      assertTrue(e.getMessage().contains("held by process " + holder.pid() + " "), e.getMessage());
      holder.destroyForcibly();
      assertTrue(holder.waitFor(10, TimeUnit.SECONDS));
      try (Journal journal = open(path())) {
        assertNull(journal.setAside());
        append(journal, "A", 0);
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  /**
   * A process loses its POSIX locks on a file when it closes the file anywhere. So an attempt to
   * open the journal twice must leave the lock standing against other processes.
   */
  @Test
  void aSecondOpeningHereIsRefusedAndDoesNotLetOthersIn() throws Exception {
    try (Journal journal = open(path())) {
      Path link = Files.createSymbolicLink(folder.resolve("link.db"), path());
      for (Path name : new Path[] {path(), folder.resolve("./journal.db"), link}) {
        JournalException e = assertThrows(JournalException.class, () -> open(name));
        assertEquals(Kind.HELD, e.kind());
        assertTrue(e.getMessage().contains("process " + ProcessHandle.current().pid()));
      }
      String said = childSays();
      String here = "held by process " + ProcessHandle.current().pid() + " ";
      assertTrue(said.startsWith("HELD ") && said.contains(here), "our lock stands: " + said);
      Files.delete(folder.resolve("journal.db.lock"));
      String without = childSays();
      assertTrue(
          without.startsWith("HELD ") && without.contains("another program has the file open"),
          "SQLite's own lock stands behind it: " + without);
      append(journal, "A", 0);
    }
    assertEquals("open null", childSays());
  }

  private String childSays() throws IOException, InterruptedException {
    Process child = JournalChild.start("hold", path().toString());
    try (BufferedReader said = child.inputReader()) {
      return said.readLine();
    } finally {
      child.destroyForcibly();
      child.waitFor();
    }
  }

  /** Somebody looks into the file while the daemon starts: it is busy, and by no means damaged. */
  @Test
  void aFileThatAnotherProgramReadsIsNotSetAside() throws Exception {
    try (Journal journal = open(path())) {
      append(journal, "A", 0);
    }
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + path());
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN");
      statement.executeQuery("SELECT * FROM entry").next();
      JournalException e = assertThrows(JournalException.class, () -> open(path()));
      assertEquals(Kind.HELD, e.kind());
      assertTrue(e.getMessage().contains("another program has the file open"), e.getMessage());
    }
    try (Journal journal = open(path())) {
      assertNull(journal.setAside());
      assertEquals(1, journal.count().waiting());
    }
  }
}
