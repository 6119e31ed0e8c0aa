package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiValueTest {

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "-17,-17", "+5,5", "9223372036854775807,9223372036854775807"})
  void whole_numbers_are_longs(String text, long value) {
    assertEquals(value, AsciiValue.of(" " + text + " ").value());
  }

  @ParameterizedTest
  @CsvSource({"1.5,1.5", "-0.25,-0.25", "1.5E3,1500", "0.0,0"})
  void decimals_are_doubles(String text, double value) {
    assertEquals(value, AsciiValue.of(text).value());
  }

  /** Recipe 007 is not recipe 7, 1E5 is a name, and 20 digits are a serial number. */
  @ParameterizedTest
  @ValueSource(strings = {"007", "00", "1E5", "92233720368547758070", "RUN", "1.", ".5", "0x10"})
  void what_would_lose_something_as_a_number_stays_text(String text) {
    assertEquals(text, AsciiValue.of(text).value());
  }

  @Test
  void text_loses_the_spaces_around_it_and_may_be_empty() {
    assertEquals("R 42", AsciiValue.of("  R 42\t").value());
    assertEquals("", AsciiValue.of("   ").value());
  }

  @Test
  void a_number_beyond_doubles_is_not_taken_for_infinity() {
    assertEquals("1.0E999", AsciiValue.of("1.0E999").value());
  }
}
