package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PseudoTerminalTest {

  @TempDir Path directory;

  @Test
  void the_name_is_made_in_a_private_directory_and_moves_to_the_next_terminal() throws Exception {
    Path name = directory.resolve("ports").resolve("press");
    PseudoTerminal first = PseudoTerminal.open(name);
    assertEquals(first.slave(), Files.readSymbolicLink(name));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(name.getParent())));
    PseudoTerminal second = PseudoTerminal.open(name);
    assertEquals(second.slave(), Files.readSymbolicLink(name));
    first.close(); // must not take away a name that is another's by now
    assertEquals(second.slave(), Files.readSymbolicLink(name));
    second.close();
    assertEquals(0, name.getParent().toFile().list().length);
  }

  /** Whoever can change the directory can turn the port into any other file. */
  @Test
  void a_directory_that_others_can_change_is_refused() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    IOException refused =
        assertThrows(IOException.class, () -> PseudoTerminal.open(open.resolve("press")));
    assertTrue(refused.getMessage().contains("can be written by others"), refused.getMessage());
    assertEquals(0, open.toFile().list().length);
  }

  @Test
  void a_file_in_the_way_is_not_replaced() throws Exception {
    Path file = Files.writeString(directory.resolve("press"), "keep");
    assertThrows(IOException.class, () -> PseudoTerminal.open(file));
    assertEquals("keep", Files.readString(file));
  }

  /** Like a wire: a machine that talks to nobody does not stop. */
  @Test
  void what_nobody_reads_is_lost_without_waiting() throws Exception {
    try (PseudoTerminal terminal = PseudoTerminal.open(null)) {
      int taken = 0;
      for (int i = 0; i < 100; i++) {
        taken += terminal.write(new byte[10_000]);
      }
      assertTrue(taken < 1_000_000, "taken " + taken);
      assertEquals(0, terminal.read(new byte[1], Duration.ofMillis(1)));
    }
  }
}
