package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Frames.registers;
import static dev.millwright.device.modbus.Machines.POLL;
import static dev.millwright.device.modbus.Machines.hasty;
import static dev.millwright.device.modbus.Machines.machine;
import static dev.millwright.device.modbus.Machines.next;
import static dev.millwright.device.modbus.Machines.observe;
import static dev.millwright.device.modbus.Machines.state;
import static dev.millwright.device.modbus.Machines.value;
import static dev.millwright.device.modbus.ScriptedSlaves.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.modbus.ScriptedSlaves.Asked;
import dev.millwright.device.modbus.ScriptedSlaves.Saying;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several units on one line, a real pseudo-terminal. Time-out 400 ms, or 200. */
@Timeout(60)
class RtuUnitsTest {

  private static final long MILLI = 1_000_000;

  /** After which a dead unit costs little more than its time-out. */
  private static final Duration SHORT = Duration.ofMillis(10);

  @TempDir Path directory;
  private ScriptedSlaves wire;
  private ModbusLink link;

  @AfterEach
  void close() {
    link.close();
    wire.close();
  }

  /** FIELD 16, for another unit whose request is under way when the answer comes. */
  @Test
  void a_late_answer_is_not_taken_for_another_units() throws Exception {
    boolean[] slow = {true};
    start(
        asked -> {
          boolean late = asked.unit() == 1 && slow[0];
          slow[0] &= !late;
          return say(
              late ? 810 : asked.unit() == 2 ? 120 : 0, registers(asked.unit(), 3, asked.unit()));
        },
        hasty("ONE", 1, state("holding:0")),
        hasty("TWO", 2, state("holding:0")));
    Map<Quality, Integer> qualities = new EnumMap<>(Quality.class);
    while (qualities.getOrDefault(Quality.GOOD, 0) < 7 || !qualities.containsKey(Quality.BAD)) {
      Observation seen = next(link);
      Quality quality = seen.values().get("state").quality();
      // On a busy host others are late, too, or the late one is found in time.
      assertTrue(qualities.merge(quality, 1, Integer::sum) < 40, qualities + " " + seen);
      if (quality == Quality.GOOD) {
        assertEquals(seen.machine().equals("ONE") ? 1L : 2L, value(seen, "state"));
        slow[0] |= qualities.get(quality) % 7 == 0;
      }
    }
  }

  /**
   * The tenth that a dead unit may take: of 30 units one is dead, and the others are asked on. A
   * second one that dies does not take a tenth more.
   */
  @Test
  @Tag("host") // some seconds of a whole line
  void dead_units_among_thirty_leave_most_of_the_line_to_the_others() throws Exception {
    List<ModbusMachine> machines = new ArrayList<>();
    for (int unit = 1; unit <= 30; unit++) {
      machines.add(machine("M" + unit, unit, Duration.ofMillis(400), SHORT, state("holding:0")));
    }
    start(
        asked -> asked.unit() % 15 == 7 ? List.of() : say(registers(asked.unit(), 3, asked.unit())),
        machines.toArray(ModbusMachine[]::new));
    while (askedTheDead().size() < 4) {
      observe(link, Duration.ofMillis(100)); // each is asked twice before it is left alone
    }
    wire.asked().clear();
    Map<String, List<Observation>> seen = observe(link, Duration.ofSeconds(3));
    for (int unit = 1; unit <= 30; unit++) {
      List<Observation> its = seen.get("M" + unit);
      boolean dead = unit % 15 == 7;
      assertTrue(its.size() >= 3, "M" + unit + ": " + its.size());
      assertTrue(
          its.stream().allMatch(o -> (o.values().get("state").quality() == Quality.BAD) == dead),
          "M" + unit);
    }
    List<Integer> retried = askedTheDead();
    // Each costs 210 ms, and nine times that is left to the others.
    assertTrue(!retried.isEmpty() && retried.size() <= 2, retried.toString());
  }

  /** All come back soon when the line does, not one at a time after long rests. */
  @Test
  @Tag("host") // some seconds of a whole line
  void units_that_come_back_together_are_found_together() throws Exception {
    List<ModbusMachine> machines = new ArrayList<>();
    for (int unit = 1; unit <= 4; unit++) {
      machines.add(machine("M" + unit, unit, POLL, SHORT, state("holding:0")));
    }
    start(asked -> List.of(), machines.toArray(ModbusMachine[]::new));
    observe(link, Duration.ofSeconds(2));
    wire.answer(asked -> say(registers(asked.unit(), 3, 7)));
    Set<String> found = new HashSet<>();
    long first = 0;
    while (found.size() < machines.size()) {
      Observation seen = next(link);
      if (seen.values().get("state").quality() == Quality.GOOD) {
        first = found.isEmpty() ? System.nanoTime() : first;
        found.add(seen.machine());
      }
    }
    assertTrue(System.nanoTime() - first < 1_800 * MILLI, "one rest would be 1.9 s");
  }

  private List<Integer> askedTheDead() {
    return wire.asked().stream().map(Asked::unit).filter(unit -> unit % 15 == 7).toList();
  }

  private void start(Function<Asked, List<Saying>> script, ModbusMachine... machines)
      throws Exception {
    wire = new ScriptedSlaves(directory.resolve("port"), script);
    link = ModbusLink.rtu(RtuLinkTest.line(directory, null), List.of(machines), notice -> {});
    link.open();
  }
}
