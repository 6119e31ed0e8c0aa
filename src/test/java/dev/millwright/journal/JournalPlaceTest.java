package dev.millwright.journal;

import static dev.millwright.journal.Samples.append;
import static dev.millwright.journal.Samples.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.journal.JournalException.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Places where no journal can be: an error that names the place and what to do, and nothing made or
 * changed.
 */
class JournalPlaceTest {

  /** Sees everything, as the tests' classes are root's, and may write nothing of others. */
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "--inh-caps=+dac_read_search",
          "--ambient-caps=+dac_read_search");

  @TempDir Path folder;

  private void assertRefused(Path path, String... words) {
    JournalException e = assertThrows(JournalException.class, () -> open(path));
    assertEquals(Kind.DISK, e.kind());
    assertTrue(e.getMessage().startsWith(path + " "), e.getMessage());
    for (String each : words) {
      assertTrue(e.getMessage().contains(each), e.getMessage());
    }
  }

  /** What opening says in a process that is not root's. */
  private String asNobody(Path path) throws IOException {
    Path libraries = Files.createDirectories(folder.resolve("libraries"));
    Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> command = new ArrayList<>(SmallDisk.isRoot() ? AS_NOBODY : List.of());
    command.addAll(JournalChild.command(libraries.toString(), "hold", path.toString()));
    return firstLine(command);
  }

  private static String firstLine(List<String> command) throws IOException {
    return firstLine(new ProcessBuilder(command));
  }

  private static String firstLine(ProcessBuilder command) throws IOException {
    Process child = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader said = child.inputReader()) {
      return String.valueOf(said.readLine());
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aFolderOrADevice() throws Exception {
    Path path = Files.createDirectory(folder.resolve("journal.db"));
    assertRefused(path, "is a folder or a device", "[journal] path names a file");
    assertRefused(Path.of("/dev/null"), "is a folder or a device");
    assertRefused(Path.of("/"), "is a folder or a device");
  }

  @Test
  void aMissingFolderIsMadeAndAFileInItsPlaceIsSaid() throws Exception {
    open(folder.resolve("a/b/journal.db")).close();
    Files.writeString(folder.resolve("file"), "");
    assertRefused(folder.resolve("file/journal.db"), "cannot be created or opened");
    assertRefused(folder.resolve("x".repeat(300)), "File name too long");
  }

  /** A link is followed; what SQLite keeps beside the file then lies beside the file. */
  @Test
  void aLinkToAFolderOrAFile() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    try (Journal journal = open(link.resolve("journal.db"))) {
      append(journal, "A", 0);
    }
    Path file = Files.createSymbolicLink(folder.resolve("j"), real.resolve("journal.db"));
    try (Journal journal = open(file)) {
      assertNull(journal.setAside());
      assertEquals(1, journal.count().waiting());
      assertTrue(Files.exists(real.resolve("journal.db-wal")));
    }
    assertTrue(Files.isSymbolicLink(file));
  }

  /** On a disk that is not mounted there may be a journal full of transitions. */
  @Test
  void aLinkThatLeadsNowhere() throws Exception {
    Path path = folder.resolve("journal.db");
    Files.createSymbolicLink(path, folder.resolve("unmounted/journal.db"));
    assertRefused(path, "is a link that leads to no file: " + folder + "/unmounted", "mounted?");
    assertThrows(
        JournalException.class,
        () -> Journal.openExisting(Samples.settings(path), Samples.NOW),
        "a command says so too, not that there is none");
    assertTrue(Files.isSymbolicLink(path), "it is still there");
    assertFalse(Files.exists(folder.resolve("unmounted")));
  }

  @Test
  void linksThatLeadInACircle() throws Exception {
    Path file = folder.resolve("journal.db");
    Files.createSymbolicLink(file, folder.resolve("other.db"));
    Files.createSymbolicLink(folder.resolve("other.db"), file);
    assertRefused(file, "is a link that leads to no file");
    Path round = folder.resolve("round");
    Files.createSymbolicLink(round, round);
    assertRefused(round.resolve("journal.db"), "cannot be created or opened");
    assertTrue(Files.isSymbolicLink(file) && Files.isSymbolicLink(round));
  }

  /** As another user left it, say after a try as root. */
  @Test
  void aFolderThatMayNotBeWritten() throws Exception {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    String said = asNobody(locked.resolve("journal.db"));
    assertTrue(said.startsWith("DISK " + locked + "/journal.db cannot be created"), said);
    assertTrue(said.contains("AccessDenied") && said.contains("the folder's owner"), said);
    assertEquals(0, locked.toFile().list().length);
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aFileThatMayNotBeWritten() throws Exception {
    Path path = folder.resolve("journal.db");
    open(path).close();
    String all = "rw-rw-rw-";
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(
        folder.resolve("journal.db.lock"), PosixFilePermissions.fromString(all));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
    String said = asNobody(path);
    assertTrue(said.startsWith("DISK " + path + " "), said);
    assertTrue(said.contains("is not writable for this user"), said);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(all));
    assertEquals("open null", asNobody(path));
  }

  /** Root looks at a journal that came without its lock file, and the daemon starts afterwards. */
  @Test
  void whatRootLooksAtStaysTheDaemons() throws Exception {
    Path path = folder.resolve("journal.db");
    open(path).close();
    Files.delete(folder.resolve("journal.db.lock"));
    if (SmallDisk.isRoot()) {
      SmallDisk.run("chown", "-R", "nobody", folder.toString());
    }
    Journal.openExisting(Samples.settings(path), Samples.NOW).close();
    Files.delete(folder.resolve("journal.db.lock"));
    assertNull(Journal.verify(Samples.settings(path), Samples.NOW).wrong());
    assertEquals("open null", asNobody(path));
  }

  @Test
  void aReadOnlyDisk() throws Exception {
    SmallDisk.mount(
        folder,
        "size=16m",
        disk -> {
          open(disk.resolve("journal.db")).close();
          SmallDisk.run("mount", "-o", "remount,ro", disk.toString());
          assertRefused(disk.resolve("journal.db"), "Read-only file system");
          assertRefused(disk.resolve("new.db"), "Read-only file system");
          assertRefused(disk.resolve("folder/new.db"), "Read-only file system");
        });
  }

  /** No room even for an empty journal: nothing half is left, and with room it is made. */
  @Test
  void aFullDiskWithoutAJournal() throws Exception {
    SmallDisk.mount(
        folder,
        "size=64k",
        disk -> {
          Path path = disk.resolve("journal.db");
          Path others = disk.resolve("others");
          Files.write(others, new byte[48 << 10]);
          JournalException e = assertThrows(JournalException.class, () -> open(path));
          assertEquals(Kind.FULL, e.kind(), e.getMessage());
          assertTrue(e.getMessage().contains("its disk is full"), e.getMessage());
          assertFalse(Files.exists(path));
          Files.delete(others);
          SmallDisk.run("mount", "-o", "remount,size=16m", disk.toString());
          try (Journal journal = open(path)) {
            assertNull(journal.setAside());
            append(journal, "A", 0);
          }
        });
  }

  /** What a network disk without a lock service answers: fcntl(2) fails with ENOLCK. */
  private static final String NO_LOCKS =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <errno.h>
      #include <fcntl.h>
      #include <stdarg.h>
      static int without(const char *name, int fd, int command, void *argument) {
        if (command == F_SETLK || command == F_SETLKW) {
          errno = ENOLCK;
          return -1;
        }
        int (*real)(int, int, ...) = dlsym(RTLD_NEXT, name);
        return real(fd, command, argument);
      }
      #define STAND_IN(name)                            \\
        int name(int fd, int command, ...) {            \\
          va_list list;                                 \\
          va_start(list, command);                      \\
          void *argument = va_arg(list, void *);        \\
          va_end(list);                                 \\
          return without(#name, fd, command, argument); \\
        }
      STAND_IN(fcntl)
      STAND_IN(fcntl64)
      """;

  /** Two daemons could not be told apart there; and nothing is made that looks like a journal. */
  @Test
  void aDiskWithoutLocks() throws Exception {
    Path source = Files.writeString(folder.resolve("locks.c"), NO_LOCKS);
    Path library = folder.resolve("locks.so");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/cc")), "no C compiler for a disk without locks");
    assertEquals(
        0,
        SmallDisk.run(
            "cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl"));
    Path path = folder.resolve("journal.db");
    ProcessBuilder without =
        new ProcessBuilder(
            JournalChild.command(System.getProperty("java.io.tmpdir"), "hold", path.toString()));
    without.environment().put("LD_PRELOAD", library.toString());
    String said = firstLine(without);
    assertTrue(said.startsWith("DISK " + path + " cannot be locked: "), said);
    assertTrue(said.contains("No locks available"), said);
    assertTrue(said.contains("on a file system with locks"), said);
    assertFalse(Files.exists(path));
  }

  /** FIELD 14: nothing that is unpacked there can be loaded. */
  @Test
  void aTemporaryFolderWithoutPrograms() throws Exception {
    SmallDisk.mount(
        folder,
        "size=16m,noexec",
        disk -> {
          String path = folder.resolve("journal.db").toString();
          String said = firstLine(JournalChild.command(disk.toString(), "hold", path));
          assertTrue(said.contains("SQLite's native library cannot be loaded ("), said);
          assertTrue(said.contains("Is " + disk + " mounted noexec"), said);
          assertTrue(said.contains("JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER"), said);
        });
  }
}
