package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.journal.Known;
import dev.millwright.machine.Counted;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Observations that show nothing new are worked on only when something else happens: nobody can
 * tell, by what is decided, by what is known, nor by what is shown.
 */
@Timeout(60)
class RepeatedTest {

  private static final String MACHINE = "PRESS-01";
  private static final int STEPS = 4_000;

  /** Of one that is decided upon in both ways. */
  private static final class One {
    private final List<Transition> decided = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Decider decider;
    private boolean refuses;
    private long ids;

    One(MachineSettings settings, Moment at, Known known, TimeSource time) {
      Teller teller =
          new Teller() {
            @Override
            public void info(String line) {
              told.add(line);
            }

            @Override
            public void warn(String line) {
              told.add(line);
            }
          };
      decider =
          new Decider(
              settings,
              Snapshot.atStart(at, known),
              new Decider.Parts(
                  new Lifecycle(() -> new UUID(0, ids++)),
                  (base, after, transitions) -> !refuses && decided.addAll(transitions),
                  new Complaints(MACHINE, time, false, teller),
                  teller,
                  Recorder.NONE));
    }
  }

  @RegisterExtension private final Scene scene = new Scene();
  private Instant wall = Instant.parse("2026-11-20T09:00:00Z");
  private long nanos = 5_000_000_000L;
  private final TimeSource time = new TimeSource(() -> wall, () -> nanos);
  private Random random = new Random(0);
  private One each;
  private One seldom;
  private long taken;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void nobodyCanTell(long seed) {
    random = new Random(seed);
    Counted counted = List.of(Counted.STARTED, Counted.COMPLETED).get((int) (seed % 2));
    begin(settings(seed % 3 == 0 ? null : "counter", counted));
    long counter = 100;
    int state = 0;
    Observation shown = shows(0, counter, Age.NONE);
    for (int i = 0; i < STEPS; i++) {
      int what = random.nextInt(400);
      if (what < 350) {
        pass(1 + random.nextInt(300));
        shown = again(shown, random.nextInt(10) == 0 ? age() : Age.NONE);
        observe(shown);
      } else if (what < 380) {
        pass(1 + random.nextInt(300));
        state = List.of(0, 1, 1, 2, 3, 4, 9, 0, 1, 7).get(random.nextInt(10));
        counter += random.nextInt(3) == 0 ? 1 : 0;
        shown = shows(state, counter, Age.NONE);
        observe(shown);
      } else {
        other(what - 380, shown);
      }
      assertEquals(each.decider.glimpse(), seldom.decider.glimpse(), () -> "seed " + seed);
      assertEquals(each.decider.isConcluded(), seldom.decider.isConcluded());
      assertEquals(each.decider.isGood(), seldom.decider.isGood());
      assertEquals(each.decided.size(), seldom.decided.size());
      if (random.nextInt(20) == 0) {
        assertEquals(each.decider.current(), seldom.decider.current(), () -> "seed " + seed);
      }
    }
    assertEquals(each.decided, seldom.decided);
    assertEquals(String.join("\n", each.told), String.join("\n", seldom.told));
    assertTrue(each.decided.size() > 20, "something happened: " + each.decided.size());
    assertTrue(taken > STEPS / 10, "some were put off: " + taken);
  }

