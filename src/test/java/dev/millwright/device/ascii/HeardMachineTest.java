package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HeardMachineTest {

  private static final long SECOND = 1_000_000_000L;

  private final HeardMachine machine =
      new HeardMachine(
          new AsciiMachine(
              "M",
              Duration.ofSeconds(5),
              Duration.ofSeconds(1),
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              "\n",
              List.of(tag("state", "S(\\d+)"), tag("count", "C(\\d+)"))));

  /** I4: what was never said is not known. */
  @Test
  void a_tag_that_was_never_heard_is_bad() {
    assertTrue(machine.hears("S1\n", 0, 0));
    assertEquals(1L, tag("state", 0).value());
    assertEquals("not received yet", tag("count", 0).why());
  }

  @Test
  void the_other_tags_keep_their_last_values_until_they_are_stale() {
    machine.hears("C7\n", 0, 0);
    machine.hears("S1\n", 5 * SECOND, 5 * SECOND);
    assertEquals(7L, tag("count", 5 * SECOND).value());
    machine.hears("S3\n", 5 * SECOND + 1, 5 * SECOND + 1);
    assertEquals(Quality.BAD, tag("count", 5 * SECOND + 1).quality());
    assertEquals("stale: not received for more than 5s", tag("count", 5 * SECOND + 1).why());
    assertEquals(3L, tag("state", 5 * SECOND + 1).value());
  }

  /** I4: a value that was carried over says how old it is, so that it does not pass for fresh. */
  @Test
  void a_value_that_was_carried_over_tells_its_age() {
    machine.hears("S1\n", 0, 0);
    machine.hears("C7\n", 3 * SECOND, 3 * SECOND);
    Observation seen = machine.observation(3 * SECOND);
    assertEquals(Age.exactly(Duration.ofSeconds(3)), seen.age("state"));
    assertEquals(Age.NONE, seen.age("count"));
  }

  /** I4: while the host stood still, a line waited in the port's buffer. */
  @Test
  void a_line_that_waited_may_be_as_old_as_that() {
    machine.hears("S1\n", 3 * SECOND, SECOND);
    assertEquals(Age.atMost(Duration.ofSeconds(2)), machine.observation(3 * SECOND).age("state"));
  }

  @Test
  void a_line_that_means_nothing_is_noise() {
    assertFalse(machine.hears("hello\n", 0, 0));
  }

  /** I4: what was lost may have told anything, also what was never heard. */
  @Test
  void after_a_garbled_line_nothing_is_known_and_the_reason_is_named() {
    machine.hears("S1\n", 0, 0);
    machine.misses(SECOND);
    for (String tag : List.of("state", "count")) {
      assertEquals(
          "a garbled line came, and nothing that tells this since:"
              + " noise, or another baud or parity?",
          tag(tag, SECOND).why());
    }
  }

  private TagValue tag(String name, long now) {
    return machine.observation(now).values().get(name);
  }

  private static AsciiTag tag(String name, String reply) {
    return new AsciiTag(name, null, Pattern.compile(reply));
  }
}
