package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.simulator.PseudoTerminal;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon, and what happens to its serial lines over the years. */
@Tag("host")
class SerialProcessTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private Path port;
  private Sites sites;

  @BeforeEach
  void configuration() throws Exception {
    port = folder.resolve("ports/PRESS-01");
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.ascii("PRESS-01", port.toString());
  }

  private Child daemon() throws Exception {
    return Child.start(folder, "run", "--config", sites.file().toString());
  }

  private static void awaitAnswers(AnsweringMachine machine) throws Exception {
    long before = machine.answered();
    Child.await("answers", () -> machine.answered() >= before + 5, SOON);
  }

  /** FIELD 13: jSerialComm #159; what kill -9 leaves behind keeps nobody from the port. */
  @Test
  void a_pseudo_terminal_opens_again_after_the_daemon_was_killed() throws Exception {
    try (AnsweringMachine machine = new AnsweringMachine(port)) {
      for (int i = 0; i < 2; i++) {
        try (Child daemon = daemon()) {
          daemon.awaitOut("link " + port + " is open", SOON);
          awaitAnswers(machine);
          assertFalse(daemon.out().contains("busy"), daemon.out());
          daemon.signal("KILL");
          assertEquals(137, daemon.awaitExit(SOON));
        }
      }
    }
  }

  /** FIELD 11: pulled and plugged in again, and it comes back as another device. */
  @Test
  void a_port_that_was_pulled_out_is_found_again_without_a_restart() throws Exception {
    try (Child daemon = daemon()) {
      daemon.awaitOut(port + ": no such port; is the adapter plugged in?", SOON);
      Path before;
      try (AnsweringMachine machine = new AnsweringMachine(port)) {
        before = port.toRealPath();
        daemon.awaitOut("link " + port + " is open", SOON);
        awaitAnswers(machine);
      }
      daemon.awaitOut("the port has vanished; was the adapter unplugged?", SOON);
      try (PseudoTerminal takesTheNumber = PseudoTerminal.open(null);
          AnsweringMachine machine = new AnsweringMachine(port)) {
        assertTrue(!takesTheNumber.slave().equals(port.toRealPath()), before.toString());
        awaitAnswers(machine);
      }
      daemon.signal("TERM");
      assertEquals(Exit.OK, daemon.awaitExit(SOON), daemon.out() + daemon.err());
    }
  }
}
