package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
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
    assertEquals(1_000, Services.together(List.of()));
  }

  private static int together(Object... values) {
    List<DataValue> all =
        Collections.nCopies(
                500, Arrays.stream(values).map(value -> new DataValue(new Variant(value))).toList())
            .stream()
            .flatMap(List::stream)
            .toList();
    return Services.together(all);
  }
}
