package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.testing.Hanging;
import dev.millwright.testing.MemoryWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A link is kept open for ever, and nothing that happens on it leaves its thread. */
@Timeout(120)
class LinkRunnerTest {

  private static final Duration FIRST = Duration.ofMillis(2);
  private static final Duration CAP = Duration.ofMillis(16);

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor a = scene.monitor("A");
  private final MachineMonitor b = scene.monitor("B");
  private final Backoff backoff = new Backoff(FIRST, CAP, () -> 0.5);
  private LinkRunner runner;
  private Thread thread;

  @BeforeEach
  void forget() {
    MemoryWriter.clear();
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    if (thread != null) {
      stop();
    }
  }

  /** FIELD 2: tries for ever; the same trouble is one line. */
  @Test
  void anAbsentMachineIsTriedAgainForEver() throws Exception {
    ScriptedLink link =
        start(
            new ScriptedLink.Script() {
              @Override
              public void open(int nth) throws LinkException {
                throw new LinkException("scripted: refused after " + nth + " ms");
              }

              @Override
              public List<Observation> observe(int nth) {
                throw new AssertionError("not open");
              }
            });
    Scene.await("50 attempts", () -> link.opened.get() >= 50);
    stop();
    assertEquals(link.opened.get(), link.closed.get(), "each attempt is cleaned up (FIELD 4)");
    assertEquals(
        List.of("WARN A,B           scripted: refused after 1 ms; trying again until it works"),
        MemoryWriter.of("A,B"));
  }

  @Test
  void aBrokenLinkIsOpenedAgainAndObservedOn() throws Exception {
    a.look(Scene.newRow("A"));
    start(
        nth -> {
          if (nth % 2 == 0) {
            throw new LinkException("scripted: broke");
          }
          return List.of(Scene.shows("A", nth == 1 ? 0 : 1, nth));
        });
    Scene.await("a start", () -> scene.events().startsWith("link_found start"));
    assertTrue(
        MemoryWriter.of("A,B").get(0).startsWith("INFO A,B           link scripted is open"));
    assertTrue(MemoryWriter.of("A,B").get(1).startsWith("WARN A,B           scripted: broke"));
  }

  /** A fault in a library is trouble on one link, not the end of its thread. */
  @Test
  void whateverIsThrownIsTroubleOnThisLink() throws Exception {
    ScriptedLink link =
        start(
            new ScriptedLink.Script() {
              @Override
              public void open(int nth) {
                if (nth == 1) {
                  throw new IllegalStateException("odd");
                } else if (nth == 2) {
                  throw new UnsatisfiedLinkError("no native library");
                }
              }

              @Override
              public List<Observation> observe(int nth) {
                if (nth == 1) {
                  throw new NullPointerException();
                } else if (nth == 2) {
                  throw new StackOverflowError();
                }
                return List.of(Scene.shows("A", 0, 1));
              }
            });
    Scene.await("observations", () -> link.observed.get() > 10);
    List<String> log = MemoryWriter.of("A,B");
    assertTrue(log.get(0).contains("unexpected IllegalStateException: odd"), log.get(0));
    assertTrue(log.get(1).contains("UnsatisfiedLinkError: no native library"), log.get(1));
    assertTrue(log.stream().anyMatch(l -> l.contains("StackOverflowError")), log.toString());
  }

  /** FIELD 6: a reply that cannot be written, for a fault of ours, is that machine's trouble. */
  @Test
  void aReplyThatCannotBeWrittenSpoilsNoOtherMachine() throws Exception {
    MachineMonitor waiting = scene.monitor(HandshakeTest.settings());
    waiting.look(Scene.newRow(waiting.name()));
    ScriptedLink link =
        new ScriptedLink(nth -> List.of(HandshakeTest.waits(), Scene.shows("A", 0, 1)));
    run(new LinkRunner(link, List.of(waiting, a), backoff, scene.time));
    Scene.await("observations", () -> link.observed.get() > 10);
    assertEquals(1, link.opened.get());
    List<String> log = MemoryWriter.of("PRESS-01");
    assertTrue(log.stream().anyMatch(l -> l.contains("nothing is written here")), log.toString());
  }

  /** FIELD 4: one that opens, shows something and breaks at once is not a good link. */
  @Test
  void theWaitsGrowUntilALinkHasBeenSteady() throws Exception {
    List<Long> opens = new CopyOnWriteArrayList<>();
    CountDownLatch never = new CountDownLatch(1);
    Backoff slow = new Backoff(Duration.ofMillis(1), Duration.ofMillis(400), () -> 0);
    ScriptedLink link =
        new ScriptedLink(
            nth -> {
              if (nth > 22) {
                never.await();
              } else if (nth % 2 == 1) {
                opens.add(System.nanoTime());
              } else if (nth == 20) {
                // After nine breaks it stays open for a while before it breaks again.
                scene.pass(LinkRunner.STEADY);
              } else {
                throw new LinkException("scripted: broke");
              }
              return List.of(Scene.shows("A", 0, 1));
            });
    run(new LinkRunner(link, List.of(a), slow, scene.time));
    Scene.await("eleven opens", () -> link.observed.get() > 22);
    // Waits of 1, 1, 2, 4, … 128 ms: not of 1 ms each.
    assertTrue(opens.get(9) - opens.get(0) >= 250_000_000, "the waits have grown");
    assertEquals(1, slow.next().toMillis(), "and are short again after a good time");
  }

