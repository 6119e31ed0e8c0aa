package dev.millwright.bench;

import dev.millwright.machine.Transition;
import dev.millwright.runtime.Meter;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * When transitions are seen to be committed. The product says so itself, right after it has noted
 * that the database has confirmed one: to watch its connections instead would take some twenty
 * calls by reflection for each, which nobody else pays.
 */
final class Committed {

  private static final long LIMIT_SECONDS = 30;

  /** The monotonic clock. */
  private final BlockingQueue<Long> moments = new LinkedBlockingQueue<>();

  /** Passes on what is counted of transitions, and notes the moment of each delivered one. */
  Meter watch(Meter meter) {
    return new Meter() {
      @Override
      public void decided(String machine, Transition transition) {
        meter.decided(machine, transition);
      }

      @Override
      public void delivered(String machine, Duration latency) {
        meter.delivered(machine, latency);
        add(System.nanoTime());
      }
    };
  }

  /** Forgets what has not been asked for. */
  void forget() {
    moments.clear();
  }

  /** Waits for the next one, for half a minute. */
  long next() throws InterruptedException {
    Long moment = moments.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (moment == null) {
      throw new IllegalStateException(
          "no commit within " + LIMIT_SECONDS + " s of a change on the machine");
    }
    return moment;
  }

  /** Notes one by somebody else's statement. */
  void add(long moment) {
    moments.add(moment);
  }
}
