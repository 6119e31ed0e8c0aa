package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.opcua.TestServer;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.simulator.PseudoTerminal;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * One daemon with every kind of broken machine, and one that works: each says in one line what is
 * wrong, and the one that works goes on.
 */
@Tag("host") // a process that is given time
class BadMachinesTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String NODE = "nsu=" + TestServer.URI + ";s=";
  private static final Duration SOON = Duration.ofSeconds(25);

  @TempDir private Path folder;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private Sites sites;

  @BeforeEach
  void configuration() throws Exception {
    sites = new Sites(folder, DATABASE);
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void each_says_what_is_wrong_and_the_others_go_on() throws Exception {
    DATABASE.execute(
        """
        INSERT INTO machines (serial_number) VALUES ('GOOD-01'), ('PRESS-01'), ('ABSENT'), ('BUSY'),
          ('REFUSED'), ('RESET'), ('HANGING'), ('ENDLESS'), ('NO-CODE'), ('FOLDER'), ('READ-ONLY')
        """);
    sites.virtual("GOOD-01", false);
    sites.virtual("PRES-01", false);
    sites.virtual("NEW-01", true);
    sites.ascii("ABSENT", "/dev/serial/by-id/nothing");
    sites.ascii("BUSY", busyPort().toString());
    sites.ascii("ENDLESS", machine("x".repeat(5_000)).toString());
    sites.ascii("NO-CODE", machine("ST 42\r").toString());
    sites.opcUa("REFUSED", FreePort.find());
    sites.opcUa("RESET", server(true));
    sites.opcUa("HANGING", server(false));
    String press = opcUaServer();
    sites.opcUa("FOLDER", press, "i=85", NODE + "ready", NODE + "taken");
    sites.opcUa("READ-ONLY", press, NODE + "state", NODE + "ready", NODE + "taken");

    try (Child daemon = Child.start(folder, "run", "--config", sites.file().toString())) {
      for (Map.Entry<String, String> said :
          Map.ofEntries(
                  Map.entry(
                      "PRES-01", "no row with this serial_number; did you mean \"PRESS-01\"?"),
                  Map.entry("NEW-01", "row created (register = true)"),
                  Map.entry(
                      "ABSENT",
                      "/dev/serial/by-id/nothing: no such port; is the adapter plugged in?"),
                  Map.entry(
                      "BUSY",
                      "busy: held by java (pid "
                          + ProcessHandle.current().pid()
                          + "); end that first"),
                  Map.entry(
                      "NO-CODE",
                      "tag state shows \"42\", which no list of [lifecycle] state names"),
                  Map.entry("REFUSED", "connection refused; is the server running"),
                  Map.entry("RESET", "connecting: the connection broke: Connection reset by peer"),
                  Map.entry("HANGING", "connecting: no answer within 5s"),
                  Map.entry("ENDLESS", "more than 4096 bytes came, without an end"),
                  Map.entry(
                      "FOLDER",
                      "the node is of class Object, not Variable, so it has no value; name a variable"),
                  Map.entry(
                      "READ-ONLY",
                      "the machine waits for its reply: taken = true: node "
                          + NODE
                          + "taken: it is read-only"))
              .entrySet()) {
        Child.await(
            said.getKey() + ": " + said.getValue() + " in\n" + daemon.out(),
            () ->
                daemon
                    .out()
                    .lines()
                    .anyMatch(
                        line ->
                            line.contains(" " + said.getKey() + " ")
                                && line.contains(said.getValue())),
            SOON);
      }
      Child.await("a run of the good machine", () -> runs("GOOD-01") > 0, SOON);
      Child.await("a run of the new machine", () -> runs("NEW-01") > 0, SOON);
      assertFalse(daemon.out().contains("\tat "), "causes in words, no stack traces");
      assertFalse(daemon.out().contains("Exception"), () -> daemon.out());
      for (String broken :
          List.of(
              "ABSENT", "BUSY", "REFUSED", "RESET", "HANGING", "ENDLESS", "NO-CODE", "FOLDER")) {
        // I4: nothing is claimed of a machine that nobody has understood.
        assertEquals(
            "offline 0",
            DATABASE.value(
                "SELECT status || ' ' || state_seq FROM machines WHERE serial_number = '"
                    + broken
                    + "'"));
      }
      long start = System.nanoTime();
      daemon.signal("TERM");
      assertEquals(Exit.OK, daemon.awaitExit(Duration.ofSeconds(30)), () -> daemon.out());
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 10, "hanging links too");
      assertTrue(daemon.out().contains("daemon        stopped"), () -> daemon.out());
      assertEquals(
          "offline", DATABASE.value("SELECT status FROM machines WHERE serial_number = 'GOOD-01'"));
    }
  }

  private static int runs(String machine) {
    try {
      return Integer.parseInt(
          DATABASE.value(
              "SELECT count(*) FROM process_runs WHERE outcome = 'completed' AND serial_number = '"
                  + machine
                  + "'"));
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path busyPort() throws Exception {
    PseudoTerminal terminal = PseudoTerminal.open(null);
    open.push(terminal);
    SerialLine holder = new SerialLine(PortSettings.of(terminal.slave().toString(), 9600));
    holder.open();
    open.push(holder);
    return terminal.slave();
  }

  /** A machine that says this to every question. */
  private Path machine(String answer) throws IOException {
    PseudoTerminal terminal = PseudoTerminal.open(null);
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    Thread thread =
        new Thread(
            () -> {
              byte[] question = new byte[64];
              try (terminal) {
                while (!Thread.currentThread().isInterrupted()) {
                  if (terminal.read(question, Duration.ofMillis(5)) > 0) {
                    terminal.write(bytes);
                  }
                }
              } catch (IOException e) {
                // The test is over.
              }
            },
            "machine");
    thread.setDaemon(true);
    thread.start();
    open.push(
        () -> {
          thread.interrupt();
          thread.join(1_000);
        });
    return terminal.slave();
  }

  /** A machine that waits for its reply, and does not let it be written. */
  private String opcUaServer() throws Exception {
    TestServer server = new TestServer(FreePort.find()).start();
    open.push(server);
    server.set(Instant.now(), "state", 0, "ready", true, "taken", false);
    return server.endpoint();
  }

  /** A server that resets each connection, or that takes it and says nothing. */
  private int server(boolean reset) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    open.push(server);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Socket taken = server.accept();
                  if (reset) {
                    taken.setSoLinger(true, 0);
                    taken.close();
                  } else {
                    open.push(taken);
                  }
                }
              } catch (IOException e) {
                // The test is over.
              }
            },
            "server");
    thread.setDaemon(true);
    thread.start();
    return server.getLocalPort();
  }
}
