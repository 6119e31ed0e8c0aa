package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** I8: what an answer may hold is bounded, whatever the machines say. */
class ServicesTest {

  @Test
  void shortValuesAreAskedForTogether() {
    assertEquals(10_000, together(7, true, "IDLE"));
    assertEquals(10_000, together(new Object[] {null}));
  }

  @Test
  void theLongerTheFewer() {
    assertEquals(512 * 1024 / (34 + 300), together("x".repeat(100)));
    assertEquals(1_000, together("x".repeat(400)));
  }

  @Test
  void whatMayBeOfAnyLengthIsAskedForAsBefore() {
    assertEquals(1_000, together((Object) new int[] {1, 2, 3}));
    assertEquals(1_000, Services.together(0, 0));
  }

  private static int together(Object... values) {
    long bytes = Arrays.stream(values).mapToLong(Services::bytes).sum();
    return Services.together(500 * bytes, 500 * values.length);
  }
}
