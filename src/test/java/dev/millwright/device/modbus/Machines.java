package dev.millwright.device.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Machines that tests read, and what they ask of a link. */
final class Machines {

  /** Of machines that answer: a busy host must not make them late. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  /** The same on a line, where the first answer after opening is heard out for all of it. */
  private static final Duration TIMEOUT = Duration.ofMillis(1_500);

  /** Of machines that are asked in vain, or whose answers come late. */
  private static final Duration HASTY = Duration.ofMillis(400);

  /** Of machines on lines where what does not answer is to cost little. */
  static final Duration SHORT_TIMEOUT = Duration.ofMillis(200);

  static final Duration POLL = Duration.ofMillis(50);
  private static final Duration STALE_AFTER = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(30);

  private Machines() {}

  static ModbusTag tag(String name, String address, String type) {
    return new ModbusTagSettings(address, type, null, null, null, null, null)
        .tag(name, Order.BIG, Order.BIG);
  }

  static ModbusTag state(String address) {
    return tag("state", address, "uint16");
  }

  static ModbusMachine machine(String name, int unit, ModbusTag... tags) {
    return machine(name, unit, POLL, TIMEOUT, TIMEOUT, tags);
  }

  /** One that may think for long, where that costs nothing. */
  static ModbusMachine patient(String name, int unit, ModbusTag... tags) {
    return machine(name, unit, POLL, PATIENT, PATIENT, tags);
  }

  /** One that is given up after 400 ms, and whose line has to be quiet for as long then. */
  static ModbusMachine hasty(String name, int unit, ModbusTag... tags) {
    return machine(name, unit, POLL, HASTY, HASTY, tags);
  }

  static ModbusMachine machine(
      String name, int unit, Duration poll, Duration quiet, ModbusTag... tags) {
    return machine(name, unit, poll, SHORT_TIMEOUT, quiet, tags);
  }

  private static ModbusMachine machine(
      String name, int unit, Duration poll, Duration timeout, Duration quiet, ModbusTag... tags) {
    return new ModbusMachine(
        name, unit, STALE_AFTER, poll, timeout, quiet, 8, true, false, List.of(tags));
  }

  static Observation next(Link link) throws Exception {
    List<Observation> seen = link.observe(SOON);
    assertEquals(1, seen.size(), "nothing was observed");
    return seen.get(0);
  }

  /**
   * Observes until the value of tag "state" is bad for a reason with these words. On a busy host it
   * may be bad for another reason first, as an answer comes too late; good it never is.
   */
  static void untilBad(Link link, String words) throws Exception {
    long limit = System.nanoTime() + SOON.toNanos();
    String why = why(next(link), "state");
    while (!why.contains(words)) {
      assertTrue(System.nanoTime() - limit < 0, "last: " + why + ", not " + words);
      why = why(next(link), "state");
    }
  }

  /** Observes until the value of tag "state" is good, and returns it. */
  static Object untilGood(Link link) throws Exception {
    long limit = System.nanoTime() + SOON.toNanos();
    TagValue state = next(link).values().get("state");
    while (state.quality() == Quality.BAD) {
      assertTrue(System.nanoTime() - limit < 0, "still bad: " + state.why());
      state = next(link).values().get("state");
    }
    return state.value();
  }

  static Object value(Observation seen, String tag) {
    TagValue value = seen.values().get(tag);
    assertEquals(Quality.GOOD, value.quality(), value.why());
    return value.value();
  }

  static String why(Observation seen, String tag) {
    TagValue value = seen.values().get(tag);
    assertEquals(Quality.BAD, value.quality(), value.toString());
    return value.why();
  }

  /** All observations of a while, by machine. */
  static Map<String, List<Observation>> observe(Link link, Duration during) throws Exception {
    Map<String, List<Observation>> all = new HashMap<>();
    long end = System.nanoTime() + during.toNanos();
    while (System.nanoTime() - end < 0) {
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        all.computeIfAbsent(seen.machine(), machine -> new ArrayList<>()).add(seen);
      }
    }
    return all;
  }
}
