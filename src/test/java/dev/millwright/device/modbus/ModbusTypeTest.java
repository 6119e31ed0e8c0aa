package dev.millwright.device.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What registers mean: every type, at its limits, in each of the four orders. */
class ModbusTypeTest {

  @ParameterizedTest
  @CsvSource({
    "int16,   ff fe,                   -2",
    "int16,   80 00,                   -32768",
    "uint16,  ff fe,                   65534",
    "int32,   ff ff ff fe,             -2",
    "uint32,  ff ff ff fe,             4294967294",
    "int64,   80 00 00 00 00 00 00 00, -9223372036854775808",
    "uint64,  7f ff ff ff ff ff ff ff, 9223372036854775807",
    "uint64,  ff ff ff ff ff ff ff ff, 18446744073709551615",
    "float32, 41 c8 00 00,             25",
    "float32, 3d cc cc cd,             0.1",
    "float64, 3f b9 99 99 99 99 99 9a, 0.1",
    "bool,    00 00,                   false",
    "bool,    01 00,                   true",
    "string[3], 41 42 43 44,           ABC",
    "string[8], 20 52 34 32 00 58 58 58, R42",
  })
  void a_value_is_what_its_type_says(String type, String hex, String expected) {
    assertEquals(expected, read("big", "big", type, hex, null).text());
  }

  /** As device manuals name them: ABCD, CDAB, BADC, DCBA. */
  @ParameterizedTest
  @CsvSource({
    "big,    big,    01 02 03 04",
    "little, big,    03 04 01 02",
    "big,    little, 02 01 04 03",
    "little, little, 04 03 02 01",
  })
  void words_and_bytes_come_in_the_order_that_is_said(String words, String bytes, String hex) {
    assertEquals(0x01020304L, read(words, bytes, "uint32", hex, null).value());
  }

  @ParameterizedTest
  @CsvSource({
    "big,    01 02 03 04 05 06 07 08",
    "little, 07 08 05 06 03 04 01 02",
  })
  void four_words_are_turned_as_a_whole(String words, String hex) {
    assertEquals(0x0102030405060708L, read(words, "big", "int64", hex, null).value());
  }

  /** Two characters in a register may be the wrong way round; the registers are not. */
  @Test
  void a_string_has_an_order_of_bytes_alone() {
    assertEquals("R42A", read("little", "little", "string[4]", "34 52 41 32", null).value());
  }

  /** 3 times 0.1 is 0.3, not 0.30000000000000004. */
  @Test
  void scaling_is_decimal() {
    assertEquals(0.3, read("big", "big", "uint16", "00 03", 0.1).value());
    assertEquals(-12.5, read("big", "big", "int16", "ff 83", 0.1).value());
    assertEquals("250", read("big", "big", "float32", "41 c8 00 00", 10.0).text());
  }

  /** I4: a machine that shows no number has not shown one. */
  @ParameterizedTest
  @CsvSource({"float32, 7f c0 00 00", "float32, 7f 80 00 00", "float64, ff f0 00 00 00 00 00 00"})
  void what_is_no_number_is_bad(String type, String hex) {
    TagValue value = read("big", "big", type, hex, null);
    assertEquals(Quality.BAD, value.quality());
    assertTrue(value.why().contains("not a number"), value.why());
  }

  @ParameterizedTest
  @CsvSource({
    "uint16, 65535,, true",
    "uint16, 65536,, false",
    "uint16, -1,, false",
    "int16, -32768,, true",
    "int16, -32769,, false",
    "uint64, 18446744073709551615,, true",
    "uint64, 18446744073709551616,, false",
    "uint16, 65536, 10, true",
    "uint16, RUN,, false",
    "float32, 1e9,, true",
    "bool, true,, true",
    "bool, 1,, false",
    "string[3], RUN,, true",
    "string[3], IDLE,, false",
  })
  void a_code_that_can_never_be_shown_is_known_as_such(
      String type, String code, Double scale, boolean shown) {
    String never = ModbusType.parse(type).neverShows(code, scale);
    if (shown) {
      assertNull(never);
    } else {
      assertTrue(never != null, code);
    }
  }

  private static TagValue read(String words, String bytes, String type, String hex, Double scale) {
    ModbusTag tag =
        new ModbusTagSettings("holding:7", type, order(words), order(bytes), scale, null, null)
            .tag("t", Order.BIG, Order.BIG);
    byte[] before = {9, 9}; // register 6, which the block begins with
    return tag.value(ByteBuffer.wrap(Frames.join(before, Frames.hex(hex))), 6);
  }

  private static Order order(String word) {
    return word.equals("big") ? Order.BIG : Order.LITTLE;
  }
}
