package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.machine.Transition;
import dev.millwright.store.Row;
import dev.millwright.trace.Header;
import dev.millwright.trace.TraceReader;
import dev.millwright.trace.TraceReplay;
import dev.millwright.trace.TraceWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a machine in the daemon, its trace comes to the same decisions again. */
class ReplayTest {

  private static final String MACHINE = "PRESS-01";
  private static final int STEPS = 150;

  @RegisterExtension private final Scene scene = new Scene();
  @TempDir private Path folder;

  private final MachineSettings settings = Scene.settings(MACHINE, false);
  private long counter;
  private int state;

  /**
   * Runs, gaps, bad and doubtful values, clocks that are set, other writers, refusals, rows that go
   * and come: from a seed.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theSameIsDecidedAgainAtTheSameTimes(long seed) throws Exception {
    Random random = new Random(seed);
    Path file = folder.resolve("trace.jsonl");
    Path rolling = folder.resolve("rolling.jsonl");
    List<Transition> decided = new ArrayList<>();
    try (TraceWriter writer = writer(file);
        TraceWriter rolls = TraceWriter.rolling(rolling, header(), 40_000, e -> {})) {
      MachineMonitor press = monitor(decided, writer, rolls);
      press.look(Scene.newRow(MACHINE));
      for (int i = 0; i < STEPS; i++) {
        happen(press, random);
      }
      // I2: what the disk does not take is not decided, and so it is in the replay.
      scene.journal.close();
      scene.pass(Duration.ofMillis(100));
      press.observe(Scene.shows(MACHINE, 1, counter + 5));
      press.leave();
    }
    List<Transition> again = new ArrayList<>();
    TraceReplay.Result result = replay(file, settings, again);
    assertEquals(List.of(), result.differences(), "seed " + seed);
    assertNull(result.unreadable());
    assertEquals(decided, again);
    assertTrue(decided.size() > 10, "something happened: " + decided.size());
    // Each file of a rolling trace begins where the other ended, in the middle of whatever it was.
    for (Path part : List.of(folder.resolve("rolling.jsonl.1"), rolling)) {
      TraceReplay.Result half = replay(part, settings, new ArrayList<>());
      assertEquals(List.of(), half.differences(), "seed " + seed + " " + part);
      assertNull(half.unreadable());
    }
  }

  /** What another configuration would have made of it. */
  @Test
  void withOtherSettingsTheDifferencesAreTold() throws Exception {
    Path file = folder.resolve("trace.jsonl");
    try (TraceWriter writer = writer(file)) {
      MachineMonitor press = monitor(new ArrayList<>(), writer);
      press.look(Scene.newRow(MACHINE));
      press.observe(Scene.shows(MACHINE, 0, 1));
      press.observe(Scene.shows(MACHINE, 2, 2));
    }
    StateCodes codes =
        new StateCodes(
            "state", List.of("0", "2"), List.of("1"), List.of("3"), List.of("4"), List.of("9"));
    LifecycleSettings was = settings.lifecycle();
    LifecycleSettings lifecycle =
        new LifecycleSettings(
            codes, was.recipe(), was.batch(), was.fault(), was.component(), null, null);
    TraceReplay.Result result =
        replay(
            file,
            new MachineSettings(MACHINE, false, settings.staleAfter(), false, lifecycle),
            new ArrayList<>());
    assertEquals(2, result.differing(), "the first has no cycle, the second is none");
    TraceReplay.Difference start = result.differences().get(1);
    assertEquals("start", start.recorded().get(0).event());
    assertEquals(List.of(), start.now());
  }

  private TraceWriter writer(Path file) throws Exception {
    return TraceWriter.once(file, header(), 10 << 20);
  }

  private Header header() {
    return Header.of("0", scene.now(), "sha256:0", settings);
  }

  private MachineMonitor monitor(List<Transition> decided, TraceWriter... writers) {
    Recorder all =
        new Recorder() {
          @Override
          public void begin(Snapshot from) {
            List.of(writers).forEach(writer -> writer.begin(from));
          }

          @Override
          public void step(Step step, Supplier<Snapshot> after) {
            decided.addAll(step.decided());
            List.of(writers).forEach(writer -> writer.step(step, after));
          }
        };
    return scene.monitor(settings, all);
  }

  private static TraceReplay.Result replay(
      Path file, MachineSettings settings, List<Transition> decided) throws Exception {
    try (TraceReader reader = new TraceReader(Files.newInputStream(file))) {
      return new TraceReplay(
              reader, settings, Teller.LOG, (at, transition) -> decided.add(transition))
          .run();
    }
  }

  private void happen(MachineMonitor press, Random random) throws Exception {
    scene.pass(Duration.ofMillis(random.nextInt(900)));
    switch (random.nextInt(16)) {
      case 0 -> press.linkDown("unplugged");
      case 1 -> {
        scene.pass(Duration.ofSeconds(4));
        boolean unused = press.checkStaleness();
      }
      case 2 -> scene.setWall(scene.now().plusSeconds(random.nextInt(7200) - 3600));
      case 3 -> press.fail("a fault");
      case 4 -> otherwise(press, random);
      default -> press.observe(shows(random));
    }
  }

  /** What comes from the database. */
  private void otherwise(MachineMonitor press, Random random) throws Exception {
    UUID row = press.known() == null ? UUID.randomUUID() : press.known().rowId();
    long seq = press.known() == null ? 0 : press.known().state().seq() + 1;
    Row external = Scene.external(row, MACHINE, Scene.idle(seq), null);
    switch (random.nextInt(5)) {
      case 0 -> press.rebase(external, "somebody else wrote it");
      case 1 -> press.gone("no row");
      case 2 -> {
        var waiting = scene.journal.oldest(MACHINE, 1);
        if (!waiting.isEmpty()) {
          press.refused(waiting.get(0), external, "no");
          scene.pass(Duration.ofSeconds(random.nextInt(20)));
        }
      }
      case 3 -> press.delivered();
      default -> press.look(external);
    }
    if (press.known() == null) {
      press.look(Scene.newRow(MACHINE));
    }
  }

  private Observation shows(Random random) {
    if (random.nextInt(3) == 0) {
      int[] states = {0, 1, 1, 2, 3, 4, 9, 42};
      int next = states[random.nextInt(states.length)];
      counter += next == 1 && state != 1 ? 1 + random.nextInt(2) : 0;
      state = next;
    }
    Map<String, TagValue> values = new HashMap<>(Scene.shows(MACHINE, state, counter).values());
    Instant source = random.nextBoolean() ? null : scene.now().minusMillis(random.nextInt(300));
    values.put("state", TagValue.good((long) state, source));
    values.put("batch", TagValue.good("B-\"7\" ü\u2028\t", null));
    switch (random.nextInt(12)) {
      case 0 -> values.put("counter", TagValue.bad("no answer"));
      case 1 -> values.put("state", TagValue.bad("no answer"));
      case 2 -> values.put("state", new TagValue(1L, Quality.UNCERTAIN, source, "a sensor"));
      case 3 -> values.put("counter", TagValue.good((double) counter, null));
      case 4 -> values.put("recipe", TagValue.good(Double.NaN, null));
      case 5 -> values.put("counter", TagValue.good(true, null));
      default -> {}
    }
    Age age = Age.atMost(Duration.ofNanos(random.nextInt(400_000_000)));
    return new Observation(
        MACHINE, values, random.nextBoolean() ? Map.of() : Map.of("state", age, "counter", age));
  }
}
