package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.config.PlantLoader;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.simulator.Simulator;
import dev.millwright.testing.TestPlant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A technician's tools on real protocols: the plant of {@code conf/}, whose machines stay idle
 * here, so that every look shows the same.
 */
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD)
class ToolsTest {

  private static final Path GUIDE = Path.of("src/docs/operations.md");
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir static Path folder;
  @TempDir private Path files;

  private static TestPlant plant;
  private static Simulator simulator;

  @BeforeAll
  static void start() throws Exception {
    plant = TestPlant.in(folder, List.of("url = \"jdbc:postgresql://localhost/none\""), 1);
    simulator =
        Simulator.start(
            PlantLoader.load(plant.plant()),
            folder.resolve("plant.jsonl"),
            new Simulator.Times(Duration.ofHours(1), null),
            InstantSource.system());
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  /** Nothing is written: there is no database, and no journal afterwards. */
  @ParameterizedTest
  @ValueSource(strings = {"PRESS-01", "OVEN-01", "LATHE-01", "SAW-01", "PUMP-01", "CONV-01"})
  void aMachineIsProbedOverEachProtocol(String machine) {
    Console probed = run("probe", machine, "--once", "--json");
    assertEquals(Exit.OK, probed.exitCode(), probed.err());
    JsonObject look = JsonParser.parseString(probed.out()).getAsJsonObject();
    JsonObject values = look.getAsJsonObject("values");
    for (String tag : List.of("state", "recipe", "fault", "component", "counter")) {
      assertEquals("good", values.getAsJsonObject(tag).get("quality").getAsString(), tag);
      assertTrue(values.getAsJsonObject(tag).get("age_ms").getAsLong() >= 0, tag);
    }
    assertEquals("idle", look.get("shows").getAsString());
    JsonObject decided = look.getAsJsonArray("decided").get(0).getAsJsonObject();
    assertEquals("link_found", decided.get("event").getAsString());
    assertTrue(look.getAsJsonArray("wire").size() > 0, "what went over the wire: " + probed.out());
    assertFalse(Files.exists(folder.resolve("journal.db")), "no journal");
  }

  /** A machine without a controller shows what its drive would, and nothing is written to it. */
  @ParameterizedTest
  @ValueSource(strings = {"DOSER-01", "RINSER-01", "MIXER-01"})
  void aSteppedMachineIsProbedWithItsDrive(String machine) {
    Console probed = run("probe", machine, "--once", "--json");
    assertEquals(Exit.OK, probed.exitCode(), probed.err());
    JsonObject look = JsonParser.parseString(probed.out()).getAsJsonObject();
    JsonObject values = look.getAsJsonObject("values");
    assertEquals("good", values.getAsJsonObject("valve").get("quality").getAsString());
    assertEquals("idle", values.getAsJsonObject("millwright.state").get("value").getAsString());
    assertEquals("idle", look.get("shows").getAsString());
    JsonObject decided = look.getAsJsonArray("decided").get(0).getAsJsonObject();
    assertEquals("idle", decided.get("to_status").getAsString());
    // VALVE? is a question; a command would have a value.
    assertFalse(probed.out().contains("VALVE 0\\r"), probed.out());
  }

  /** Its file describes no tags; all that it shows is seen. */
  @Test
  void aVirtualMachineIsProbedLikeAnyOther() throws Exception {
    Path main = folder.resolve("virtual/millwright.toml");
    Files.createDirectories(main.resolveSibling("machines"));
    Files.writeString(main, "[database]\nurl = \"jdbc:postgresql://localhost:1/x\"\n");
    Files.writeString(
        main.resolveSibling("machines/virt-01.toml"),
        """
        serial_number = "VIRT-01"
        protocol = "virtual"
        [virtual]
        [drive]
        safe = [{ tag = "valve", value = false }]
        """);
    Console probed =
        Console.run("probe", "VIRT-01", "--once", "--json", "--config", main.toString());
    assertEquals(Exit.OK, probed.exitCode(), probed.err());
    JsonObject values =
        JsonParser.parseString(probed.out()).getAsJsonObject().getAsJsonObject("values");
    for (String tag : List.of("millwright.state", "state", "ready", "valve", "mixer")) {
      assertEquals("good", values.getAsJsonObject(tag).get("quality").getAsString(), tag);
    }
    assertFalse(values.has("start"), "it is only written");
  }

  /** Without any file: the address and what to ask. */
  @Test
  void whatNoFileDescribesIsProbedByItsAddress() throws Exception {
    String conv = Files.readString(plant.config().resolveSibling("machines/conv-01.toml"));
    String port = group("port = (\\d+)", conv);
    Console tcp =
        Console.run(
            "probe",
            "tcp://127.0.0.1:" + port,
            "--unit",
            "1",
            "--address",
            "holding:0",
            "--type",
            "uint16",
            "--address",
            "coil:0",
            "--type",
            "bool",
            "--once");
    assertEquals(Exit.OK, tcp.exitCode(), tcp.err() + tcp.out());
    assertTrue(tcp.out().contains(" 00 00 00 06 01 03 00 00 00 01"), tcp.out());
    assertTrue(tcp.out().contains("coil:0     false  good"), tcp.out());
    Console rtu =
        Console.run(
            "probe",
            port("PUMPS"),
            "--modbus",
            "--unit",
            "2",
            "--parity",
            "none",
            "--address",
            "input:0",
            "--type",
            "uint16",
            "--set",
            "timeout=2s",
            "--once");
    assertEquals(Exit.OK, rtu.exitCode(), rtu.err() + rtu.out());
    assertTrue(rtu.out().contains("sent       02 04 00 00 00 01 31 F9"), rtu.out());
    Console ascii =
        Console.run(
            "probe", port("LATHE-01"), "--ascii", "--baud", "19200", "--query", "ST?\\r", "--once");
    assertEquals(Exit.OK, ascii.exitCode(), ascii.err() + ascii.out());
    assertTrue(ascii.out().contains("sent       53 54 3F 0D  \"ST?\\r\""), ascii.out());
    assertTrue(ascii.out().contains("value  \"ST 0\"  good"), ascii.out());
    assertFalse(ascii.out().contains("would log"), "there is no state map to decide by");
    Console opcUa =
        Console.run(
            "probe",
            endpoint(),
            "--security",
            "None",
            "--node",
            "nsu=urn:millwright:plant;s=PRESS-01/State",
            "--node",
            "ns=1;s=nothing",
            "--for",
            "2s");
    assertTrue(opcUa.out().contains("0x00000000 Good  source 20"), opcUa.out());
    assertTrue(opcUa.out().contains("Bad_NodeIdUnknown"), "failure per node: " + opcUa.out());
  }

  @Test
  void whatIsWrongWithAnAddressIsSaidByItsOption() {
    assertRefused(Exit.USAGE, "either --ascii or --modbus", "probe", "/dev/ttyUSB0");
    assertRefused(Exit.USAGE, "--node is missing", "probe", "opc.tcp://h", "--security", "None");
    assertRefused(Exit.USAGE, "Modbus needs --unit and --address", "probe", "tcp://h:502");
    assertRefused(
        Exit.USAGE,
        "unit: 300 is not between 1 and 247",
        "probe",
        "tcp://h",
        "--unit",
        "300",
        "--address",
        "holding:1",
        "--type",
        "uint16");
    assertRefused(
        Exit.USAGE,
        "unknown key \"word_ordr\"; did you mean \"word_order\"?",
        "probe",
        "tcp://h",
        "--unit",
        "3",
        "--address",
        "coil:1",
        "--set",
        "word_ordr=big");
    assertRefused(Exit.USAGE, "is a machine's name", "probe", "PRESS-01", "--unit", "3");
    assertRefused(
        Exit.NO_INPUT,
        "did you mean \"PRESS-01\"?",
        "probe",
        "PRESS-1",
        "--config",
        plant.config().toString());
    assertRefused(Exit.UNAVAILABLE, "no such port", "probe", "/dev/ttyNONE", "--ascii", "--once");
  }

  /** A serial line has one reader: who else wants to know is told what to do. */
  @Test
  void aLineThatSomebodyHoldsIsNotShared() throws Exception {
    SerialLine daemon = new SerialLine(PortSettings.of(port("LATHE-01"), 19200));
    daemon.open();
    try {
      Console refused = run("probe", "LATHE-01", "--once");
      assertEquals(Exit.UNAVAILABLE, refused.exitCode());
      assertTrue(refused.err().contains("busy"), refused.err());
      assertTrue(refused.err().contains("trace = true"), refused.err());
      Path trace = files.resolve("t.jsonl");
      Console untraced = run("trace", "LATHE-01", "--to", trace.toString(), "--for", "1s");
      assertEquals(Exit.UNAVAILABLE, untraced.exitCode());
      assertTrue(untraced.err().contains("trace = true"), untraced.err());
    } finally {
      daemon.close();
    }
  }

  /** FIELD 25: a stop that was asked for is a success. */
  @Test
  @Tag("host") // a process
  void ctrlCEndsAProbeInOrder() throws Exception {
    try (Child probe =
        Child.start(
            files, "probe", "PRESS-02", "--config", plant.config().toAbsolutePath().toString())) {
      probe.awaitOut("state map", PATIENCE);
      probe.signal("TERM");
      assertEquals(Exit.OK, probe.awaitExit(PATIENCE), probe::err);
      assertTrue(probe.out().contains("transitions that were not written"), probe.out());
    }
  }

  @Test
  void aTraceIsReplayedAndItsDamageIsNamed() throws Exception {
    Path trace = files.resolve("oven.jsonl");
    Console traced = run("trace", "OVEN-01", "--to", trace.toString(), "--for", "1s");
    assertEquals(Exit.OK, traced.exitCode(), traced.err());
    assertTrue(traced.out().contains("1 transition, "), traced.out());
    Console replayed = Console.run("replay", trace.toString());
    assertEquals(Exit.OK, replayed.exitCode(), replayed.err());
    assertTrue(replayed.out().contains("offline → idle"), replayed.out());
    assertTrue(replayed.out().endsWith("1 transition: as recorded\n"), replayed.out());
    String text = Files.readString(trace);
    assertTrue(text.contains("\"sent\":\"5354415455533F0D0A\""), "STATUS? in hexadecimal: " + text);
    Path cut = files.resolve("cut.jsonl");
    Files.writeString(cut, text.substring(0, text.length() - 40));
    Console damaged = Console.run("replay", cut.toString());
    assertEquals(Exit.DATA, damaged.exitCode());
    long last = text.lines().count() - 1;
    assertTrue(
        damaged.err().contains("line " + last + ": the file ends in the middle"), damaged.err());
    assertTrue(damaged.out().contains("offline → idle"), "what is good before is replayed");
    assertRefused(Exit.DATA, "this is not a trace", "replay", plant.config().toString());
    assertRefused(Exit.IO_ERROR, "no such file", "replay", files.resolve("none").toString());
    assertRefused(
        Exit.IO_ERROR,
        "is there already",
        "trace",
        "OVEN-01",
        "--to",
        trace.toString(),
        "--config",
        plant.config().toString());
  }

  /** What would a corrected file have made of it? */
  @Test
  void aTraceIsReplayedWithAnotherConfiguration() throws Exception {
    Path trace = files.resolve("conv.jsonl");
    assertEquals(
        Exit.OK, run("trace", "CONV-01", "--to", trace.toString(), "--for", "1s").exitCode());
    TestPlant other =
        TestPlant.in(files.resolve("other"), List.of("url = \"jdbc:postgresql://localhost/x\""), 1);
    Path machine = other.config().resolveSibling("machines/conv-01.toml");
    Files.writeString(machine, Files.readString(machine).replace("idle = [0]", "idle = [7]"));
    Console otherwise =
        Console.run(
            "replay", trace.toString(), "--with-config", "--config", other.config().toString());
    assertEquals(Exit.DIFFERENT, otherwise.exitCode(), otherwise.err());
    assertTrue(otherwise.err().contains("recorded link_found seq=1"), otherwise.err());
    assertTrue(otherwise.err().contains(", now nothing"), otherwise.err());
    assertTrue(otherwise.out().contains("tag state shows \"0\", which no list"), otherwise.out());
  }

  /** What the operations guide shows is what these commands print, but for numbers and times. */
  @Test
  void theTranscriptsOfTheGuideAreTrue() throws Exception {
    String guide = Files.readString(GUIDE);
    int begin = guide.indexOf("\n## Tools for technicians\n");
    String section = guide.substring(begin, guide.indexOf("\n## ", begin + 1));
    Matcher block = Pattern.compile("(?s)```\n\\$ millwright (.*?)\n(.*?)```").matcher(section);
    int transcripts = 0;
    while (block.find()) {
      assertEquals(shape(block.group(2)), printed(block), block.group(1));
      transcripts++;
    }
    assertTrue(transcripts >= 5, "probe, browse, discover, trace, replay: " + transcripts);
  }

  /**
   * On a host that is short of time, a machine's first answers may come late: it is asked again.
   */
  private String printed(Matcher block) throws Exception {
    String printed = "";
    for (int i = 0; i < 5 && !printed.equals(shape(block.group(2))); i++) {
      if (block.group(1).startsWith("trace")) {
        Files.deleteIfExists(files.resolve("press-01.jsonl"));
      }
      Console console = Console.run(words(block.group(1)));
      printed = shape(console.out() + console.err());
    }
    return printed;
  }

  /** A command of the guide, in this test's place. */
  private String[] words(String command) throws Exception {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(command);
    while (word.find()) {
      String text = word.group(1) == null ? word.group(2) : word.group(1);
      words.add(
          text.equals("conf/millwright.toml")
              ? plant.config().toString()
              : text.endsWith(".jsonl")
                  ? files.resolve(text).toString()
                  : text.replace("opc.tcp://127.0.0.1:4850", endpoint()));
    }
    return words.toArray(String[]::new);
  }

  /** Without what differs from one run to the next. */
  private static String shape(String text) {
    return text.lines()
        .map(
            line ->
                line.replaceAll("opc\\.tcp://127\\.0\\.0\\.1:\\d+", "URL")
                    .replaceAll("\\S*/machines/", "MACHINES/")
                    .replaceAll("\\S*/(?=[A-Z]+(-\\d+)?\\b)(?!\\S*;)", "PORTS/")
                    .replaceAll("\\S+\\.jsonl", "FILE")
                    .replaceAll("20\\d\\d-\\d\\d-\\d\\d[T ][0-9:.]+(Z|[+-]\\d\\d:\\d\\d)", "TIME")
                    .replaceAll("\\d+ ms( to \\d+ ms)?", "AGE")
                    .replaceAll("\\b\\d+ (readings?|steps?|KiB|more)", "N")
                    .replaceAll("\\s+", " ")
                    .strip())
        .reduce("", (all, line) -> all + line + "\n");
  }

  private static void assertRefused(int code, String words, String... arguments) {
    Console refused = Console.run(arguments);
    assertTrue(refused.err().contains(words), refused.err());
    assertEquals(code, refused.exitCode());
    assertFalse(refused.err().contains("\tat "), refused.err());
  }

  private static Console run(String command, String machine, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, machine));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--config", plant.config().toString()));
    return Console.run(arguments.toArray(String[]::new));
  }

  private static String endpoint() throws Exception {
    return group(
        "endpoint = \"([^\"]*)\"",
        Files.readString(plant.config().resolveSibling("machines/press-01.toml")));
  }

  private static String port(String name) {
    return folder.resolve("ports").resolve(name).toAbsolutePath().toString();
  }

  private static String group(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }
}
