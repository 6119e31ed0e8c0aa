package dev.millwright.device.ascii;

import static dev.millwright.device.ascii.ScriptedMachine.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.ascii.ScriptedMachine.Saying;
import dev.millwright.device.serial.PortSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Machines that are asked, on real pseudo-terminals. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class AsciiLinkTest {

  /** Of machines that answer: a busy host must not make them late. */
  private static final int PATIENT = 1_500;

  /** Of machines that are asked in vain, or whose answers come late. */
  private static final int TIMEOUT = 400;

  /** Where what does not answer is to cost little. */
  private static final int SHORT_TIMEOUT = 200;

  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path directory;
  private ScriptedMachine wire;
  private AsciiLink link;

  @AfterEach
  void close() {
    if (link != null) {
      link.close();
    }
    wire.close();
  }

  @Test
  void tags_with_one_query_are_one_exchange_and_one_snapshot() throws Exception {
    int[] count = {0};
    start(
        query -> say("S=RUN;C=" + ++count[0] + ";\r"),
        machine("M", tag("state", "Q", "S=(\\w+);"), tag("count", "Q", "C=(\\d+);")));
    for (long expected = 1; expected <= 3; expected++) {
      Observation seen = next();
      assertEquals("RUN", value(seen, "state"));
      assertEquals(expected, value(seen, "count"));
    }
    assertEquals(3, wire.asked().size());
  }

  /** FIELD 17, with pauses between the pieces that are long for a program. */
  @Test
  void an_answer_in_pieces_between_noise_is_read_as_a_whole() throws Exception {
    start(
        query ->
            List.of(
                new Saying(0, "\0#noise\r"),
                new Saying(10, "S="),
                new Saying(20, "RU"),
                new Saying(40, "N"),
                new Saying(60, ";\rnoise")),
        machine("M", tag("state", "Q", "S=(\\w+);")));
    assertEquals("RUN", value(next(), "state"));
    assertEquals("RUN", value(next(), "state"));
  }

  /** FIELD 6, 7: the reason stands where the value would be; the link itself is not broken. */
  @Test
  void no_answer_makes_the_tags_bad_with_the_reason_and_the_link_goes_on() throws Exception {
    start(query -> List.of(), hasty("M", tag("state", "Q", "S=(\\w+);")));
    assertEquals(
        Duration.ofMillis(TIMEOUT), link.longestRequest(), "what a pulse's end allows for");
    assertEquals("no usable answer to \"Q\\r\" within 400ms: nothing came", why(next(), "state"));
    wire.answers(query -> say("S=IDLE;"));
    assertEquals("IDLE", value(good(), "state"));
  }

  /**
   * I4: a reading in which a question fails takes long, and what it read first is as old as that.
   */
  @Test
  void each_value_is_as_old_as_its_answer() throws Exception {
    start(
        query -> query.startsWith("Q") ? say("S=RUN;") : List.of(),
        hasty("M", tag("state", "Q", "S=(\\w+);"), tag("count", "C", "C=(\\d+);")));
    Observation seen = next();
    assertEquals(Quality.BAD, seen.values().get("count").quality());
    long age = seen.age("state").likely().toMillis();
    assertTrue(age >= TIMEOUT && age < SOON.toMillis(), "as the other question's time-out: " + age);
    assertEquals(Age.NONE, seen.age("count"));
  }

  /** FIELD 16. The answer comes while the line is quarantined. */
  @Test
  void a_late_answer_is_not_taken_for_the_next() throws Exception {
    int[] asked = {0};
    start(
        query -> {
          int n = ++asked[0];
          return say(n % 3 == 2 ? 640 : 0, "S=" + n + ";");
        },
        hasty("M", tag("state", "Q", "S=(\\w+);")));
    List<String> whys = observeOnlyTheLatest(4);
    // A reader that was kept waiting as well may find it in time.
    while (whys.isEmpty()) {
      assertTrue(wire.asked().size() < 20, "none was late");
      whys = observeOnlyTheLatest(wire.asked().size() + 3);
    }
  }

  /**
   * Whatever is good answers the latest query, until that many were asked and the last of them was
   * answered.
   *
   * @return why the others are bad; on a busy host there may be more than the late one
   */
  private List<String> observeOnlyTheLatest(int queries) throws Exception {
    List<String> whys = new ArrayList<>();
    long last = 0;
    while (last < queries) {
      TagValue state = next().values().get("state");
      if (state.quality() == Quality.BAD) {
        whys.add(state.why());
        assertTrue(whys.size() < 20, whys.toString());
      } else {
        last = wire.asked().size();
        assertEquals(last, state.value(), whys.toString());
      }
    }
    return whys;
  }

  /** FIELD 16. Later than the guarantee, but the next query is heard out: both are refused. */
  @Test
  void an_answer_later_than_the_quarantine_is_noticed_by_the_answer_that_follows_it()
      throws Exception {
    int[] asked = {0};
    start(
        query -> {
          int n = ++asked[0];
          return say(n % 3 == 1 ? 940 : 260, "S=" + n + ";");
        },
        hasty("M", tag("state", "Q", "S=(\\w+);")));
    List<String> whys = observeOnlyTheLatest(2);
    while (whys.stream().noneMatch(why -> why.contains("matches more than once"))) {
      assertTrue(wire.asked().size() < 20, whys.toString());
      whys.addAll(observeOnlyTheLatest(wire.asked().size() + 2));
    }
  }

  /** FIELD 16, for two machines whose answers look the same. */
  @Test
  void a_late_answer_is_not_taken_for_another_machines() throws Exception {
    boolean[] slow = {true};
    start(
        query -> {
          boolean late = query.equals("1") && slow[0];
          slow[0] &= !late;
          return say(late ? 600 : 0, "S=from " + query + ";");
        },
        hasty("ONE", tag("state", "1", "S=([^;]+);")),
        hasty("TWO", tag("state", "2", "S=([^;]+);")));
    Map<String, String> expected = Map.of("ONE", "from 1", "TWO", "from 2");
    int good = 0;
    int bad = 0;
    while (good < 5 || bad == 0) {
      // On a busy host others are late, too, or the late one is found in time.
      assertTrue(good + bad < 40, good + " and " + bad);
      Observation seen = next();
      TagValue state = seen.values().get("state");
      if (state.quality() == Quality.BAD) {
        bad++;
      } else {
        assertEquals(expected.get(seen.machine()), state.value());
        good++;
        slow[0] |= good % 5 == 0;
      }
    }
  }

  /** I8: the machine's tags say why; other machines on the line go on. */
  @Test
  void an_answer_that_never_ends_is_given_up_and_others_go_on() throws Exception {
    start(
        query ->
            query.equals("1")
                ? List.of(new Saying(0, "x".repeat(3_000)), new Saying(20, "x".repeat(3_000)))
                : say("S=RUN;"),
        machine("ENDLESS", SHORT_TIMEOUT, tag("state", "1", "S=(\\w+);")),
        hasty("FINE", tag("state", "2", "S=(\\w+);")));
    Map<String, List<TagValue>> seen = observeUntil("FINE", 10);
    seen.get("ENDLESS")
        .forEach(state -> assertTrue(state.why().contains("4096 bytes came, without an end")));
    assertTrue(running(seen.get("FINE")) >= 5, seen.toString());
  }

  @Test
  void a_dead_machine_leaves_most_of_the_line_to_the_others_and_is_observed_as_bad()
      throws Exception {
    start(
        query -> query.equals("1") ? List.of() : say("S=RUN;"),
        machine(
            "DEAD", SHORT_TIMEOUT, tag("state", "1", "S=(\\w+);"), tag("count", "1b", "C=(\\w+);")),
        hasty("TWO", tag("state", "2", "S=(\\w+);")),
        hasty("THREE", tag("state", "3", "S=(\\w+);")));
    Map<String, List<TagValue>> seen = observeUntil("DEAD", 15);
    assertTrue(seen.get("DEAD").stream().allMatch(state -> state.quality() == Quality.BAD));
    for (String alive : List.of("TWO", "THREE")) {
      assertTrue(running(seen.get(alive)) >= 6, alive + " " + seen.get(alive));
    }
    long askedTheDead = wire.asked().stream().filter(query -> query.startsWith("1")).count();
    assertTrue(askedTheDead <= 4, "observed on schedule, but asked " + askedTheDead + " times");
  }

  /** How many say so; on a busy host an answer is late now and then, but it is never another. */
  private static long running(List<TagValue> states) {
    return states.stream()
        .filter(state -> state.quality() == Quality.GOOD)
        .peek(state -> assertEquals("RUN", state.value()))
        .count();
  }

  /** FIELD 6: one bad tag does not spoil the machine's others. */
  @Test
  void a_query_that_the_machine_does_not_know_makes_only_its_own_tags_bad() throws Exception {
    start(
        query -> query.equals("S") ? say("S=RUN;") : List.of(),
        hasty("M", tag("fault", "F", "F=(\\w+);"), tag("state", "S", "S=(\\w+);")));
    for (int i = 0; i < 3; i++) {
      Observation seen = good();
      assertTrue(why(seen, "fault").contains("\"F\\r\""), seen.toString());
    }
  }

  /** I4: nothing on such a line can be told from anything else. */
  @Test
  void a_line_that_is_never_silent_is_said_to_be_so() throws Exception {
    List<Saying> chatter = new ArrayList<>();
    for (int at = 0; at < 3_000; at += 4) {
      chatter.add(new Saying(at, "S=RUN;"));
    }
    start(query -> chatter, machine("M", 150, tag("state", "Q", "S=(\\w+);")));
    for (String words : List.of("more than once", "the line is never silent for 150ms")) {
      // On a busy host it may be silent for once, and what is said then be taken for an answer.
      TagValue state = next().values().get("state");
      for (int tries = 0; state.why() == null || !state.why().contains(words); tries++) {
        assertTrue(tries < 20, state.toString());
        state = next().values().get("state");
      }
    }
  }

  @Test
  void what_did_not_change_is_observed_at_every_poll() throws Exception {
    start(query -> say("S=RUN;"), machine("M", tag("state", "Q", "S=(\\w+);")));
    next();
    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      next();
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis > 400 && millis < 20_000, "10 polls of 50 ms took " + millis + " ms");
  }

  @Test
  void observing_returns_without_anything_when_its_time_is_over() throws Exception {
    start(query -> List.of(), hasty("M", tag("state", "Q", "S=(\\w+);")));
    next();
    long start = System.nanoTime();
    assertEquals(List.of(), link.observe(Duration.ofMillis(60)), "in quarantine");
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis >= 60 && millis < SOON.toMillis(), millis + " ms");
    assertEquals(List.of(), link.observe(Duration.ZERO));
  }

  /** FIELD 11. */
  @Test
  void a_port_that_vanishes_breaks_the_link_in_words_and_opens_again_under_its_name()
      throws Exception {
    start(query -> say("S=RUN;"), machine("M", tag("state", "Q", "S=(\\w+);")));
    next();
    wire.close();
    LinkException broken =
        assertThrows(LinkException.class, () -> observeUntil("M", Integer.MAX_VALUE));
    assertTrue(broken.getMessage().contains("vanished"), broken.getMessage());
    link.close();
    assertThrows(LinkException.class, () -> link.open());
    wire = new ScriptedMachine(directory.resolve("port"), query -> say("S=DONE;"));
    link.open();
    assertEquals("DONE", value(next(), "state"));
  }

  @Test
  void machines_that_cannot_share_a_line_are_refused() throws Exception {
    wire = new ScriptedMachine(directory.resolve("port"), query -> List.of());
    PortSettings port = PortSettings.of("/dev/x", 9600);
    AsciiMachine asked = machine("A", tag("s", "Q", "S=(\\w+);"));
    AsciiMachine unasked = machine("B", tag("s", null, "S=(\\w+);"));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new AsciiLink(port, List.of(asked, unasked)))
            .getMessage();
    assertEquals(
        "query: A and B share a port, but only one talks unasked; all must, or none", message);
  }

  private void start(Function<String, List<Saying>> script, AsciiMachine... machines)
      throws Exception {
    wire = new ScriptedMachine(directory.resolve("port"), script);
    link =
        new AsciiLink(
            PortSettings.of(directory.resolve("port").toString(), 9600), List.of(machines));
    link.open();
  }

  private Observation next() throws Exception {
    List<Observation> seen = link.observe(SOON);
    assertEquals(1, seen.size(), "nothing was observed");
    return seen.get(0);
  }

  /** The next that is good, after a few that are not. */
  private Observation good() throws Exception {
    for (int i = 0; i < 20; i++) {
      Observation seen = next();
      if (seen.values().get("state").quality() == Quality.GOOD) {
        return seen;
      }
    }
    throw new AssertionError("still bad");
  }

  /** The states of all machines, until one of them has been observed so often. */
  private Map<String, List<TagValue>> observeUntil(String machine, int times) throws Exception {
    Map<String, List<TagValue>> states = new HashMap<>();
    while (states.getOrDefault(machine, List.of()).size() < times) {
      for (Observation seen : link.observe(SOON)) {
        states
            .computeIfAbsent(seen.machine(), each -> new ArrayList<>())
            .add(seen.values().get("state"));
      }
    }
    return states;
  }

  private static Object value(Observation seen, String tag) {
    TagValue value = seen.values().get(tag);
    assertEquals(Quality.GOOD, value.quality(), value.why());
    return value.value();
  }

  private static String why(Observation seen, String tag) {
    TagValue value = seen.values().get(tag);
    assertEquals(Quality.BAD, value.quality(), value.toString());
    return value.why();
  }

  private static AsciiMachine machine(String name, AsciiTag... tags) {
    return machine(name, PATIENT, tags);
  }

  private static AsciiMachine hasty(String name, AsciiTag... tags) {
    return machine(name, TIMEOUT, tags);
  }

  private static AsciiMachine machine(String name, int timeoutMillis, AsciiTag... tags) {
    return new AsciiMachine(
        name,
        Duration.ofMinutes(1),
        Duration.ofMillis(50),
        Duration.ofMillis(timeoutMillis),
        Duration.ofMillis(timeoutMillis),
        "\n",
        List.of(tags));
  }

  private static AsciiTag tag(String name, String query, String reply) {
    return new AsciiTag(name, query == null ? null : query + "\r", Pattern.compile(reply));
  }
}
