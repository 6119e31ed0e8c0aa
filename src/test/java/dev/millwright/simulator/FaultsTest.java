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
import dev.millwright.device.modbus.ModbusLink;
import dev.millwright.device.modbus.ModbusRtuSettings;
import dev.millwright.device.modbus.ModbusTagSettings;
import dev.millwright.device.modbus.ModbusTcpSettings;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.device.serial.Parity;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TruthSteps;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to the plant reaches its readers, and ends. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class FaultsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;

  private int port;
  private int modbusPort;
  private Path truth;
  private Simulator simulator;
  private Faults faults;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    modbusPort = FreePort.find();
    truth = directory.resolve("truth.jsonl");
    PlantSettings plant =
        new PlantSettings(
            1,
            10,
            Duration.ofMillis(20),
            directory,
            new PlantSettings.OpcUa("127.0.0.1:" + port, null, null, null),
            new PlantSettings.ModbusTcp("127.0.0.1:" + modbusPort),
            List.of(
                machine("O", PlantSettings.Protocol.OPCUA, null, null, null),
                machine("A", PlantSettings.Protocol.ASCII, Dialect.STATUS, null, null),
                machine("R1", PlantSettings.Protocol.MODBUS_RTU, null, "LINE", 1),
                machine("R2", PlantSettings.Protocol.MODBUS_RTU, null, "LINE", 247),
                machine("T", PlantSettings.Protocol.MODBUS_TCP, null, null, 1)));
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
      long end = System.nanoTime() + PATIENCE.toNanos();
      while ((fault.equals("noise") ? missing : read) < 3) {
        assertTrue(System.nanoTime() - end < 0, read + " and " + missing);
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
        "port A close now",
        "silence A on",
        "silence R1",
        "modbus pause"
      })
  void whatCannotBeDoneIsSaid(String line) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> faults.apply(line));
    assertTrue(e.getMessage().contains("there is only opcua stop|start"), e.getMessage());
  }

  /** A unit that is silent is silent alone; the library's server answers for the others. */
  @Test
  void aSilentUnitIsMissingAndComesBack() throws Exception {
    for (String machine : List.of("R1", "T")) {
      try (Link link = modbusLink(machine)) {
        link.open();
        awaitValue(link, "cycle", shown -> shown.quality() == Quality.GOOD);
        faults.apply("silence " + machine + " on");
        awaitValue(link, "cycle", shown -> shown.quality() == Quality.BAD);
        faults.apply("silence " + machine + " off");
        awaitValue(link, "cycle", shown -> shown.quality() == Quality.GOOD);
      }
    }
  }

  /** Both units of a line are gone with its port, and back with it. */
  @Test
  void aPulledLineTakesItsUnitsAlong() throws Exception {
    simulator.hold();
    for (int i = 0; i < 2; i++) {
      faults.apply("port R1 close");
      assertFalse(Files.exists(directory.resolve("LINE"), LinkOption.NOFOLLOW_LINKS));
      faults.apply("port R2 open");
      for (String machine : List.of("R1", "R2")) {
        try (Link link = modbusLink(machine)) {
          link.open();
          awaitValue(link, "cycle", shown -> Long.valueOf(cycle(machine)).equals(shown.value()));
        }
      }
    }
  }

  @Test
  void aStoppedModbusServerIsGoneAndComesBack() throws Exception {
    try (Link link = modbusLink("T")) {
      link.open();
      faults.apply("modbus stop");
      assertThrows(
          LinkException.class,
          () -> {
            while (true) {
              link.observe(Duration.ofSeconds(1));
            }
          });
      link.close();
      assertThrows(LinkException.class, link::open);
      link.close();
      faults.apply("modbus start");
      link.open();
      awaitValue(link, "cycle", shown -> shown.quality() == Quality.GOOD);
    }
  }

  /** FIELD 15, 17: what a spoilt line lets through is what the unit said. */
  @ParameterizedTest
  @ValueSource(strings = {"noise", "pieces"})
  void aSpoiltLineNeverMakesAnotherValue(String fault) throws Exception {
    simulator.hold();
    long count = cycle("R1");
    try (Link link = modbusLink("R1")) {
      link.open();
      awaitValue(link, "cycle", shown -> Long.valueOf(count).equals(shown.value()));
      faults.apply(fault + " R1 on");
      for (int i = 0; i < 5; i++) {
        for (Observation seen : link.observe(Duration.ofSeconds(1))) {
          TagValue value = seen.values().get("cycle");
          assertTrue(
              value.quality() == Quality.BAD || value.value().equals(count), value.toString());
        }
      }
      faults.apply(fault + " R1 off");
      awaitValue(link, "cycle", shown -> shown.quality() == Quality.GOOD);
    }
  }

  private Link modbusLink(String machine) {
    Map<String, ModbusTagSettings> tags =
        Map.of("cycle", new ModbusTagSettings("holding:1", "uint32", null, null, null, null, null));
    Duration stale = Duration.ofSeconds(5);
    Duration poll = Duration.ofMillis(50);
    if (machine.equals("T")) {
      ModbusTcpSettings settings =
          new ModbusTcpSettings(
              "127.0.0.1", modbusPort, 1, poll, null, null, null, null, true, false);
      return ModbusLink.tcp(
          settings.host(),
          settings.port(),
          List.of(settings.machine(machine, stale, tags)),
          notice -> {});
    }
    ModbusRtuSettings settings =
        new ModbusRtuSettings(
            directory.resolve("LINE").toString(),
            machine.equals("R1") ? 1 : 247,
            115_200,
            Parity.NONE,
            1,
            null,
            null,
            poll,
            Duration.ofMillis(150),
            null,
            null,
            null,
            null,
            true,
            false);
    return ModbusLink.rtu(
        settings.line(), List.of(settings.machine(machine, stale, tags)), notice -> {});
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
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() - limit < 0, "waited in vain");
      Thread.sleep(20);
    }
  }

  private interface Wanted {
    boolean is(TagValue shown) throws Exception;
  }

  private static void awaitValue(Link link, String tag, Wanted wanted) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    TagValue last = null;
    while (System.nanoTime() - limit < 0) {
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
      String name, PlantSettings.Protocol protocol, Dialect dialect, String line, Integer unit) {
    return new PlantSettings.Machine(
        name,
        protocol,
        dialect,
        line,
        unit,
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
            Duration.ofSeconds(15));
    OpcUaTag tag = new OpcUaTag("cycle", "nsu=urn:millwright:plant;s=O/Cycle");
    return new OpcUaLink(
        settings,
        null,
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
            Duration.ofMillis(300),
            null);
    Map<String, AsciiTagSettings> tags =
        Map.of("count", new AsciiTagSettings("STATUS?\r\n", "COUNT=(\\d+);"));
    return new AsciiLink(
        settings.portSettings(), List.of(settings.machine("A", Duration.ofSeconds(5), tags)));
  }
}
