package dev.millwright.device.contract;

import static dev.millwright.device.contract.FarEnd.ACK;
import static dev.millwright.device.contract.FarEnd.MACHINE;
import static dev.millwright.device.contract.FarEnd.STALE_AFTER;
import static dev.millwright.device.contract.FarEnd.STATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.Written.Outcome;
import dev.millwright.testing.Jitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What any link has to do (issue 5, point 6), and a line of the report for each adapter. */
@Timeout(60)
@ExtendWith(ContractReport.class)
public abstract class LinkContract {

  static final Duration PATIENCE = Duration.ofSeconds(40);

  /** After that, whoever waits for a link to end gives up. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path directory;
  private FarEnd machine;
  Link link;

  /**
   * The machine, which shows the first of its states.
   *
   * @param folder for whatever it needs
   */
  public abstract FarEnd machine(Path folder) throws Exception;

  @BeforeEach
  void prepare() throws Exception {
    machine = machine(directory);
    link = machine.link();
  }

  FarEnd farEnd() {
    return machine;
  }

  @AfterEach
  void end() throws Exception {
    link.close();
    machine.close();
  }

  /** It opens again after it was closed, and closing twice does no harm. */
  @Test
  void connect() throws Exception {
    assertFalse(link.name().isBlank());
    TagWrite write = new TagWrite(ACK, true);
    assertThrows(LinkException.class, () -> link.write(MACHINE, List.of(write)), "not open");
    for (int i = 0; i < 3; i++) {
      link.open();
      untilShown();
      link.close();
      link.close();
    }
  }

  /** I4, I8: every tag is there, in each observation, and a call lasts no longer than it may. */
  @Test
  void read() throws Exception {
    link.open();
    untilShown();
    for (int i = 1; i <= 5; i++) {
      Observation seen = untilShownNext(i);
      assertEquals(MACHINE, seen.machine());
      assertEquals(Quality.GOOD, seen.values().get(ACK).quality());
    }
    long began = System.nanoTime();
    link.observe(Duration.ZERO);
    assertTrue(since(began).compareTo(SOON) < 0, "took " + since(began));
  }

  /** I6: done is what the machine has, and what it shows afterwards. */
  @Test
  void write() throws Exception {
    link.open();
    untilShown();
    for (boolean bit : new boolean[] {true, false, true}) {
      List<TagWrite> writes = List.of(new TagWrite(ACK, !bit), new TagWrite(ACK, bit));
      List<Written> written = link.write(MACHINE, writes);
      assertEquals(writes.stream().map(Written::done).toList(), written);
      assertEquals(bit, machine.acknowledged());
      until(ACK, machine.bit(bit));
    }
    List<Written> unfit =
        link.write(MACHINE, List.of(new TagWrite(ACK, false), new TagWrite("nobody", 1L)));
    assertEquals(
        List.of(Outcome.NOT_TRIED, Outcome.REFUSED), unfit.stream().map(Written::outcome).toList());
    assertTrue(machine.acknowledged(), "nothing was sent");
    assertThrows(
        IllegalArgumentException.class,
        () -> link.write("ANOTHER", List.of(new TagWrite(ACK, true))));
    untilShown();
  }

  /** I4, FIELD 5: what does not change is shown again long before it is stale, as it then is. */
  @Test
  void stale() throws Exception {
    link.open();
    untilShown();
    long last = System.nanoTime();
    long end = last + STALE_AFTER.multipliedBy(3).dividedBy(2).toNanos();
    try (Jitter host = new Jitter()) {
      while (System.nanoTime() - end < 0) {
        for (Observation seen : link.observe(Duration.ofMillis(100))) {
          Duration age = seen.age(STATE).atMost();
          assertEquals(first(), seen.values().get(STATE).value(), seen.toString());
          assertInTime(age, host, "its age");
          last = System.nanoTime();
        }
        assertInTime(since(last), host, "not shown");
      }
    }
  }

  private static void assertInTime(Duration time, Jitter host, String what) {
    Duration limit = STALE_AFTER.plus(host.worst());
    assertTrue(time.compareTo(limit) < 0, what + ": " + time + " of " + limit);
  }

