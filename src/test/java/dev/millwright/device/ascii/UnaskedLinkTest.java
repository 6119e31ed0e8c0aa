package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.simulator.PseudoTerminal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines that talk of their own accord, on real pseudo-terminals. */
@Timeout(60)
class UnaskedLinkTest {

  private PseudoTerminal wire;
  private AsciiLink link;

  @BeforeEach
  void open() throws Exception {
    wire = PseudoTerminal.open(null);
    link =
        new AsciiLink(
            PortSettings.of(wire.slave().toString(), 9600), List.of(machine("A"), machine("B")));
    link.open();
  }

  @AfterEach
  void close() {
    link.close();
    wire.close();
  }

  @Test
  void each_line_is_an_observation_of_its_machine_in_order() throws Exception {
    say("lf a line\nA S1\nB S2\nA C7 S3\nnoise\nB C9\n");
    assertEquals(
        List.of(
            "A state=1 count=not received yet",
            "B state=2 count=not received yet",
            "A state=3 count=7",
            "B state=2 count=9"),
        seen(4));
  }

  /** FIELD 17. */
  @Test
  void a_line_in_pieces_is_read_when_it_is_whole() throws Exception {
    say("\nA S");
    assertEquals(List.of(), link.observe(Duration.ofMillis(30)));
    say("12");
    assertEquals(List.of(), link.observe(Duration.ofMillis(30)));
    say("3 C4\n");
    assertEquals(List.of("A state=123 count=4"), seen(1));
  }

  /** I8: a machine that went mad does not fill the memory, and is heard again when it recovers. */
  @Test
  void an_over_long_line_is_dropped_up_to_its_end() throws Exception {
    say("\nA S1\nA S2");
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      say("x".repeat(1_000));
      link.observe(Duration.ofMillis(1)).forEach(observation -> seen.add(words(observation)));
    }
    say(" C3\nA S4 C4\n");
    while (!seen.contains("A state=4 count=4")) {
      seen.addAll(seen(1));
    }
    seen.removeIf(words -> words.startsWith("B "));
    assertEquals("A state=1 count=not received yet", seen.remove(0));
    assertEquals("A state=4 count=4", seen.remove(seen.size() - 1));
    assertEquals(4, seen.size(), "of 20 kB, at each 4 kB: " + seen);
    seen.forEach(words -> assertTrue(words.startsWith("A state=a garbled line came"), words));
  }

  /** I4: noise may have eaten a line; what came before it does not hold any more. */
  @Test
  void what_a_garbled_line_told_is_not_known() throws Exception {
    String lost =
        "a garbled line came, and nothing that tells this since: noise, or another baud or parity?";
    say("\nA S1 C1\nB S2 C2\nT\u0081r \u00f6ffnen\u0007\nA \u00ff\u00803\nA S4\n");
    assertEquals(
        List.of(
            "A state=1 count=1",
            "B state=2 count=2",
            "A state=" + lost + " count=" + lost,
            "B state=" + lost + " count=" + lost,
            "A state=4 count=" + lost),
        seen(5));
  }

  /** I4: what was said before the line broke may not hold any more. */
  @Test
  void after_opening_anew_nothing_is_known() throws Exception {
    say("\nA S1 C1\n");
    assertEquals(List.of("A state=1 count=1"), seen(1));
    link.close();
    link.open();
    say("\nA S2\n");
    assertEquals(List.of("A state=2 count=not received yet"), seen(1));
  }

  private List<String> seen(int count) throws Exception {
    List<String> seen = new ArrayList<>();
    while (seen.size() < count) {
      List<Observation> next = link.observe(Duration.ofSeconds(30));
      assertEquals(false, next.isEmpty(), "only " + seen);
      next.forEach(observation -> seen.add(words(observation)));
    }
    return seen;
  }

  private static String words(Observation seen) {
    return seen.machine() + " state=" + words(seen, "state") + " count=" + words(seen, "count");
  }

  private static Object words(Observation seen, String tag) {
    TagValue value = seen.values().get(tag);
    return value.value() == null ? value.why() : value.value();
  }

  private void say(String words) throws IOException {
    wire.write(words.getBytes(ISO_8859_1));
  }

  private static AsciiMachine machine(String name) {
    return new AsciiMachine(
        name,
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        "\n",
        List.of(tag("state", name + " .*S(\\d+)"), tag("count", name + " .*C(\\d+)")));
  }

  private static AsciiTag tag(String name, String reply) {
    return new AsciiTag(name, null, Pattern.compile(reply));
  }
}
