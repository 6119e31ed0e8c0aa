package dev.millwright.device.ascii;

import static dev.millwright.device.ascii.ScriptedMachine.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.Written.Outcome;
import dev.millwright.device.ascii.ScriptedMachine.Saying;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a machine on a real pseudo-terminal is told, and what its answer means. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class AsciiWriteTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Of a machine that is told something in vain, or whose answer comes late. */
  private static final Duration HASTY = Duration.ofMillis(500);

  private static final String OK = "OK\\r";
  private static final String ERR = "ERR[^\\r]*\\r";

  private static final AsciiTagSettings RECIPE =
      new AsciiTagSettings(null, null, "RC={value};\r", OK, ERR);
  private static final AsciiTagSettings START = new AsciiTagSettings(null, null, "GO\r", OK, ERR);

  @TempDir Path directory;
  private ScriptedMachine wire;
  private AsciiLink link;

  /** Of a machine that answers: a busy host must not make it late. */
  private Duration timeout = Duration.ofMillis(1_500);

  @AfterEach
  void close() {
    if (link != null) {
      link.close();
      wire.close();
    }
  }

  @Test
  void writes_go_out_in_order_between_queries_and_are_confirmed_one_by_one() throws Exception {
    start(query -> say(query.equals("Q") ? "S=RUN;\r" : "OK\r"));
    assertEquals("RUN", state(next()));
    assertEquals(
        List.of(Outcome.DONE, Outcome.DONE, Outcome.DONE, Outcome.DONE),
        outcomes(
            link.write(
                "M",
                List.of(
                    new TagWrite("recipe", "R42"),
                    new TagWrite("start", true),
                    new TagWrite("recipe", 17L),
                    new TagWrite("recipe", 1.5)))));
    assertEquals("RUN", state(next()));
    assertEquals(List.of("Q", "RC=R42;", "GO", "RC=17;", "RC=1.5;", "Q"), wire.asked());
  }

  /** I6: the machine's own words stand in the outcome, and the rest is not tried. */
  @Test
  void a_refusal_is_told_in_the_machines_words_and_ends_the_rest() throws Exception {
    start(query -> say(query.equals("GO") ? "ERR door open\r" : "OK\r"));
    List<Written> written =
        link.write(
            "M",
            List.of(
                new TagWrite("recipe", "R42"),
                new TagWrite("start", true),
                new TagWrite("recipe", "R43")));
    assertEquals(List.of(Outcome.DONE, Outcome.REFUSED, Outcome.NOT_TRIED), outcomes(written));
    assertEquals("the machine answered \"ERR door open\\r\"", written.get(1).why());
  }

  /** I6, FIELD 16: it is never said again, and its late answer confirms nothing else. */
  @Test
  void no_answer_is_unknown_and_a_late_one_is_not_taken_for_the_next() throws Exception {
    timeout = HASTY;
    start(
        query ->
            query.equals("GO") ? say(800, "OK\r") : say(query.equals("Q") ? "S=RUN;\r" : "ERR\r"));
    next();
    List<String> written = new ArrayList<>(List.of("GO"));
    Written first = write("start", true);
    // A host that keeps both sides waiting lets a late answer be found in time.
    while (first.outcome() != Outcome.UNKNOWN) {
      written.add("GO");
      assertTrue(written.size() < 5, first.toString());
      first = write("start", true);
    }
    assertEquals("no usable answer to \"GO\\r\" within 500ms: nothing came", first.why());
    Outcome outcome = null;
    while (outcome != Outcome.REFUSED) { // And one that comes at once be late.
      String recipe = "R" + written.size();
      written.add("RC=" + recipe + ";");
      assertTrue(written.size() < 10, "no answer is taken any more");
      outcome = write("recipe", recipe).outcome();
      assertNotEquals(Outcome.DONE, outcome, "the late answer to the first");
    }
    assertEquals("RUN", state(next()));
    assertEquals(written, wire.asked().stream().filter(said -> !said.equals("Q")).toList());
  }

  @Test
  void two_answers_are_no_confirmation() throws Exception {
    start(query -> say("OK\rERR\r"));
    Written written = write("start", true);
    assertEquals(Outcome.UNKNOWN, written.outcome());
    assertTrue(
        written.why().contains("confirm of tag start matches more than once"), written.why());
  }

  /** A value from a database must not end the command and begin another. */
  @Test
  void nothing_is_said_when_a_value_does_not_suit_its_tag() throws Exception {
    start(query -> say("OK\r"));
    for (Map.Entry<TagWrite, String> unfit :
        Map.of(
                new TagWrite("recipe", ""), "an empty text would be sent",
                new TagWrite("recipe", "R€"), "outside ISO-8859-1",
                new TagWrite("recipe", "x".repeat(300)),
                    "305 characters would be sent, more than 256",
                new TagWrite("start", false), "can only be written as true",
                new TagWrite("start", "now"), "can only be written as true",
                new TagWrite("state", "RUN"), "it has no key write",
                new TagWrite("nobody", true), "M has no tag nobody")
            .entrySet()) {
      Written written = write(unfit.getKey().tag(), unfit.getKey().value());
      assertEquals(Outcome.REFUSED, written.outcome());
      assertTrue(written.why().contains(unfit.getValue()), written.why());
    }
    assertEquals(List.of(), wire.asked());
    AsciiCommand semicolons =
        new AsciiTagSettings(null, null, "RC={value};", OK, null).tag("t").command();
    assertEquals("\"1;GO\" contains \";\", which ends the command", semicolons.refusal("1;GO"));
  }

  /** A machine that talks unasked says what it says while it is told something. */
  @Test
  void a_machine_that_talks_unasked_confirms_among_its_lines_and_none_of_them_is_lost()
      throws Exception {
    List<Saying> lines = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      lines.add(new Saying(10 * i, "S" + i + "\r"));
    }
    lines.add(new Saying(35, "OK\r"));
    wire =
        new ScriptedMachine(
            directory.resolve("port"), query -> query.equals("GO") ? lines : say("\rS0\r"));
    open(
        Map.of(
            "state",
            new AsciiTagSettings(null, "S(\\d)\r"),
            "start",
            START,
            "poke",
            new AsciiTagSettings(null, null, "P\r", "S0\r", null)),
        "\r");
    assertEquals(Outcome.DONE, write("poke", true).outcome());
    assertEquals(Outcome.DONE, write("start", true).outcome());
    List<Object> seen = new ArrayList<>();
    while (seen.size() < 6) {
      link.observe(SOON).forEach(observation -> seen.add(state(observation)));
    }
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), seen);
  }

  @Test
  void a_line_that_does_not_come_leaves_it_unknown() throws Exception {
    timeout = HASTY;
    wire = new ScriptedMachine(directory.resolve("port"), query -> say("\rS1\r"));
    open(Map.of("state", new AsciiTagSettings(null, "S(\\d)\r"), "start", START), "\r");
    Written written = write("start", true);
    assertEquals(Outcome.UNKNOWN, written.outcome());
    assertEquals("no usable answer to \"GO\\r\" within 500ms: no line says it", written.why());
    assertEquals(1L, state(next()));
  }

  @Test
  void a_slip_in_a_tags_table_is_told_with_what_is_right() {
    refused("confirm: is missing", null, null, "GO\r", null, null);
    refused("confirm: has no effect without write", "Q", "(a)", null, OK, null);
    refused("refuse: has no effect without write", "Q", "(a)", null, null, ERR);
    refused("reply: is missing", "Q", null, "GO\r", OK, null);
    refused("write: {recipe} is not known; {value} may", null, null, "GO {recipe}\r", OK, null);
    refused(
        "write: {value} is not known; {value} may stand there, once",
        null,
        null,
        "{value} {value}",
        OK,
        null);
    refused("write: has 0 characters, not 1 to 256", null, null, "", OK, null);
    refused("write: \"€\" has characters outside", null, null, "€", OK, null);
    refused("confirm: \"(OK)\" has capturing groups", null, null, "GO", "(OK)", null);
    refused("confirm: \"(?:OK)?\" also matches empty", null, null, "GO", "(?:OK)?", null);
    refused("refuse: \"[\" is not a regular expression", null, null, "GO", OK, "[");
  }

  private static void refused(String expected, String... keys) {
    String mistake =
        assertThrows(
                IllegalArgumentException.class,
                () -> new AsciiTagSettings(keys[0], keys[1], keys[2], keys[3], keys[4]))
            .getMessage();
    assertTrue(mistake.startsWith(expected), mistake);
  }

  private void start(Function<String, List<Saying>> script) throws Exception {
    wire = new ScriptedMachine(directory.resolve("port"), script);
    open(
        Map.of("state", new AsciiTagSettings("Q\r", "S=(\\w+);"), "recipe", RECIPE, "start", START),
        null);
  }

  private void open(Map<String, AsciiTagSettings> tags, String terminator) throws Exception {
    boolean asked = terminator == null;
    AsciiSettings settings =
        new AsciiSettings(
            directory.resolve("port").toString(),
            null,
            null,
            null,
            null,
            null,
            asked ? Duration.ofMillis(50) : null,
            timeout,
            HASTY,
            terminator);
    link =
        new AsciiLink(
            settings.portSettings(), List.of(settings.machine("M", Duration.ofMinutes(1), tags)));
    link.open();
  }

  private Observation next() throws Exception {
    List<Observation> seen = link.observe(SOON);
    assertEquals(1, seen.size(), "nothing was observed");
    return seen.get(0);
  }

  private static Object state(Observation seen) {
    return seen.values().get("state").value();
  }

  private Written write(String tag, Object value) throws Exception {
    return link.write("M", List.of(new TagWrite(tag, value))).get(0);
  }

  private static List<Outcome> outcomes(List<Written> written) {
    return written.stream().map(Written::outcome).toList();
  }
}
