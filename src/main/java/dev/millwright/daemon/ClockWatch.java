package dev.millwright.daemon;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.tinylog.Logger;

/**
 * Whether some program keeps the host's clock, also for a service that may not ask the kernel
 * (decision 0128). To ask chrony takes a process, so it is done aside, at most once a minute and
 * only while somebody wants to know; nobody waits for it.
 */
final class ClockWatch {

  private static final Duration EVERY = Duration.ofMinutes(1);

  /** An answer that is older says nothing of now: nobody has asked for that long. */
  private static final Duration OLDEST = Duration.ofMinutes(15);

  /** What is asked aside; it takes some seconds at most. */
  @FunctionalInterface
  interface Aside {
    /** Null where it is not known. */
    Boolean ask() throws InterruptedException;
  }

  /**
   * What was answered.
   *
   * @param at on the monotonic clock
   */
  private record Told(Boolean isSynchronized, long at) {}

  private final Supplier<Boolean> atHand;
  private final Aside aside;
  private final LongSupplier nanos;

  /** Null before the first answer from aside. */
  private volatile Told told;

  /** When it was asked aside, on the monotonic clock; null before the first time. */
  private Long asked;

  ClockWatch() {
    this(HostClock::isSynchronized, ClockWatch::chrony, System::nanoTime);
  }

  /**
   * @param atHand asked each time; null from it lets the other one be asked
   * @param nanos the monotonic clock
   */
  ClockWatch(Supplier<Boolean> atHand, Aside aside, LongSupplier nanos) {
    this.atHand = atHand;
    this.aside = aside;
    this.nanos = nanos;
  }

  /** What is known now; null where nothing is, as at the first question. */
  synchronized Boolean isSynchronized() {
    Boolean now = atHand.get();
    if (now != null) {
      return now;
    }
    long at = nanos.getAsLong();
    if (asked == null || at - asked >= EVERY.toNanos()) {
      asked = at;
      Thread thread = new Thread(this::askAside, "clock");
      thread.setDaemon(true);
      thread.start();
    }
    Told last = told;
    boolean known = last != null && at - last.at() <= OLDEST.toNanos();
    return known ? last.isSynchronized() : null;
  }

  private void askAside() {
    try {
      told = new Told(aside.ask(), nanos.getAsLong());
    } catch (InterruptedException e) {
      Logger.debug(e);
    }
  }

  private static Boolean chrony() throws InterruptedException {
    Chrony chrony = Chrony.ask();
    return chrony == null ? null : chrony.isSynchronized();
  }
}
