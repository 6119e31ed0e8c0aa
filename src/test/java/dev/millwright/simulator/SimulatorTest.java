package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.ascii.AsciiLink;
import dev.millwright.device.ascii.AsciiSettings;
import dev.millwright.device.ascii.AsciiTagSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plant that the daemon is judged by, so it has to keep its own promises first. */
@Timeout(20)
class SimulatorTest {

  private static final Duration WARM_UP = Duration.ofMillis(400);
  private static final Duration LIVE_FOR = Duration.ofMillis(1_500);

  @TempDir Path directory;

  @Test
  void itWarmsUpLivesAndHolds() throws Exception {
    Path truthFile = directory.resolve("truth.jsonl");
    Instant start = Instant.now();
    try (Simulator simulator = start(truthFile, "A");
        AsciiLink link = link("A")) {
      assertEquals(List.of("A  ascii  " + directory.resolve("A")), simulator.addresses());
      link.open();
      String shown = "";
      while (Instant.now().isBefore(start.plus(LIVE_FOR).plusMillis(300))) {
        for (Observation observation : link.observe(Duration.ofMillis(100))) {
          shown = "" + observation.values().get("count").value();
          List<Truth> truth = Truth.read(truthFile).get("A");
          long written = truth.isEmpty() ? 0 : truth.get(truth.size() - 1).cycle();
          assertTrue(Long.parseLong(shown) <= written, "truth comes before it shows: " + shown);
        }
      }
      List<Truth> truth = Truth.read(truthFile).get("A");
      assertTrue(truth.size() >= 10, "it lives: " + truth);
      assertFalse(truth.get(0).at().isBefore(start.plus(WARM_UP)), "but not before its time");
      Truth last = truth.get(truth.size() - 1);
      assertTrue(last.at().isBefore(start.plus(LIVE_FOR).plusMillis(200)));
      // It shows its last state on, and does nothing more.
      assertEquals(Long.toString(last.cycle()), shown);
      assertEquals(truth, Truth.read(truthFile).get("A"));
    }
    assertFalse(
        Files.exists(directory.resolve("A"), LinkOption.NOFOLLOW_LINKS), "off its wires again");
  }

  @Test
  void whatCannotBeHadIsNamedAndNothingIsLeftBehind() throws Exception {
    Path nowhere = directory.resolve("no/such/folder/truth.jsonl");
    assertThrows(IOException.class, () -> start(nowhere, "A"));
    Path occupied = Files.createDirectory(directory.resolve("B"));
    Files.createFile(occupied.resolve("full"));
    assertThrows(IOException.class, () -> start(directory.resolve("truth.jsonl"), "A", "B"));
    assertFalse(Files.exists(directory.resolve("A"), LinkOption.NOFOLLOW_LINKS));
  }

  private Simulator start(Path truthFile, String... machines)
      throws IOException, InterruptedException {
    List<PlantSettings.Machine> all = Arrays.stream(machines).map(SimulatorTest::machine).toList();
    PlantSettings plant =
        new PlantSettings(1, 100, Duration.ofMillis(40), directory, null, null, all);
    return Simulator.start(
        plant, truthFile, new Simulator.Times(WARM_UP, LIVE_FOR), InstantSource.system());
  }

  private static PlantSettings.Machine machine(String name) {
    return new PlantSettings.Machine(
        name,
        PlantSettings.Protocol.ASCII,
        Dialect.STATUS,
        null,
        null,
        List.of("R1"),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        0.1,
        0.1,
        "drive",
        "overload");
  }

  private AsciiLink link(String machine) {
    AsciiSettings settings =
        new AsciiSettings(
            directory.resolve(machine).toString(),
            null,
            null,
            null,
            null,
            null,
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            null,
            null);
    Map<String, AsciiTagSettings> tags =
        Map.of("count", new AsciiTagSettings("STATUS?\r\n", "COUNT=(\\d+);"));
    return new AsciiLink(
        settings.portSettings(), List.of(settings.machine(machine, Duration.ofSeconds(5), tags)));
  }
}
