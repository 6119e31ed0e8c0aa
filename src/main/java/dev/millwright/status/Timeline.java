package dev.millwright.status;

import dev.millwright.machine.Status;
import java.time.Duration;
import java.time.Instant;

/**
 * Which status one machine was in, minute by minute, in the last {@value #CELLS} of them. A minute
 * shows the status that took most of it; an error of any length shows. What is not known stays
 * unknown. Not safe for use by several threads.
 */
final class Timeline {

  /** Eight hours, and the minute that has begun. */
  static final int CELLS = 481;

  static final long CELL_MILLIS = Duration.ofMinutes(1).toMillis();

  private static final Status[] STATUSES = Status.values();
  private static final char UNKNOWN = 'u';

  /** Milliseconds in each status, for each minute; a ring. */
  private final int[][] spent = new int[CELLS][STATUSES.length];

  /** The minute that each place of the ring holds. */
  private final long[] minute = new long[CELLS];

  /** What is known from live begins here; null when nothing is. */
  private Instant origin;

  /** The status now, since {@link #until}. */
  private Status status;

  private Instant until;

  /** A status is seen that began then; it may be the same as before. */
  void see(Status seen, Instant since, Instant now) {
    if (until != null && now.isBefore(until)) {
      forgetAfter(now);
    }
    if (status == null) {
      origin = since.isAfter(now) ? now : since;
      until = origin;
    } else if (seen != status) {
      Instant change = since.isAfter(now) ? now : since.isBefore(until) ? until : since;
      add(until, change, status);
      until = change;
    }
    status = seen;
    Instant settled = now.minusMillis(CELL_MILLIS);
    if (settled.isAfter(until)) {
      // So that a machine that stays as it is costs one minute at a time, not all of them.
      add(until, settled, status);
      until = settled;
    }
  }

  /**
   * The host's clock was set back: what is later was never so, and would hold its place for long.
   */
  private void forgetAfter(Instant now) {
    for (int place = 0; place < CELLS; place++) {
      if (minute[place] > cell(now)) {
        minute[place] = 0;
        spent[place] = new int[STATUSES.length];
      }
    }
    origin = origin.isBefore(now) ? origin : now;
    until = now;
  }

  /** What the history knows of before. */
  void before(Status past, Instant from, Instant to) {
    add(from, origin == null || to.isBefore(origin) ? to : origin, past);
  }

  private void add(Instant from, Instant to, Status in) {
    long end = to.toEpochMilli();
    long oldest = (end / CELL_MILLIS - CELLS) * CELL_MILLIS;
    long at = Math.max(from.toEpochMilli(), oldest);
    while (at < end) {
      long cell = at / CELL_MILLIS;
      long next = Math.min(end, (cell + 1) * CELL_MILLIS);
      int place = (int) (cell % CELLS);
      if (minute[place] < cell) {
        minute[place] = cell;
        spent[place] = new int[STATUSES.length];
      }
      if (minute[place] == cell) {
        spent[place][column(in)] += (int) (next - at);
      }
      at = next;
    }
  }

  /** The number of the minute in which this moment is. */
  static long cell(Instant at) {
    return at.toEpochMilli() / CELL_MILLIS;
  }

  /**
   * One letter for each minute up to now, the oldest first: the status' first, or {@code u}.
   *
   * @param count how many
   */
  String letters(Instant now, int count) {
    StringBuilder letters = new StringBuilder(count);
    long last = cell(now);
    for (long cell = last - count + 1; cell <= last; cell++) {
      letters.append(letter(cell, now));
    }
    return letters.toString();
  }

  private char letter(long cell, Instant now) {
    int place = (int) (cell % CELLS);
    int[] known = minute[place] == cell ? spent[place] : new int[STATUSES.length];
    long begin = cell * CELL_MILLIS;
    Status most = null;
    long mostSpent = 0;
    for (Status each : STATUSES) {
      long total = known[column(each)];
      if (each == status) {
        long from = Math.max(begin, until.toEpochMilli());
        total += Math.max(0, Math.min(now.toEpochMilli(), begin + CELL_MILLIS) - from);
      }
      if (total > 0 && each == Status.ERROR) {
        return letter(each);
      }
      if (total > mostSpent) {
        most = each;
        mostSpent = total;
      }
    }
    if (most == null && status != null && cell == cell(now)) {
      // The minute has begun this moment.
      return letter(status);
    }
    return most == null ? UNKNOWN : letter(most);
  }

  private static int column(Status status) {
    return switch (status) {
      case OFFLINE -> 0;
      case IDLE -> 1;
      case PROCESSING -> 2;
      case ERROR -> 3;
    };
  }

  private static char letter(Status status) {
    return status.word().charAt(0);
  }
}
