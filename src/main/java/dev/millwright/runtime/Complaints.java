package dev.millwright.runtime;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tells how one subject fares, in the log mostly, without flooding it (I8), whatever flaps or
 * differs each time:
 *
 * <ul>
 *   <li>A trouble that stays the same is told once, and again every hour.
 *   <li>Any ten lines are told; after them one a minute, which says how many were left out.
 *   <li>What was left out is told later if it is still so: the log's last word is the present.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
public final class Complaints {

  static final int BURST = 10;
  static final Duration REFILL = Duration.ofMinutes(1);
  static final Duration REMIND = Duration.ofHours(1);

  private static final String WELL = "";

  private final String subject;
  private final TimeSource time;
  private final Teller teller;
  private String current;
  private boolean told;
  private long toldNanos;
  private int budget = BURST;
  private long refilledNanos;
  private long leftOut;

  /**
   * @param subject the first column of each line
   * @param quiet whether it goes without saying that all is well at first
   */
  public Complaints(String subject, TimeSource time, boolean quiet) {
    this(subject, time, quiet, Teller.LOG);
  }

  /** The same, told to somebody else than the log. */
  Complaints(String subject, TimeSource time, boolean quiet, Teller teller) {
    this.subject = subject;
    this.time = time;
    this.teller = teller;
    this.current = quiet ? WELL : null;
    this.told = quiet;
    this.refilledNanos = time.nanos();
  }

  /**
   * Something is wrong now.
   *
   * @param key the same for the same trouble, even if the words differ, as in numbers
   */
  public void trouble(String key, String words) {
    trouble(key, () -> words);
  }

  /** The same with words that take an effort: they are asked for only where they are told. */
  void trouble(String key, Supplier<String> words) {
    boolean same = key.equals(current);
    if (same && told && time.nanos() - toldNanos < REMIND.toNanos()) {
      return;
    }
    current = key;
    told = isRoom(!same) && say(words.get(), true);
  }

  /** Nothing is wrong now. */
  public void well(String words) {
    boolean same = WELL.equals(current);
    if (same && told) {
      return;
    }
    current = WELL;
    told = isRoom(!same) && say(words, false);
  }

  /** Whether the present is told, so that nothing waits to be. */
  boolean isTold() {
    return told;
  }

  /** Something odd that happened and is over. */
  void note(String words) {
    if (isRoom(true)) {
      say(words, true);
    }
  }

  private boolean isRoom(boolean news) {
    refill(time.nanos());
    if (budget == 0 && news) {
      leftOut++;
      teller.leftOut();
    }
    return budget > 0;
  }

  private boolean say(String words, boolean bad) {
    budget--;
    toldNanos = time.nanos();
    String line = LogLine.of(subject, leftOut == 0 ? words : words + leftOutWords());
    leftOut = 0;
    if (bad) {
      teller.warn(line);
    } else {
      teller.info(line);
    }
    return true;
  }

  private String leftOutWords() {
    return " (" + leftOut + (leftOut == 1 ? " line was" : " lines were") + " left out before)";
  }

  private void refill(long now) {
    long due = (now - refilledNanos) / REFILL.toNanos();
    if (due > 0) {
      budget = (int) Math.min(BURST, budget + due);
      refilledNanos = now;
    }
  }
}
