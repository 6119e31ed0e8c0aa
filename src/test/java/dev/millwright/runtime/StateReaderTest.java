package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.machine.Failure;
import dev.millwright.machine.Shown;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** I4: bad quality says nothing, and uncertain only where it may (FIELD 7). */
class StateReaderTest {

  private static final Instant BEGAN = Instant.parse("2026-11-20T08:59:59Z");

  private final StateReader strict = new StateReader(Scene.lifecycleSettings(), false);
  private final StateReader lenient = new StateReader(Scene.lifecycleSettings(), true);
  private final Map<String, TagValue> values =
      new HashMap<>(Scene.shows("PRESS-01", 1, 17).values());

  @ParameterizedTest
  @CsvSource({"0,IDLE", "1,PROCESSING", "2,PROCESSING", "3,COMPLETE", "4,STOPPED", "9,ERROR"})
  void eachCodeMeansItsState(long code, Shown shown) {
    values.put("state", TagValue.good(code, BEGAN));
    StateReader.Result result = read(strict);
    assertEquals(shown, result.sighting().shown());
    assertEquals(Long.toString(code), result.raw());
    assertEquals(BEGAN, result.sighting().began());
    assertEquals(Scene.START, result.sighting().seenAt());
    assertEquals(17L, result.sighting().cycle());
    assertEquals("R42", result.sighting().recipe());
    assertNull(result.problem());
  }

  /** The same code, however the protocol carries it. */
  @Test
  void aCodeIsTheSameAsTextAndAsAnyNumber() {
    for (Object one : new Object[] {1L, 1.0, "1", " 1\r"}) {
      values.put("state", TagValue.good(one, null));
      assertEquals(Shown.PROCESSING, read(strict).sighting().shown(), "for " + one);
    }
  }

  /** ISA-88: what is cut would be another batch's id. */
  @Test
  void aBatchIdIsTakenWholeOrNotAtAll() {
    assertNull(read(strict).sighting().batch());
    values.put("batch", TagValue.good(" B-2026/7\r\n", null));
    assertEquals("B-2026/7", read(strict).sighting().batch());
    values.put("batch", TagValue.good("x".repeat(101), null));
    assertNull(read(strict).sighting().batch());
    values.put("batch", TagValue.bad("no answer"));
    assertNull(read(strict).sighting().batch());
  }

  @Test
  void aBadStateSaysNothingButWhy() {
    values.put("state", TagValue.bad("Bad_NodeIdUnknown"));
    StateReader.Result result = read(lenient);
    assertNull(result.sighting());
    assertEquals("tag state is bad: Bad_NodeIdUnknown", result.problem());
  }

  @Test
  void anUncertainStateCountsOnlyWhereItMay() {
    values.put("state", new TagValue(1L, Quality.UNCERTAIN, null, "Uncertain_LastUsableValue"));
    StateReader.Result refused = read(strict);
    assertNull(refused.sighting());
    assertTrue(refused.problem().contains("accept_uncertain"), refused.problem());
    assertEquals(Shown.PROCESSING, read(lenient).sighting().shown());
  }

  @Test
  void anUnknownCodeIsNamedWithWhereToWriteIt() {
    values.put("state", TagValue.good(17L, null));
    StateReader.Result result = read(strict);
    assertNull(result.sighting());
    assertEquals("17", result.raw());
    assertEquals(
        "tag state shows \"17\", which no list of [lifecycle] state names: add it to idle,"
            + " processing, complete, stopped or error",
        result.problem());
  }

  @Test
  void aStateThatWasNotReadSaysNothing() {
    values.remove("state");
    assertNull(read(strict).sighting());
    assertEquals("tag state was not read", read(strict).problem());
  }

  /** The state is still good: runs are not counted, and the technician is told. */
  @ParameterizedTest
  @ValueSource(strings = {"-1", "many", "1.5", "", "99999999999999999999"})
  void aCounterThatIsNoCountIsLeftOut(String counter) {
    values.put("counter", TagValue.good(counter, null));
    StateReader.Result result = read(strict);
    assertEquals(Shown.PROCESSING, result.sighting().shown());
    assertNull(result.sighting().cycle());
    assertTrue(result.problem().endsWith("not a whole number of 0 or more: runs are not counted"));
  }

  @Test
  void aBadCounterIsLeftOut() {
    values.put("counter", TagValue.bad("no reply"));
    assertNull(read(strict).sighting().cycle());
    assertEquals("tag counter is bad: no reply", read(strict).problem());
  }

  @Test
  void aFaultIsItsComponentAndItsText() {
    assertEquals(
        new Failure("gripper", "part jammed"),
        strict.read(Scene.shows("PRESS-01", 9, 17), Scene.START, 0).sighting().failure());
  }

  /** A failure always says something, also where the machine says nothing. */
  @Test
  void aFaultWithoutTextNamesTheState() {
    values.put("state", TagValue.good(9L, null));
    for (TagValue nothing : new TagValue[] {TagValue.good(" ", null), TagValue.bad("x"), null}) {
      values.put("fault", nothing);
      values.put("component", nothing);
      values.values().removeIf(value -> value == null);
      assertEquals(
          new Failure(null, "the machine shows state 9"), read(strict).sighting().failure());
    }
  }

  /** PostgreSQL refuses a NUL; a log line with a line break in it can pretend to be two. */
  @Test
  void whatAMachineSaysIsMadePrintableAndBounded() {
    values.put("state", TagValue.good(9L, null));
    values.put("fault", TagValue.good("oil\0 low\r\n2026-11-20 INFO all well", null));
    assertEquals(
        "oil  low 2026-11-20 INFO all well", read(strict).sighting().failure().description());
    values.put("fault", TagValue.good("x".repeat(100_000), null));
    assertEquals(1_001, read(strict).sighting().failure().description().length());
    values.put("state", TagValue.good("\0\n" + "y".repeat(100_000), null));
    assertTrue(read(strict).problem().length() < 250, read(strict).problem());
  }

  private StateReader.Result read(StateReader reader) {
    return reader.read(new Observation("PRESS-01", values), Scene.START, 0);
  }
}
