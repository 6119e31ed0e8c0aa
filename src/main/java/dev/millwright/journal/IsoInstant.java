package dev.millwright.journal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Instants as text, ISO 8601 in UTC with a Z, exactly as {@link Instant#toString} writes and {@link
 * Instant#parse} reads them. Those take more of a processor than anything else that is done for an
 * entry; here the years 0 to 9999 do without them.
 */
final class IsoInstant {

  /** Seconds. */
  private static final int DAY = 86_400;

  private static final long FIRST = LocalDate.of(0, 1, 1).toEpochDay() * DAY;
  private static final long END = LocalDate.of(10_000, 1, 1).toEpochDay() * DAY;

  /** Of {@code 2026-11-22T01:10:00Z}. */
  private static final int TO_SECONDS = 20;

  private IsoInstant() {}

  static String text(Instant instant) {
    if (instant.getEpochSecond() < FIRST || instant.getEpochSecond() >= END) {
      return instant.toString();
    }
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(instant.getEpochSecond(), DAY));
    int second = Math.floorMod(instant.getEpochSecond(), DAY);
    int nano = instant.getNano();
    int places = nano == 0 ? 0 : nano % 1_000_000 == 0 ? 3 : nano % 1_000 == 0 ? 6 : 9;
    byte[] text = new byte[TO_SECONDS + (places == 0 ? 0 : 1 + places)];
    put(text, 0, 4, date.getYear(), '-');
    put(text, 5, 7, date.getMonthValue(), '-');
    put(text, 8, 10, date.getDayOfMonth(), 'T');
    put(text, 11, 13, second / 3_600, ':');
    put(text, 14, 16, second / 60 % 60, ':');
    put(text, 17, 19, second % 60, places == 0 ? 'Z' : '.');
    if (places > 0) {
      int number = places == 9 ? nano : places == 6 ? nano / 1_000 : nano / 1_000_000;
      put(text, TO_SECONDS, TO_SECONDS + places, number, 'Z');
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /** With zeros before it, and what comes after it. */
  private static void put(byte[] text, int from, int end, int number, char after) {
    int left = number;
    for (int i = end - 1; i >= from; i--) {
      text[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    text[end] = (byte) after;
  }

  /**
   * @throws java.time.DateTimeException when it is none
   */
  static Instant parse(String text) {
    int length = text.length();
    boolean shaped =
        length >= TO_SECONDS
            && length <= TO_SECONDS + 10
            && text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(10) == 'T'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':'
            && text.charAt(length - 1) == 'Z'
            && (length == TO_SECONDS || (text.charAt(19) == '.' && length > TO_SECONDS + 1));
    if (!shaped) {
      return Instant.parse(text);
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int nano = length == TO_SECONDS ? 0 : digits(text, 20, length - 1);
    // Hour 24 and leap seconds are for the other one to judge.
    if ((year | month | day | hour | minute | second | nano) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return Instant.parse(text);
    }
    for (int places = length - TO_SECONDS - 1; nano > 0 && places < 9; places++) {
      nano *= 10;
    }
    long midnight = LocalDate.of(year, month, day).toEpochDay() * DAY;
    return Instant.ofEpochSecond(midnight + (hour * 60L + minute) * 60 + second, nano);
  }

  /** Negative where it is not only digits. */
  private static int digits(String text, int from, int end) {
    int number = 0;
    for (int i = from; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
