package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * By the same object others know that nothing has changed: so it must not be when something has.
 */
class LastReadTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");
  private static final NodeAddress NODE = NodeAddress.of("ns=2;s=State", null);

  private final LastRead machine =
      new LastRead(
          List.of(new Point("PRESS-01", "state", NODE), new Point("PRESS-01", "counter", NODE)));
  private Map<String, TagValue> before;

  @BeforeEach
  void begin() {
    machine.said(0, data("1", StatusCode.GOOD, T0, T0));
    machine.said(1, data("17", StatusCode.GOOD, T0, T0));
    before = machine.all();
  }

  private static DataValue data(String value, StatusCode status, Instant source, Instant server) {
    return new DataValue(
        new Variant(value),
        status,
        source == null ? null : new DateTime(source),
        new DateTime(server));
  }

  @Test
  void whatIsSaidAgainIsTheSame() {
    assertEquals(
        Map.of("state", TagValue.good("1", T0), "counter", TagValue.good("17", T0)), before);
    for (int second = 1; second < 5; second++) {
      machine.said(0, data("1", StatusCode.GOOD, T0, T0.plusSeconds(second)));
      machine.said(1, data("17", StatusCode.GOOD, T0, T0.plusSeconds(second)));
      assertSame(before, machine.all());
    }
  }

  @Test
  void anotherValueOrTimeOrStatusIsNot() {
    Instant later = T0.plusSeconds(1);
    StatusCode uncertain = new StatusCode(StatusCodes.Uncertain_LastUsableValue);
    StatusCode bad = new StatusCode(StatusCodes.Bad_NotConnected);
    List<DataValue> others =
        List.of(
            data("2", StatusCode.GOOD, T0, T0),
            data("2", StatusCode.GOOD, later, T0),
            data("2", uncertain, later, T0),
            data("2", bad, later, T0),
            data("2", bad, null, T0),
            data("1", StatusCode.GOOD, T0, T0));
    for (DataValue other : others) {
      Map<String, TagValue> last = machine.all();
      machine.said(0, other);
      Map<String, TagValue> now = machine.all();
      assertNotSame(last, now, other::toString);
      TagValue expected = new Point("PRESS-01", "state", NODE).value(other);
      assertEquals(expected, now.get("state"));
      assertSame(last.get("counter"), now.get("counter"));
    }
    assertEquals(before, machine.all());
  }

  /** A node that is gone has no value, not the last one (I4), and one that is back has it anew. */
  @Test
  void whatIsMissingIsBadUntilItIsSaidAgain() {
    machine.missing(0, "there is no such node");
    Map<String, TagValue> gone = machine.all();
    assertEquals(Quality.BAD, gone.get("state").quality());
    assertNull(gone.get("state").value());
    assertTrue(gone.get("state").why().contains("there is no such node (ns=2;s=State)"));
    machine.missing(0, "there is no such node");
    assertSame(gone, machine.all());
    machine.missing(0, "the node is of class Object");
    assertNotSame(gone, machine.all());
    machine.said(0, data("1", StatusCode.GOOD, T0, T0));
    assertEquals(before, machine.all());
  }

  /** An array is not supported; one with the same in it is no news either. */
  @Test
  void anArrayThatIsSaidAgainIsTheSame() {
    machine.said(0, array(1, 2, 3));
    Map<String, TagValue> bad = machine.all();
    assertEquals(Quality.BAD, bad.get("state").quality());
    machine.said(0, array(1, 2, 3));
    assertSame(bad, machine.all());
    machine.said(0, new DataValue(new Variant(null), StatusCode.GOOD, new DateTime(T0), null));
    assertNotSame(bad, machine.all());
  }

  private static DataValue array(Integer... numbers) {
    return new DataValue(new Variant(numbers), StatusCode.GOOD, new DateTime(T0), null);
  }

  /** By it the next answer's length is foreseen (I8), so it may never drift. */
  @Test
  void itKnowsHowLongTheAnswerWas() {
    long both = Services.bytes("1") + Services.bytes("17");
    assertEquals(both, machine.bytes());
    machine.said(0, data("1", StatusCode.GOOD, T0, T0.plusSeconds(1)));
    assertEquals(both, machine.bytes());
    machine.said(0, data("x".repeat(100), StatusCode.GOOD, T0, T0));
    assertEquals(Services.bytes("x".repeat(100)) + Services.bytes("17"), machine.bytes());
    machine.missing(0, "there is no such node");
    machine.missing(0, "there is no such node");
    assertEquals(Services.bytes("17"), machine.bytes());
    machine.said(0, data("1", StatusCode.GOOD, T0, T0));
    assertEquals(both, machine.bytes());
  }

  @Test
  void theServerIsAskedForWhatHasANode() {
    assertFalse(machine.isAsked(0));
    machine.found(0);
    machine.found(1);
    machine.missing(1, "there is no such node");
    assertTrue(machine.isAsked(0));
    assertFalse(machine.isAsked(1));
  }
}
