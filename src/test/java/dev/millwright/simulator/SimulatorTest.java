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
@Timeout(120)
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
      Instant begun = Instant.now();
      link.open();
      long shown = -1;
      // It shows its last state on, and does nothing more.
      while (Instant.now().isBefore(begun.plus(LIVE_FOR).plusMillis(300))
          || shown != cycle(truthFile)) {
        assertTrue(Instant.now().isBefore(begun.plusSeconds(60)), "shown last: " + shown);
        for (Observation observation : link.observe(Duration.ofMillis(100))) {
          if (observation.values().get("count").value() instanceof Long count) {
            shown = count;
            assertTrue(shown <= cycle(truthFile), "truth comes before it shows: " + shown);
          }
        }
      }
      List<Truth> truth = Truth.read(truthFile).get("A");
      assertTrue(truth.size() >= 5, "it lives: " + truth);
      assertFalse(truth.get(0).at().isBefore(start.plus(WARM_UP)), "but not before its time");
      Truth last = truth.get(truth.size() - 1);
      assertTrue(last.at().isBefore(begun.plus(LIVE_FOR).plusMillis(200)), last.toString());
      assertEquals(last.cycle(), shown);
    }
    assertFalse(
        Files.exists(directory.resolve("A"), LinkOption.NOFOLLOW_LINKS), "off its wires again");
  }

  /** The last that the truth tells of. */
  private static long cycle(Path truthFile) throws IOException {
    List<Truth> truth = Truth.read(truthFile).get("A");
    return truth.isEmpty() ? 0 : truth.get(truth.size() - 1).cycle();
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