  /** What has come back is not left to a wait that grew while it was away, nor to a longer one. */
  @Test
  void aLinkThatSeesItsServerComeBackIsOpenedAtOnceAndThenOften() throws Exception {
    List<Duration> waits = new CopyOnWriteArrayList<>();
    CountDownLatch never = new CountDownLatch(1);
    Link link =
        new Link() {
          @Override
          public String name() {
            return "scripted";
          }

          @Override
          public void open() throws LinkException {
            throw new LinkException("scripted: refused");
          }

          @Override
          public List<Observation> observe(Duration atMost) {
            throw new AssertionError("not open");
          }

          @Override
          public List<Written> write(String machine, List<TagWrite> writes) {
            throw new AssertionError("not open");
          }

          @Override
          public boolean awaitReturn(Duration atMost) throws InterruptedException {
            waits.add(atMost);
            if (waits.size() == 20) {
              never.await();
            }
            if (waits.size() == 18) {
              scene.pass(LinkRunner.COMING_UP);
            }
            return waits.size() == 8;
          }

          @Override
          public void close() {}
        };
    Backoff seconds = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), () -> 0.99);
    run(new LinkRunner(link, List.of(a), seconds, scene.time));
    Scene.await("20 attempts", () -> waits.size() == 20);
    assertTrue(waits.get(7).toSeconds() >= 14, "the waits have grown: " + waits);
    assertTrue(waits.get(8).toMillis() <= 500, "and begin anew: " + waits);
    for (Duration wait : waits.subList(8, 18)) {
      assertTrue(wait.compareTo(LinkRunner.SOON) <= 0, "it may still be coming up: " + waits);
    }
    assertTrue(waits.get(18).toSeconds() >= 14, "but not for ever: " + waits);
  }

  /** Several machines behind a link; one of them has no row, one is not ours. */
  @Test
  void eachMachineBehindALinkIsItsOwn() throws Exception {
    b.look(Scene.newRow("B"));
    start(
        nth ->
            List.of(Scene.shows("A", 0, 1), Scene.shows("STRANGER", 0, 1), Scene.shows("B", 0, 1)));
    Scene.await("B is found", () -> scene.events().equals("link_found"));
  }

  /** FIELD 6: data that the deciding cannot cope with spoils its own machine only. */
  @Test
  void aFaultInDecidingOnOneMachineDoesNotCloseTheLink() throws Exception {
    b.look(Scene.newRow("B"));
    MachineMonitor faulty =
        new MachineMonitor(
            Scene.settings("A", false),
            null,
            new MachineMonitor.Parts(
                new dev.millwright.machine.Lifecycle(
                    () -> {
                      throw new IllegalStateException("no more ids");
                    }),
                scene.time,
                scene.journal,
                scene.intake));
    faulty.look(Scene.newRow("A"));
    ScriptedLink link =
        new ScriptedLink(nth -> List.of(Scene.shows("A", 0, 1), Scene.shows("B", 0, 1)));
    start(link, List.of(faulty, b));
    Scene.await("B is found", () -> scene.events().equals("link_found"));
    Scene.await("more", () -> link.observed.get() > 100);
    assertEquals(1, link.opened.get());
    assertTrue(
        MemoryWriter.of("A").stream().anyMatch(l -> l.contains("no more ids")),
        MemoryWriter.of("A").toString());
  }

  /** I8: a link that does not wait although it brings nothing must not take a whole processor. */
  @Test
  void aLinkThatDoesNotWaitIsMadeTo() throws Exception {
    ScriptedLink link = start(nth -> List.of());
    long start = System.nanoTime();
    Scene.await("100 calls", () -> link.observed.get() >= 100);
    assertTrue(System.nanoTime() - start >= 90_000_000);
  }

  /** A machine that is being stepped. */
  private abstract static class Stepped implements Watched {

    @Override
    public String name() {
      return "STEPPED";
    }

    @Override
    public void observe(Observation observation) {}

    @Override
    public boolean isBusy() {
      return true;
    }

    @Override
    public void linkDown(String reason) {}

    @Override
    public void fail(String reason) {}
  }

  /** LEGACY 9: a watchdog must not delay the end of a pulse, nor does a step. */
  @Test
  void nothingElseIsWrittenWhenAPulseIsAboutToEnd() throws Exception {
    AtomicBoolean near = new AtomicBoolean(true);
    List<Urgency> asked = new CopyOnWriteArrayList<>();
    Watched stepped =
        new Stepped() {
          @Override
          public Long pulseEnd() {
            return near.get() ? (Long) (System.nanoTime() + 1_000_000) : null;
          }

          @Override
          public List<TagWrite> due(Urgency urgency) {
            asked.add(urgency);
            return List.of();
          }
        };
    run(new LinkRunner(new ScriptedLink(nth -> List.of()), List.of(stepped), backoff, scene.time));
    Scene.await("it waits", () -> asked.size() == 2);
    thread.join(50);
    assertEquals(List.of(Urgency.SAFE, Urgency.PULSE_END), asked);
    near.set(false);
    Scene.await("it goes on", () -> asked.size() >= 6);
    assertEquals(List.of(Urgency.values()), asked.subList(2, 6));
  }

  /** LEGACY 9: a step that is due is not kept waiting by a look at the machine. */
  @Test
  void aLookLastsUntilSomethingIsDueAtMost() throws Exception {
    AtomicReference<Duration> due = new AtomicReference<>(Duration.ofMillis(5));
    Watched stepped =
        new Stepped() {
          @Override
          public Long nextDue() {
            return System.nanoTime() + due.get().toNanos();
          }
        };
    List<Duration> waits = new CopyOnWriteArrayList<>();
    AtomicReference<ScriptedLink> link = new AtomicReference<>();
    link.set(
        new ScriptedLink(
            nth -> {
              waits.add(link.get().wait);
              return List.of();
            }));
    run(new LinkRunner(link.get(), List.of(stepped, a), backoff, scene.time));
    Scene.await("some looks", () -> waits.size() >= 10);
    assertTrue(waits.stream().allMatch(wait -> wait.toMillis() <= 5), waits.toString());
    due.set(Duration.ofSeconds(-1));
    waits.clear();
    Scene.await("more of them", () -> waits.size() >= 3);
    Duration last = waits.get(2);
    assertTrue(
        last.compareTo(Duration.ZERO) > 0 && last.toMillis() < 5, "it does not spin: " + last);
    due.set(Duration.ofMinutes(1));
    Scene.await("a longer one", () -> link.get().wait.toMillis() == 20);
  }

  /** I8: what differs each time and what flaps is bounded, as a whole. */
  @Test
  void aFlappingLinkDoesNotFloodTheLog() throws Exception {
    ScriptedLink link =
        start(
            nth -> {
              throw new LinkException("scripted: reply \"" + "x".repeat(nth) + "\" is no reply");
            });
    Scene.await("50 attempts", () -> link.opened.get() >= 50);
    assertEquals(Complaints.BURST, MemoryWriter.of("A,B").size());
  }

  @Test
  void itStopsWhileObserving() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ScriptedLink link =
        start(
            nth -> {
              never.await();
              return List.of();
            });
    Scene.await("observing", () -> link.observed.get() == 1);
    stop();
    assertTrue(link.closed.get() > 0);
    assertEquals(1, MemoryWriter.of("A,B").size(), "a stop is no trouble");
  }

  @Test
  void itStopsWhileWaitingToTryAgain() throws Exception {
    LinkRunner patient =
        new LinkRunner(
            new ScriptedLink(
                nth -> {
                  throw new LinkException("scripted: broke");
                }),
            List.of(a),
            new Backoff(Duration.ofHours(1), Duration.ofHours(1), () -> 0),
            scene.time);
    run(patient);
    Scene.await("broken", () -> MemoryWriter.of("A").size() == 2);
    stop();
  }

  /** A link that cannot be interrupted ends when it is closed from outside. */
  @Test
  void closingEndsAnOpenThatHangs() throws Exception {
    CountDownLatch wire = new CountDownLatch(1);
    ScriptedLink link =
        new ScriptedLink(
            new ScriptedLink.Script() {
              @Override
              public void open(int nth) throws LinkException {
                Hanging.until(wire);
                throw new LinkException("scripted: closed");
              }

              @Override
              public List<Observation> observe(int nth) {
                return List.of();
              }
            });
    start(link, List.of(a));
    Scene.await("opening", () -> link.opened.get() == 1);
    runner.stop();
    thread.interrupt();
    thread.join(50);
    assertTrue(thread.isAlive());
    wire.countDown();
    stop();
    assertEquals(List.of(), MemoryWriter.of("A"), "a stop is no trouble");
  }

  /** An interrupt that nobody meant must not end a thread that has to run for years. */
  @Test
  void aStrayInterruptEndsNothing() throws Exception {
    ScriptedLink link = start(nth -> List.of(Scene.shows("A", 0, 1)));
    Scene.await("observing", () -> link.observed.get() > 3);
    thread.interrupt();
    int before = link.observed.get();
    Scene.await("observing on", () -> link.observed.get() > before + 10);
  }

  private ScriptedLink start(ScriptedLink.Script script) {
    ScriptedLink link = new ScriptedLink(script);
    start(link, List.of(a, b));
    return link;
  }

  private void start(ScriptedLink link, List<MachineMonitor> machines) {
    run(new LinkRunner(link, machines, backoff, scene.time));
  }

  private void run(LinkRunner it) {
    runner = it;
    thread = new Thread(it, "link under test");
    thread.start();
  }

  private void stop() throws InterruptedException {
    runner.stop();
    thread.interrupt();
    thread.join(Scene.PATIENCE.toMillis());
    assertFalse(thread.isAlive());
  }
}