  private void other(int what, Observation shown) {
    pass(List.of(50, 250, 700, 2_990, 300_000).get(random.nextInt(5)) + random.nextInt(50));
    if (what < 3) {
      both(new Input.LinkDown(time.moment(), "the cable is out"));
    } else if (what < 5) {
      // Often enough for what is told to be left out.
      for (int i = random.nextInt(12); i >= 0; i--) {
        both(new Input.Failed(time.moment(), "cannot be dealt with"));
        pass(50);
        observe(again(shown, Age.NONE));
      }
    } else if (what < 11) {
      both(new Input.Stale(time.moment()));
    } else if (what < 12) {
      each.refuses = random.nextBoolean();
      seldom.refuses = each.refuses;
    } else if (what < 13) {
      // Somebody sets the host's clock.
      wall = wall.plusMillis(random.nextInt(120_000) - 60_000);
    } else if (what < 15) {
      both(new Input.Observed(time.moment(), shown, true));
    } else {
      Known known = each.decider.current();
      MachineState state =
          new MachineState(known.state().seq() + 1, Status.IDLE, null, time.now(), null);
      Known base = new Known(MACHINE, known.rowId(), state, new UUID(1, what), known.memory());
      each.decider.rebase(base, time.moment());
      seldom.decider.rebase(base, time.moment());
    }
  }

  /** A fraction of a millisecond is not kept; time does not go back for it. */
  @Test
  void theMomentIsNotBeforeWhatWasSeenBefore() {
    begin(settings(null, null));
    Observation idle = shows(0, 0, Age.NONE);
    for (int i = 0; i < 20; i++) {
      observe(idle);
      pass(100);
    }
    both(new Input.Stale(time.moment()));
    wall = wall.plusNanos(400_000);
    observe(idle);
    Instant before = seldom.decider.glimpse().at().wall();
    assertEquals(wall, before);
    nanos += 1_000;
    wall = wall.plusNanos(1_000);
    assertTrue(seldom.decider.repeats(idle, wall.toEpochMilli(), nanos));
    assertEquals(before, seldom.decider.glimpse().at().wall());
    assertEquals(before, seldom.decider.current().memory().lastContact());
    wall = wall.plusMillis(5);
    nanos += 5_000_000;
    assertTrue(seldom.decider.repeats(idle, wall.toEpochMilli(), nanos));
    Instant cut = Instant.ofEpochMilli(wall.toEpochMilli());
    assertEquals(cut, seldom.decider.glimpse().at().wall());
    assertEquals(cut, seldom.decider.current().memory().lastContact());
  }

  /** Whoever only looks waits for nobody, and never sees what was before. */
  @Test
  void whoLooksOnSeesNoTimeGoBack() throws Exception {
    begin(settings(null, null));
    Decider decider = seldom.decider;
    Observation idle = shows(0, 0, Age.NONE);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong looks = new AtomicLong();
    CompletableFuture<Long> back =
        CompletableFuture.supplyAsync(
            () -> {
              long last = 0;
              long times = 0;
              while (!ended.get()) {
                Moment at = decider.glimpse().at();
                times += at != null && at.nanos() < last ? 1 : 0;
                last = at == null ? last : at.nanos();
                looks.incrementAndGet();
              }
              return times;
            });
    for (int i = 0; i < 20_000 || (looks.get() < 20_000 && !back.isDone()); i++) {
      pass(100);
      observe(idle);
      if (i % 7 == 0) {
        boolean unused = decider.apply(new Input.LinkDown(time.moment(), "the cable is out"));
      } else if (i % 3 == 0) {
        Known unused = decider.current();
      }
    }
    ended.set(true);
    assertEquals(0, back.get(10, TimeUnit.SECONDS));
    assertTrue(taken > 1_000, "some were put off: " + taken);
  }