  /** Closing from another thread ends what is under way, and ends itself (FIELD 12). */
  @Test
  void closeUnderWay() throws Exception {
    for (int i = 0; i < 3; i++) {
      link.open();
      untilShown();
      CompletableFuture<Long> closing =
          CompletableFuture.supplyAsync(
              () -> {
                long began = System.nanoTime();
                link.close();
                return System.nanoTime() - began;
              },
              CompletableFuture.delayedExecutor(20 + 30 * i, TimeUnit.MILLISECONDS));
      long began = System.nanoTime();
      observeUntilClosed(closing);
      assertTrue(since(began).compareTo(SOON) < 0, "took " + since(began));
      assertTrue(closing.get() < SOON.toNanos(), "closing took " + closing.get() + " ns");
    }
    link.open();
    untilShown();
  }

  private void observeUntilClosed(CompletableFuture<?> closing) throws InterruptedException {
    try {
      while (!closing.isDone()) {
        link.observe(PATIENCE);
      }
      link.observe(Duration.ofMillis(1));
    } catch (LinkException e) {
      assertFalse(e.getMessage().isBlank());
    }
  }

  /** FIELD 4: what is opened again and again leaves nothing behind, here or at the other end. */
  @Test
  void cycles() throws Exception {
    cycle(machine.quickCycles());
  }

  /** A thousand with {@code -Dcycles=1000}: on a serial line that takes some ten minutes. */
  @Test
  @Tag("soak")
  @Timeout(900)
  void manyCycles() throws Exception {
    cycle(Integer.getInteger("cycles", 100));
  }

  private void cycle(int times) throws Exception {
    openAndClose(2);
    long files = settled(Long.MAX_VALUE, LinkContract::openFiles);
    long threads = settled(Long.MAX_VALUE, Thread::activeCount);
    openAndClose(times);
    assertEquals(0, settled(0, machine::connections), "connections at the other end");
    // What each would leave is more than what pools and other tests come to need meanwhile.
    long filesMost = files + Math.max(4, times / 2);
    long threadsMost = threads + Math.max(8, times / 2);
    long filesAfter = settled(filesMost, LinkContract::openFiles);
    long threadsAfter = settled(threadsMost, Thread::activeCount);
    assertTrue(filesAfter <= filesMost, "files: " + files + " to " + filesAfter);
    assertTrue(threadsAfter <= threadsMost, "threads: " + threads + " to " + threadsAfter);
  }

  private void openAndClose(int times) throws Exception {
    int failed = 0;
    for (int i = 0; i < times; i++) {
      try {
        link.open();
        untilShown();
      } catch (LinkException e) {
        failed++; // on a starved host an answer may come too late, once in a while
      }
      link.close();
    }
    assertTrue(failed <= 1 + times / 10, failed + " of " + times + " failed");
  }

  private interface Count {
    long now() throws Exception;
  }

  /** Libraries end their threads some time after they were told to. */
  private static long settled(long wanted, Count count) throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    long before = Long.MAX_VALUE;
    long now = count.now();
    // Unless a number is wanted, until it falls no more.
    while ((wanted == Long.MAX_VALUE ? now < before : now > wanted)
        && System.nanoTime() - end < 0) {
      before = now;
      Thread.sleep(200);
      now = count.now();
    }
    return now;
  }

  private static long openFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  static Duration since(long moment) {
    return Duration.ofNanos(System.nanoTime() - moment);
  }

  private Long first() {
    return machine.states().get(0);
  }

  final void untilShown() throws Exception {
    until(STATE, first());
  }

  /** Shows the nth change of its states and waits until it is seen. */
  final Observation untilShownNext(int nth) throws Exception {
    long state = machine.states().get(nth % machine.states().size());
    machine.show(state);
    return until(STATE, state);
  }

  final Observation until(String tag, Object value) throws Exception {
    return until(seen -> value.equals(seen.values().get(tag).value()));
  }

  final Observation until(Predicate<Observation> wanted) throws Exception {
    long began = System.nanoTime();
    Observation last = null;
    while (since(began).compareTo(PATIENCE) < 0) {
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        last = seen;
        if (wanted.test(seen)) {
          return seen;
        }
      }
    }
    throw new AssertionError("not seen within " + PATIENCE + "; last: " + last);
  }
}
