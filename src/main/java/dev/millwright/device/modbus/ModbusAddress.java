package dev.millwright.device.modbus;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value begins: a table and an address as it goes over the wire, from 0.
 *
 * @param table which of the four
 * @param number 0 to 65535
 * @param bit the bit of that register, 0 (lowest) to 15; {@link #WHOLE} for all of it
 */
record ModbusAddress(Table table, int number, int bit) {

  static final int WHOLE = -1;

  static final int LAST = 65_535;

  private static final int LAST_BIT = 15;

  private static final Pattern FORM =
      Pattern.compile("(coil|discrete|input|holding):([0-9]{1,9})(?:\\.([0-9]{1,9}))?");

  /** As data sheets and operator panels number: a digit for the table, and a number from 1. */
  private static final Pattern NUMBERED = Pattern.compile("([0134])([0-9]{4,5})");

  /**
   * Reads an address such as {@code holding:100} or {@code holding:100.3}.
   *
   * @throws IllegalArgumentException when it is none; the message begins with the key
   */
  static ModbusAddress parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "address: \"" + text + "\" is no address; " + instead(text));
    }
    Table table = Table.of(form.group(1));
    int number = Integer.parseInt(form.group(2));
    if (number > LAST) {
      throw new IllegalArgumentException(
          "address: " + number + " in \"" + text + "\" is not between 0 and " + LAST);
    }
    int bit = form.group(3) == null ? WHOLE : Integer.parseInt(form.group(3));
    if (bit > LAST_BIT) {
      throw new IllegalArgumentException(
          "address: bit " + bit + " in \"" + text + "\" is not between 0 (lowest) and " + LAST_BIT);
    }
    if (bit != WHOLE && table.bits()) {
      throw new IllegalArgumentException(
          "address: \"" + text + "\" names a bit of what is a single bit; leave ." + bit + " out");
    }
    return new ModbusAddress(table, number, bit);
  }

  private static String instead(String text) {
    Matcher numbered = NUMBERED.matcher(text);
    if (numbered.matches() && Integer.parseInt(numbered.group(2)) > 0) {
      return "in this numbering the first digit is the table and numbers begin at 1: write \""
          + table(numbered.group(1)).word()
          + ":"
          + (Integer.parseInt(numbered.group(2)) - 1)
          + "\"";
    }
    return "write coil:, discrete:, input: or holding: and a number from 0, as in"
        + " \"holding:100\", or \"holding:100.3\" for a bit";
  }

  private static Table table(String digit) {
    return switch (digit) {
      case "0" -> Table.COIL;
      case "1" -> Table.DISCRETE;
      case "3" -> Table.INPUT;
      default -> Table.HOLDING;
    };
  }

  @Override
  public String toString() {
    return table.word() + ":" + number + (bit == WHOLE ? "" : "." + bit);
  }
}
