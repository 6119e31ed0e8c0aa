package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.time.Instant;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** FIELD 7: what is known of a value, and nothing more. */
class ValuesTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00.1234567Z");

  static Stream<Arguments> types() {
    return Stream.of(
        Arguments.of((byte) -1, -1L),
        Arguments.of((short) 300, 300L),
        Arguments.of(70_000, 70_000L),
        Arguments.of(1L << 40, 1L << 40),
        Arguments.of(Unsigned.ubyte(255), 255L),
        Arguments.of(Unsigned.ushort(65_535), 65_535L),
        Arguments.of(Unsigned.uint(4_294_967_295L), 4_294_967_295L),
        Arguments.of(Unsigned.ulong(Long.MAX_VALUE), Long.MAX_VALUE),
        Arguments.of(1.5f, 1.5),
        Arguments.of(2.25, 2.25),
        Arguments.of(true, true),
        Arguments.of("R42", "R42"),
        Arguments.of(LocalizedText.english("Guard open"), "Guard open"),
        Arguments.of(new LocalizedText("en", null), ""));
  }

  @ParameterizedTest
  @MethodSource("types")
  void typesBecomeTheFourThatTagsHave(Object sent, Object expected) {
    assertEquals(TagValue.good(expected, T0), Values.of(data(sent, StatusCodes.Good)));
  }

  @Test
  void typesThatSayNothingAboutAStateAreBad() {
    assertEquals(
        "type ByteString is not supported", why(ByteString.of(new byte[1]), StatusCodes.Good));
    assertEquals("type Integer[] is not supported", why(new Integer[] {1}, StatusCodes.Good));
    assertEquals("the server gave no value", why(null, StatusCodes.Good));
  }

  @Test
  void aNumberThatDoesNotFitIsBadNotNegative() {
    assertEquals(
        "UInt64 18446744073709551615 is more than 9223372036854775807",
        why(Unsigned.ulong(-1L), StatusCodes.Good));
  }

  @Test
  void uncertainKeepsItsValueAndItsReason() {
    TagValue value = Values.of(data(5, StatusCodes.Uncertain_SensorNotAccurate));
    assertEquals(Quality.UNCERTAIN, value.quality());
    assertEquals(5L, value.value());
    assertEquals("Uncertain_SensorNotAccurate", value.why().replaceFirst(":.*", ""));
  }

  @Test
  void badHasNoValueEvenIfOneWasSent() {
    assertNull(Values.of(data(5, StatusCodes.Bad_NoCommunication)).value());
    assertEquals("status 0x80FF0000", why(5, 0x80FF0000L));
  }

  /** Zero means "not given" on the wire; it is not the year 1601. */
  @Test
  void missingTimesAreNullAndTheServersTimeOrders() {
    DataValue data =
        new DataValue(new Variant(1), StatusCode.GOOD, new DateTime(0L), new DateTime(T0));
    assertNull(Values.of(data).sourceTime());
    assertEquals(T0, Values.moment(data));
    assertNull(Values.moment(new DataValue(new Variant(1), StatusCode.GOOD, null, null)));
  }

  private static String why(Object sent, long status) {
    TagValue value = Values.of(data(sent, status));
    assertEquals(Quality.BAD, value.quality());
    return value.why();
  }

  private static DataValue data(Object value, long status) {
    return new DataValue(
        new Variant(value), new StatusCode(status), new DateTime(T0), DateTime.now());
  }
}
