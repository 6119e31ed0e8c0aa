package dev.millwright.daemon;

import static dev.millwright.daemon.Await.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A scrape waits for no process, and claims nothing that nobody knows (I4, decision 0128). */
@Timeout(60)
class ClockWatchTest {

  private final AtomicReference<Boolean> kernel = new AtomicReference<>();
  private final AtomicReference<Boolean> chrony = new AtomicReference<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);

  /** While it is, there is no answer from aside. */
  private volatile CountDownLatch busy = new CountDownLatch(0);

  private final ClockWatch watch =
      new ClockWatch(
          kernel::get,
          () -> {
            busy.await();
            Boolean answer = chrony.get();
            asked.incrementAndGet();
            return answer;
          },
          nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void whoeverKnowsAtOnceIsBelieved() {
    kernel.set(true);
    chrony.set(false);
    assertEquals(true, watch.isSynchronized());
    assertEquals(0, asked.get());
  }

  @Test
  void chronyIsAskedAsideAndOnceAMinute() throws Exception {
    chrony.set(true);
    busy = new CountDownLatch(1);
    assertNull(watch.isSynchronized(), "not known yet");
    busy.countDown();
    await("an answer", () -> Boolean.TRUE.equals(watch.isSynchronized()));
    chrony.set(false);
    pass(Duration.ofSeconds(59));
    assertEquals(true, watch.isSynchronized());
    assertEquals(1, asked.get());
    pass(Duration.ofSeconds(1));
    await("the next answer", () -> Boolean.FALSE.equals(watch.isSynchronized()));
    assertEquals(2, asked.get());
    chrony.set(null);
    pass(Duration.ofMinutes(1));
    await("chrony is gone", () -> watch.isSynchronized() == null);
  }

  /** Nobody wanted to know for an hour: what was so then is not told as what is. */
  @Test
  void anOldAnswerIsNone() throws Exception {
    chrony.set(true);
    await("an answer", () -> Boolean.TRUE.equals(watch.isSynchronized()));
    chrony.set(null);
    pass(Duration.ofHours(1));
    assertNull(watch.isSynchronized());
  }

  @Test
  void nobodyWaitsForAChronyThatHangs() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    ClockWatch waiting =
        new ClockWatch(
            kernel::get,
            () -> {
              asked.incrementAndGet();
              hangs.await();
              return true;
            },
            nanos::get);
    assertNull(waiting.isSynchronized());
    await("it is asked", () -> asked.get() == 1);
    assertNull(waiting.isSynchronized());
    hangs.countDown();
    await("it answers", () -> Boolean.TRUE.equals(waiting.isSynchronized()));
    assertTrue(asked.get() == 1, "once");
  }
}
