package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.ascii.AsciiLink;
import dev.millwright.device.ascii.AsciiSettings;
import dev.millwright.device.ascii.AsciiTagSettings;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TruthSteps;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to the plant reaches its readers, and ends. */
@Timeout(40)
class FaultsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;

  private int port;
  private Path truth;
  private Simulator simulator;
  private Faults faults;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    truth = directory.resolve("truth.jsonl");
    PlantSettings plant =
        new PlantSettings(
            1,
            10,
            Duration.ofMillis(20),
            directory,
            new PlantSettings.OpcUa("127.0.0.1:" + port),
            List.of(
                machine("O", PlantSettings.Protocol.OPCUA, null),
                machine("A", PlantSettings.Protocol.ASCII, Dialect.STATUS)));
    simulator =
        Simulator.start(
            plant, truth, new Simulator.Times(Duration.ZERO, null), InstantSource.system());
    faults = simulator.faults();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void aHeldPlantStandsStillUntilItGoesOn() throws Exception {
    await(() -> Files.size(truth) > 0);
    simulator.hold();
    long held = Files.size(truth);
    Thread.sleep(500);
    assertEquals(held, Files.size(truth));
    simulator.go();
    await(() -> Files.size(truth) > held);
  }

  /** FIELD 1: the machines live on while nobody can reach their server. */
  @Test
  void aStoppedServerIsGoneAndComesBackWithWhatItsMachinesDo() throws Exception {
    try (OpcUaLink link = opcUaLink()) {
      link.open();
      faults.apply("opcua stop");
      assertThrows(
          LinkException.class,
          () -> {
            while (true) {
              link.observe(Duration.ofSeconds(1));
            }
          });
    }
    try (OpcUaLink link = opcUaLink()) {
      assertThrows(LinkException.class, link::open);
    }
    long before = Files.size(truth);
    await(() -> Files.size(truth) > before);
    simulator.hold();
    faults.apply("opcua start");
    try (OpcUaLink link = opcUaLink()) {
      link.open();
      awaitValue(link, "cycle", shown -> shown.value().equals(cycle("O")));
    }
  }

  @ParameterizedTest
  @CsvSource({"bad, BAD", "uncertain, UNCERTAIN"})
  void aQualityIsTakenAwayAndGivenBack(String word, Quality quality) throws Exception {
    try (OpcUaLink link = opcUaLink()) {
      link.open();
      awaitValue(link, "cycle", shown -> shown.quality() == Quality.GOOD);
      faults.apply("quality O " + word);
      awaitValue(link, "cycle", shown -> shown.quality() == quality);
      faults.apply("quality O good");
      simulator.hold();
      awaitValue(
          link,
          "cycle",
          shown -> shown.quality() == Quality.GOOD && shown.value().equals(cycle("O")));
    }
  }

  /** FIELD 11, 13: the same name leads to the port again, and to the machine as it is then. */
  @Test
  void aPortThatWasPulledOutComesBackUnderItsName() throws Exception {
    try (AsciiLink link = asciiLink()) {
      link.open();
      awaitValue(link, "count", shown -> shown.quality() == Quality.GOOD);
      faults.apply("port A close");
      faults.apply("port A close");
      assertFalse(Files.exists(directory.resolve("A"), LinkOption.NOFOLLOW_LINKS));
      assertThrows(
          LinkException.class,
          () -> {
            while (true) {
              link.observe(Duration.ofSeconds(1));
            }
          });
    }
    long before = Files.size(truth);
    await(() -> Files.size(truth) > before);
    simulator.hold();
    faults.apply("port A open");
    faults.apply("port A open");
    try (AsciiLink link = asciiLink()) {
      link.open();
      awaitValue(link, "count", shown -> Long.valueOf(cycle("A")).equals(shown.value()));
    }
  }

  /** FIELD 16, 17: whatever the wire does, what is read is what the machine said, or nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"noise", "pieces"})
  void aSpoiltWireNeverMakesAnotherValue(String fault) throws Exception {
    try (AsciiLink link = asciiLink()) {
      link.open();
      awaitValue(link, "count", shown -> shown.quality() == Quality.GOOD);
      simulator.hold();
      long count = cycle("A");
      awaitValue(link, "count", shown -> shown.value().equals(count));
      faults.apply(fault + " A on");
      int read = 0;
      int missing = 0;
      Instant end = Instant.now().plusSeconds(2);
      while (Instant.now().isBefore(end)) {
        for (Observation seen : link.observe(Duration.ofMillis(100))) {
          TagValue value = seen.values().get("count");
          if (value != null && value.quality() == Quality.GOOD) {
            assertEquals(count, value.value());
            read++;
          } else {
            missing++;
          }
        }
      }
      assertTrue(fault.equals("noise") ? missing > 0 : read > 0, read + " and " + missing);
      faults.apply(fault + " A off");
      awaitValue(link, "count", shown -> shown.quality() == Quality.GOOD);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "opcua",
        "opcua pause",
        "quality A bad",
        "quality O worse",
        "port O close",
        "port A shut",
        "noise A loud",
        "pieces X on",
        "port A close now"
      })
  void whatCannotBeDoneIsSaid(String line) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> faults.apply(line));
    assertTrue(e.getMessage().contains("there is only opcua stop|start"), e.getMessage());
  }

  private long cycle(String machine) throws Exception {
    return TruthSteps.read(truth).get(machine).stream()
        .mapToLong(step -> step.cycle())
        .max()
        .orElseThrow();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    Instant limit = Instant.now().plus(PATIENCE);
    while (!condition.holds()) {
      assertTrue(Instant.now().isBefore(limit), "waited in vain");
      Thread.sleep(20);
    }
  }

  private interface Wanted {
    boolean is(TagValue shown) throws Exception;
  }

  private static void awaitValue(Link link, String tag, Wanted wanted) throws Exception {
    Instant limit = Instant.now().plus(PATIENCE);
    TagValue last = null;
    while (Instant.now().isBefore(limit)) {
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        last = seen.values().get(tag);
        if (last != null && wanted.is(last)) {
          return;
        }
      }
    }
    throw new AssertionError("shown last: " + last);
  }

  private static PlantSettings.Machine machine(
      String name, PlantSettings.Protocol protocol, Dialect dialect) {
    return new PlantSettings.Machine(
        name,
        protocol,
        dialect,
        List.of("R1"),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        0,
        0,
        null,
        null);
  }

  private OpcUaLink opcUaLink() {
    OpcUaSettings settings =
        new OpcUaSettings(
            "opc.tcp://127.0.0.1:" + port,
            "None",
            null,
            Duration.ofMillis(50),
            Duration.ofMillis(10),
            null,
            null,
            Duration.ofSeconds(2));
    OpcUaTag tag = new OpcUaTag("cycle", "nsu=urn:millwright:plant;s=O/Cycle");
    return new OpcUaLink(
        settings,
        List.of(new OpcUaMachine("O", Duration.ofSeconds(3), List.of(tag))),
        notice -> {});
  }

  private AsciiLink asciiLink() {
    AsciiSettings settings =
        new AsciiSettings(
            directory.resolve("A").toString(),
            null,
            null,
            null,
            null,
            null,
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            null,
            null);
    Map<String, AsciiTagSettings> tags =
        Map.of("count", new AsciiTagSettings("STATUS?\r\n", "COUNT=(\\d+);"));
    return new AsciiLink(
        settings.portSettings(), List.of(settings.machine("A", Duration.ofSeconds(5), tags)));
  }
}
