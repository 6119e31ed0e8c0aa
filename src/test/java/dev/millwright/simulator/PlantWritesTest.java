package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.Written.Outcome;
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
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plant's machines do what they are told, over each protocol, and say what they do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class PlantWritesTest {

  private static final Duration STALE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path directory;
  private static int port;
  private static int modbusPort;
  private static Simulator simulator;

  /** Machines that begin nothing by themselves within the test; each has its turn. */
  @BeforeAll
  static void start() throws Exception {
    port = FreePort.find();
    modbusPort = FreePort.find();
    PlantSettings plant =
        new PlantSettings(
            1,
            1,
            Duration.ofMillis(20),
            directory,
            new PlantSettings.OpcUa("127.0.0.1:" + port, null, null, null),
            new PlantSettings.ModbusTcp("127.0.0.1:" + modbusPort),
            List.of(
                machine("opcua", PlantSettings.Protocol.OPCUA, null, null, null),
                machine("status", PlantSettings.Protocol.ASCII, Dialect.STATUS, null, null),
                machine("registers", PlantSettings.Protocol.ASCII, Dialect.REGISTERS, null, null),
                machine("stream", PlantSettings.Protocol.ASCII, Dialect.STREAM, null, null),
                machine("rtu", PlantSettings.Protocol.MODBUS_RTU, null, "LINE", 1),
                machine("tcp", PlantSettings.Protocol.MODBUS_TCP, null, null, 1),
                stepped("plainopcua", PlantSettings.Protocol.OPCUA, null, null, null),
                stepped("plainstatus", PlantSettings.Protocol.ASCII, Dialect.STATUS, null, null),
                stepped(
                    "plainregisters", PlantSettings.Protocol.ASCII, Dialect.REGISTERS, null, null),
                stepped("plainrtu", PlantSettings.Protocol.MODBUS_RTU, null, "SECOND", 1),
                stepped("plaintcp", PlantSettings.Protocol.MODBUS_TCP, null, null, 2)));
    simulator =
        Simulator.start(
            plant,
            directory.resolve("truth.jsonl"),
            new Simulator.Times(Duration.ZERO, null),
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  private static PlantSettings.Machine machine(
      String name, PlantSettings.Protocol protocol, Dialect dialect, String line, Integer unit) {
    Duration never = Duration.ofHours(24);
    return new PlantSettings.Machine(
        name, protocol, dialect, line, unit, List.of("R1", "R42"), never, never, 0, 0, null, null);
  }

  private static PlantSettings.Machine stepped(
      String name, PlantSettings.Protocol protocol, Dialect dialect, String line, Integer unit) {
    return new PlantSettings.Machine(
        name, protocol, dialect, line, unit, null, null, null, 0, 0, null, null);
  }

  /** A machine without a controller: its outputs keep what is written, and it does nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"plainopcua", "plainstatus", "plainregisters", "plainrtu", "plaintcp"})
  void aMachineWithoutRecipesKeepsItsOutputsAndStartsNothing(String name) throws Exception {
    Object off = name.matches("plain(status|registers)") ? (Object) 0L : false;
    Object on = name.matches("plain(status|registers)") ? (Object) 1L : true;
    try (Link link = link(name)) {
      link.open();
      await(link, "valve", off);
      assertEquals(Outcome.DONE, write(link, name, "valve", on).outcome());
      await(link, "valve", on);
      await(link, "ack", off);
      assertEquals(Outcome.REFUSED, write(link, name, "start", true).outcome());
      assertEquals(Outcome.DONE, write(link, name, "valve", off).outcome());
      await(link, "valve", off);
    }
    assertNull(Truth.read(directory.resolve("truth.jsonl")).get(name), "it decides nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"opcua", "status", "registers", "stream", "rtu", "tcp"})
  void aMachineRunsTheRecipeThatIsWrittenAndRefusesWhatItCannotDo(String name) throws Exception {
    try (Link link = link(name)) {
      link.open();
      await(link, "counter", 0L);
      assertEquals(Outcome.REFUSED, write(link, name, "recipe", "R43").outcome());
      assertEquals(Outcome.REFUSED, write(link, name, "stop", true).outcome());
      List<Written> started =
          link.write(
              name,
              List.of(
                  new TagWrite("recipe", "R42"),
                  new TagWrite("ack", booleanOrText(name)),
                  new TagWrite("start", true)));
      started.forEach(written -> assertEquals(Outcome.DONE, written.outcome(), written.why()));
      await(link, "counter", 1L);
      await(link, "shown", "R42");
      assertEquals(Outcome.REFUSED, write(link, name, "start", true).outcome(), "it is busy");
      assertEquals(Outcome.DONE, write(link, name, "stop", true).outcome());
    }
    assertEquals(
        List.of("start 1", "stop 1"),
        Truth.read(directory.resolve("truth.jsonl")).get(name).stream()
            .map(step -> step.event() + " " + step.cycle())
            .toList());
    List<Panel.Entry> entries = simulator.written(name);
    assertEquals(new Panel.Entry("recipe", "R43", Controls.Refusal.UNKNOWN_RECIPE), entries.get(0));
    assertEquals(
        List.of("stop true NOT_NOW", "recipe R42 null", "ack true null", "start true null"),
        Stream.of(1, 2, 3, 4)
            .map(entries::get)
            .map(entry -> entry.tag() + " " + entry.value() + " " + entry.refusal())
            .toList());
  }

  /** In ASCII a truth is a 1. */
  private static Object booleanOrText(String name) {
    return name.matches("status|registers|stream") ? (Object) 1L : true;
  }

  private static Written write(Link link, String machine, String tag, Object value)
      throws Exception {
    return link.write(machine, List.of(new TagWrite(tag, value))).get(0);
  }

  private static void await(Link link, String tag, Object wanted) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    Object last = null;
    while (!wanted.equals(last)) {
      assertTrue(System.nanoTime() - limit < 0, tag + " last: " + last);
      for (Observation seen : link.observe(Duration.ofMillis(200))) {
        last = seen.values().get(tag).value();
      }
    }
  }

  private Link link(String name) {
    return switch (name) {
      case "opcua", "plainopcua" -> opcUa(name);
      case "rtu" -> rtu(name, "LINE");
      case "plainrtu" -> rtu(name, "SECOND");
      case "tcp" -> tcp(name, 1);
      case "plaintcp" -> tcp(name, 2);
      default -> ascii(name);
    };
  }

  private Link ascii(String name) {
    Map<String, AsciiTagSettings> tags =
        switch (name) {
          case "status" ->
              Map.of(
                  "counter", new AsciiTagSettings("STATUS?\r\n", "COUNT=(\\d+);"),
                  "shown", new AsciiTagSettings("STATUS?\r\n", "RECIPE=([^;]*);"),
                  "recipe", told("SELECT {value}\r\n"),
                  "start", told("START\r\n"),
                  "stop", told("STOP\r\n"),
                  "ack", told("ACK {value}\r\n"));
          case "registers" ->
              Map.of(
                  "counter", new AsciiTagSettings("CN?\r", "CN (\\d+)\r"),
                  "shown", new AsciiTagSettings("RC?\r", "RC ([^\r]*)\r"),
                  "recipe", told("RC={value}\r"),
                  "start", told("GO=1\r"),
                  "stop", told("HA=1\r"),
                  "ack", told("AK={value}\r"));
          case "plainstatus" ->
              Map.of(
                  "start", told("START\r\n"),
                  "ack", asked("ACK?\r\n", "ACK ([01])\r\n", "ACK {value}\r\n"),
                  "valve", asked("VALVE?\r\n", "VALVE ([01])\r\n", "VALVE {value}\r\n"));
          case "plainregisters" ->
              Map.of(
                  "start", told("GO=1\r"),
                  "ack", asked("AK?\r", "AK ([01])\r", "AK={value}\r"),
                  "valve", asked("VA?\r", "VA ([01])\r", "VA={value}\r"));
          default ->
              Map.of(
                  "counter", new AsciiTagSettings(null, "^\\$stream,\\d,(\\d+),"),
                  "shown", new AsciiTagSettings(null, "^\\$stream,\\d,\\d+,([^,]*),"),
                  "recipe", told("SELECT {value}\n"),
                  "start", told("START\n"),
                  "stop", told("STOP\n"),
                  "ack", told("ACK {value}\n"));
        };
    boolean asked = !name.equals("stream");
    AsciiSettings settings =
        new AsciiSettings(
            directory.resolve(name).toString(),
            null,
            null,
            null,
            null,
            null,
            asked ? POLL : null,
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            null);
    return new AsciiLink(settings.portSettings(), List.of(settings.machine(name, STALE, tags)));
  }

  private static AsciiTagSettings asked(String query, String reply, String write) {
    return new AsciiTagSettings(query, reply, write, "OK[\r\n]", "ERR [A-Z ]*[\r\n]");
  }

  private static AsciiTagSettings told(String write) {
    return new AsciiTagSettings(null, null, write, "OK[\r\n]", "ERR [A-Z ]*[\r\n]");
  }

  private Link rtu(String name, String line) {
    ModbusRtuSettings settings =
        new ModbusRtuSettings(
            directory.resolve(line).toString(),
            1,
            115_200,
            Parity.NONE,
            1,
            null,
            null,
            POLL,
            Duration.ofSeconds(2),
            Duration.ofMillis(300),
            null,
            null,
            null,
            true,
            false);
    return ModbusLink.rtu(
        settings.line(), List.of(settings.machine(name, STALE, modbusTags())), notice -> {});
  }

  private Link tcp(String name, int unit) {
    ModbusTcpSettings settings =
        new ModbusTcpSettings(
            "127.0.0.1",
            modbusPort,
            unit,
            POLL,
            Duration.ofSeconds(2),
            null,
            null,
            null,
            false,
            false);
    return ModbusLink.tcp(
        settings.host(),
        settings.port(),
        List.of(settings.machine(name, STALE, modbusTags())),
        notice -> {});
  }

  private static Map<String, ModbusTagSettings> modbusTags() {
    return Map.of(
        "counter", modbus("holding:1", "uint32"),
        "shown", modbus("holding:3", "string[16]"),
        "recipe", modbus("holding:40", "string[16]"),
        "start", modbus("coil:1", null),
        "stop", modbus("holding:48.1", null),
        "ack", modbus("holding:48.3", null),
        "valve", modbus("coil:5", null));
  }

  private static ModbusTagSettings modbus(String address, String type) {
    return new ModbusTagSettings(address, type, null, null, null, null, null);
  }

  private Link opcUa(String name) {
    OpcUaSettings settings =
        new OpcUaSettings(
            "opc.tcp://127.0.0.1:" + port,
            "None",
            null,
            POLL,
            Duration.ofMillis(10),
            null,
            null,
            Duration.ofSeconds(5));
    List<OpcUaTag> tags =
        Stream.of(
                "counter/Cycle",
                "shown/Recipe",
                "recipe/Select",
                "start/Start",
                "stop/Stop",
                "ack/Ack",
                "valve/Valve")
            .map(pair -> pair.split("/", -1))
            .map(
                pair ->
                    new OpcUaTag(
                        pair[0], "nsu=" + OpcUaPlant.NAMESPACE + ";s=" + name + "/" + pair[1]))
            .toList();
    return new OpcUaLink(
        settings, null, List.of(new OpcUaMachine(name, STALE, tags)), notice -> {});
  }
}
