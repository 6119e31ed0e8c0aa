package dev.millwright.settings;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of data; in a file {@code "512MiB"}.
 *
 * @param bytes 0 or more
 */
public record DataSize(long bytes) {

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,15})([A-Za-z]+)");

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is 0 or more bytes, not " + bytes);
    }
  }

  public static DataSize ofMebibytes(long mebibytes) {
    return new DataSize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Reads a size.
   *
   * @return the size; null when the text is none
   * @throws IllegalArgumentException when it is too large to be counted in bytes
   */
  public static DataSize parse(String text) {
    Matcher amount = AMOUNT.matcher(text);
    int unit = amount.matches() ? List.of(UNITS).indexOf(amount.group(2)) : -1;
    if (unit < 0) {
      return null;
    }
    try {
      long bytes = 1L << (10 * unit);
      return new DataSize(Math.multiplyExact(Long.parseLong(amount.group(1)), bytes));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("\"" + text + "\" is too large", e);
    }
  }

  /** As in a file, in the largest unit that needs no fraction. */
  @Override
  public String toString() {
    long amount = bytes;
    int unit = 0;
    while (amount != 0 && amount % 1024 == 0 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return amount + UNITS[unit];
  }
}