  /** What is so old that it proves nothing is not younger for having waited. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theMomentIsThatBeforeWhoeverDecidesIsWaitedFor(boolean repeats) throws Exception {
    MachineMonitor press = scene.monitor(MACHINE);
    press.look(Scene.newRow(MACHINE));
    Observation idle = shows(0, 5, Age.NONE);
    for (int i = 0; i < 20; i++) {
      scene.pass(Duration.ofMillis(100));
      press.observe(idle);
    }
    Moment before = scene.time.moment();
    Observation next = repeats ? idle : shows(1, 6, Age.NONE);
    Thread link = new Thread(() -> press.observe(next));
    synchronized (press) {
      link.start();
      while (link.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      scene.pass(Duration.ofMillis(800));
    }
    link.join();
    Glimpse glimpse = press.showcase().snapshot(MACHINE, null, null, null).glimpse();
    assertEquals(before, glimpse.at());
    assertEquals(next, glimpse.observation());
  }

  /** Who records wants every one of them. */
  @Test
  void whatIsRecordedIsNotPutOff() throws Exception {
    List<Step> steps = new ArrayList<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public void begin(Snapshot from) {}

          @Override
          public void step(Step step, Supplier<Snapshot> after) {
            steps.add(step);
          }
        };
    MachineMonitor press = scene.monitor(settings("counter", Counted.STARTED), recorder);
    press.look(Scene.newRow(MACHINE));
    Observation idle = shows(0, 5, Age.NONE);
    for (int i = 0; i < 50; i++) {
      scene.pass(Duration.ofMillis(100));
      press.observe(idle);
    }
    assertEquals(50, steps.size());
  }

  /** It is told again every hour, and counted each time. */
  @Test
  void whatIsMissingIsNotPutOff() {
    begin(settings("counter", Counted.STARTED));
    Observation uncounted = Scene.showsWithoutCounter(MACHINE, 0);
    for (int i = 0; i < 20; i++) {
      pass(100);
      observe(uncounted);
    }
    assertEquals(0, taken);
  }

  /** Nothing is known of a machine without a row, whatever it shows. */
  @Test
  void withoutARowNothingIsPutOff() {
    each = new One(settings(null, null), time.moment(), null, time);
    Observation idle = shows(0, 0, Age.NONE);
    for (int i = 0; i < 20; i++) {
      pass(100);
      assertFalse(each.decider.repeats(idle, wall.toEpochMilli(), nanos));
      each.decider.apply(new Input.Observed(time.moment(), idle, false));
    }
    assertNull(each.decider.current());
  }

  private void begin(MachineSettings settings) {
    Known known = Rebase.first(MACHINE, Scene.newRow(MACHINE), settings.staleAfter());
    each = new One(settings, time.moment(), known, time);
    seldom = new One(settings, time.moment(), known, time);
  }

  private void observe(Observation observation) {
    Input.Observed input = new Input.Observed(time.moment(), observation, false);
    assertEquals(
        each.decider.apply(input),
        seldom.decider.repeats(observation, wall.toEpochMilli(), nanos)
            ? taken++ >= 0
            : seldom.decider.apply(input));
  }

  private void both(Input input) {
    assertEquals(each.decider.apply(input), seldom.decider.apply(input));
  }

  private void pass(long millis) {
    nanos += millis * 1_000_000;
    wall = wall.plusMillis(millis);
  }

  /** The same values as they are, as links hand them on. */
  private Observation again(Observation shown, Age age) {
    return random.nextInt(4) == 0
        ? new Observation(MACHINE, shown.values(), Map.of("state", age, "counter", age()))
        : new Observation(MACHINE, shown.values(), age);
  }

  private Age age() {
    return Age.atMost(Duration.ofMillis(random.nextInt(random.nextInt(8) == 0 ? 5_000 : 500)));
  }

  private Observation shows(int state, long counter, Age age) {
    Map<String, TagValue> known = new HashMap<>(Scene.shows(MACHINE, state, counter).values());
    if (random.nextBoolean()) {
      known.put("state", TagValue.good((long) state, wall));
    }
    return new Observation(MACHINE, known, age);
  }

  private static MachineSettings settings(String counter, Counted counted) {
    LifecycleSettings was = Scene.lifecycleSettings();
    LifecycleSettings lifecycle =
        new LifecycleSettings(
            was.state(),
            was.recipe(),
            was.batch(),
            was.fault(),
            was.component(),
            counter,
            counter == null ? null : counted);
    return new MachineSettings(MACHINE, false, Scene.STALE_AFTER, false, lifecycle);
  }
}
