package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.daemon.QuietPlant;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code systemctl reload}, and what SIGHUP does: one process that tells another (decision 0120).
 */
@Tag("host")
class ReloadProcessTest {

  private static final Path UNIT = Path.of("systemd/millwright.service");
  private static final String EXEC = "ExecReload=/usr/bin/millwright ";
  private static final String CONFIG = "/etc/millwright/millwright.toml";
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

  private static final String LIFECYCLE =
      """
      [lifecycle]
      state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
      """;

  private static final String DRIVE =
      """
      valve = { address = "coil:4" }
      [drive]
      safe = [{ tag = "valve", value = false }]
      """;

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir private Path folder;

  private QuietPlant plant;
  private Sites sites;
  private String opc;
  private String mod;
  private Path socket;

  @BeforeEach
  void configuration() throws Exception {
    plant = new QuietPlant(folder, List.of("R1"));
    socket = folder.resolve("control");
    sites = new Sites(folder, DATABASE);
    sites.add("[control]\nsocket = \"" + socket + "\"\n");
    opc = plant.head("OPC") + LIFECYCLE;
    mod = plant.head("MOD") + DRIVE;
    write("opc", opc);
    write("mod", mod);
    Files.writeString(
        Files.createDirectories(folder.resolve("recipes")).resolve("r42.toml"),
        "name = \"R42\"\n[[steps]]\nwait = \"10m\"\n");
  }

  @AfterEach
  void close() {
    plant.close();
  }

  @Test
  void itsExitCodeAndItsWordsSayWhatBecameOfEachMachine() throws Exception {
    try (Child daemon = Child.start(folder, "run", "--config", sites.file().toString())) {
      daemon.awaitOut("link opc.tcp://127.0.0.1", SOON);
      Child.await("machines are found", this::allAreFound, SOON);
      requireReload(Exit.OK, "unchanged: 2 machines");

      assertEquals(Exit.OK, command("start", "MOD", "--recipe", "R42", "--no-wait"));
      Child.await("it runs", () -> status("MOD").equals("processing"), SOON);
      write("opc", opc.replace("[opcua]", "[opcua]\nsampling = \"60ms\""));
      write("mod", mod.replace("50ms", "60ms"));
      requireReload(
          Exit.TRY_AGAIN, "OPC  changed, not watched for", "MOD  changed  refused: MOD: it is in");
      assertEquals("processing", status("MOD"));
      assertEquals(Exit.OK, command("stop", "MOD"));
      Child.await("it is at rest", () -> command("reload", "--dry-run") == Exit.OK, SOON);
      requireReload(Exit.OK, "MOD  changed, not watched for", "unchanged: 1 machine");

      write("opc", opc.replace("[tags]", "[tags]\nstate ="));
      write("mod", mod);
      requireMistake("opc.toml:8");
      write("opc", opc.replace("protocol", "protocoll"));
      requireMistake("opc.toml:3", "did you mean \"protocol\"?");
      write("opc", opc.replace("[opcua]", "[opcua]\nsampling = \"60ms\""));
      write("mod", mod.replace("50ms", "60ms"));
      requireReload(Exit.OK, "unchanged: 2 machines");
      String main = Files.readString(sites.file());
      Files.writeString(sites.file(), main.replaceFirst("connect_timeout = .*", "urll = 3"));
      requireMistake("millwright.toml:3");
      Files.writeString(sites.file(), main);

      // SIGHUP is a terminal that is closed: it ends the daemon, in order.
      daemon.signal("HUP");
      assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out() + daemon.err());
      assertEquals("offline offline", status("MOD") + " " + status("OPC"));
    }
    try (Child reload = reload()) {
      assertEquals(Exit.UNAVAILABLE, reload.awaitExit(SOON));
      String words = "no daemon answers at " + socket + ": ";
      assertTrue(reload.err().contains(words), reload.err());
      assertTrue(reload.err().contains("systemctl status millwright"), reload.err());
      assertFalse(reload.err().contains("\tat "), reload.err());
    }
  }

  /** The words of the unit, with this test's file for that of a host. */
  private Child reload() throws IOException {
    String words =
        Files.readAllLines(UNIT).stream()
            .filter(line -> line.startsWith(EXEC))
            .map(line -> line.substring(EXEC.length()))
            .findFirst()
            .orElseThrow();
    return Child.start(folder, words.replace(CONFIG, sites.file().toString()).split(" "));
  }

  private void requireReload(int code, String... words) throws Exception {
    try (Child reload = reload()) {
      assertEquals(code, reload.awaitExit(SOON), () -> reload.out() + reload.err());
      for (String each : words) {
        assertTrue(reload.out().contains(each), reload.out());
      }
    }
  }

  private void requireMistake(String... words) throws Exception {
    try (Child reload = reload()) {
      assertEquals(Exit.CONFIG, reload.awaitExit(SOON), () -> reload.out() + reload.err());
      for (String each : words) {
        assertTrue(reload.err().contains(each), reload.err());
      }
      assertTrue(reload.err().contains("the old one goes on, and nothing was changed"));
    }
  }

  /** A command in this process, as starting another takes long. */
  private int command(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--socket", socket.toString()));
    return Console.run(all.toArray(String[]::new)).exitCode();
  }

  private boolean allAreFound() {
    return status("OPC").equals("idle") && status("MOD").equals("idle");
  }

  private void write(String machine, String text) throws IOException {
    Files.writeString(folder.resolve("machines/" + machine + ".toml"), text);
  }

  private static String status(String machine) {
    try {
      return String.valueOf(
          DATABASE.value("SELECT status FROM machines WHERE serial_number = '" + machine + "'"));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
