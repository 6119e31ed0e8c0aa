package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.ascii.AsciiLink;
import dev.millwright.device.ascii.AsciiSettings;
import dev.millwright.device.ascii.AsciiTagSettings;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Simulated machines, read by the daemon's own link as the reference page says. */
@Timeout(120)
class AsciiFaceTest {

  private static final String MACHINE = "PRESS-02";
  private static final Path REFERENCE = Path.of("src/docs/ascii.md");

  /** A tag's table in a sample file. */
  private static final Pattern TAG_TABLE =
      Pattern.compile("\\[tags\\.(\\w+)]\n(?:query = \"(.*)\"\n)?reply = \"(.*)\"\n");

  private static final Map<String, AsciiTagSettings> REGISTER_TAGS =
      Map.of(
          "state", new AsciiTagSettings("ST?\r", "ST (\\d+)\r"),
          "recipe", new AsciiTagSettings("RC?\r", "RC ([^\r]*)\r"),
          "count", new AsciiTagSettings("CN?\r", "CN (\\d+)\r"),
          "fault", new AsciiTagSettings("FT?\r", "FT ([^\r]*)\r"),
          "component", new AsciiTagSettings("FC?\r", "FC ([^\r]*)\r"));

  private final Wire wire = new Wire(new Random(1));

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void each_dialect_shows_what_the_machine_does(Dialect dialect) throws Exception {
    Path port = directory.resolve("press");
    try (AsciiFace face = AsciiFace.open(MACHINE, dialect, port, wire);
        AsciiLink link = link(dialect, port)) {
      link.open();
      face.show(appearance(Phase.IDLE, 16, "R41", "", ""));
      await(link, state(dialect, "IDLE", 0), 16L, "R41", "", "");
      face.show(appearance(Phase.PROCESSING, 17, "R42", "", ""));
      await(link, state(dialect, "RUN", 1), 17L, "R42", "", "");
      face.show(appearance(Phase.ERROR, 17, "R42", "jam", "ram"));
      await(link, state(dialect, "FAULT", 9), 17L, "R42", "jam", "ram");
    }
  }

  /** FIELD 8: each change is said, so a short state is not missed on a stream. */
  @Test
  void a_stream_says_every_change_in_order() throws Exception {
    Path port = directory.resolve("press");
    try (AsciiFace face = AsciiFace.open(MACHINE, Dialect.STREAM, port, wire);
        AsciiLink link = link(Dialect.STREAM, port)) {
      link.open();
      List<Observation> seen = List.of();
      while (seen.isEmpty()) {
        seen = link.observe(Duration.ofSeconds(30)); // the first line that is surely whole
      }
      for (long count = 1; count <= 50; count++) {
        face.show(appearance(Phase.PROCESSING, count, "R1", "", ""));
      }
      long expected = 1;
      while (expected <= 50) {
        for (Observation next : link.observe(Duration.ofSeconds(2))) {
          if (!next.values().get("count").value().equals(expected - 1)) { // said again
            assertEquals(expected++, next.values().get("count").value());
          }
        }
      }
    }
  }

  @Test
  void a_closed_face_leaves_no_thread_and_no_name_behind() throws Exception {
    Path port = directory.resolve("press");
    AsciiFace face = AsciiFace.open(MACHINE, Dialect.STATUS, port, wire);
    assertTrue(Files.isSymbolicLink(port));
    long start = System.nanoTime();
    face.close();
    face.close();
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos());
    assertFalse(Files.exists(port, LinkOption.NOFOLLOW_LINKS));
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("simulated " + MACHINE)));
  }

  private static Object state(Dialect dialect, String word, long code) {
    return dialect == Dialect.STATUS ? word : (Object) code;
  }

  private static void await(AsciiLink link, Object... expected) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Map<String, Object> shown = new HashMap<>();
    while (System.nanoTime() - deadline < 0) {
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        for (Map.Entry<String, TagValue> tag : seen.values().entrySet()) {
          if (tag.getValue().quality() == Quality.GOOD) { // late for once on a busy host
            shown.put(tag.getKey(), tag.getValue().value());
          }
        }
      }
      Map<String, Object> wanted =
          Map.of(
              "state", expected[0],
              "count", expected[1],
              "recipe", expected[2],
              "fault", expected[3],
              "component", expected[4]);
      if (shown.equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("shown " + shown);
  }

  /** What technicians copy must work: the samples are read from the page itself. */
  private static Map<String, AsciiTagSettings> tags(Dialect dialect) throws IOException {
    if (dialect == Dialect.REGISTERS) {
      return REGISTER_TAGS;
    }
    String sample =
        Files.readString(REFERENCE).split("```toml", -1)[dialect == Dialect.STATUS ? 1 : 2];
    Map<String, AsciiTagSettings> tags = new HashMap<>();
    Matcher table = TAG_TABLE.matcher(sample);
    while (table.find()) {
      tags.put(table.group(1), new AsciiTagSettings(text(table.group(2)), text(table.group(3))));
    }
    return tags;
  }

  /** Reads a TOML string, as far as the samples go. */
  private static String text(String toml) {
    return toml == null ? null : toml.translateEscapes();
  }

  private static AsciiLink link(Dialect dialect, Path port) throws IOException {
    AsciiSettings settings =
        new AsciiSettings(
            port.toString(),
            null,
            null,
            null,
            null,
            null,
            dialect == Dialect.STREAM ? null : Duration.ofMillis(50),
            dialect == Dialect.STREAM ? null : Duration.ofMillis(200),
            null,
            null);
    return new AsciiLink(
        settings.portSettings(),
        List.of(settings.machine(MACHINE, Duration.ofSeconds(5), tags(dialect))));
  }

  private static Appearance appearance(
      Phase phase, long cycle, String recipe, String fault, String component) {
    return new Appearance(MACHINE, phase, cycle, recipe, fault, component, Instant.EPOCH);
  }
}
