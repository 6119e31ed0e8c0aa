package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Counted;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two clocks that stand still unless moved, a journal of its own, and machines of which everything
 * is said here.
 */
final class Scene implements AfterEachCallback {

  static final Instant START = Instant.parse("2026-11-20T09:00:00Z");
  static final Duration STALE_AFTER = Duration.ofSeconds(3);

  /** For what other threads do; generous, as it is used up only by a failure. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Instant wall = START;
  private long nanos = 1_000_000_000_000L;

  final TimeSource time = new TimeSource(this::now, this::nanos);
  final Lifecycle lifecycle =
      new Lifecycle(new Ids(this::now, () -> ThreadLocalRandom.current().nextLong()));

  private final Path folder;
  final Journal journal;
  final Intake intake;
  final Heard heard = new Heard();

  Scene() {
    this(64);
  }

  /**
   * @param mebibytes how large the journal may become
   */
  Scene(long mebibytes) {
    try {
      folder = Files.createTempDirectory("scene");
      journal =
          Journal.open(new JournalSettings(journalFile(), DataSize.ofMebibytes(mebibytes)), START);
    } catch (IOException | JournalException e) {
      throw new IllegalStateException(e);
    }
    intake = new Intake(journal, time, heard);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    journal.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  Path journalFile() {
    return folder.resolve("journal.db");
  }

  synchronized void pass(Duration duration) {
    wall = wall.plus(duration);
    nanos += duration.toNanos();
  }

  /** Somebody sets the host's clock; time itself goes on. */
  synchronized void setWall(Instant to) {
    wall = to;
  }

  synchronized Instant now() {
    return wall;
  }

  private synchronized long nanos() {
    return nanos;
  }

  MachineMonitor monitor(String serialNumber) {
    return monitor(settings(serialNumber, false));
  }

  /** As after a start of the daemon: with what the journal knows. */
  MachineMonitor monitor(MachineSettings settings) {
    return monitor(settings, Deadlines.NONE);
  }

  /** The same, where somebody is told by when to look. */
  MachineMonitor monitor(MachineSettings settings, Deadlines deadlines) {
    return monitor(settings, Recorder.NONE, deadlines);
  }

  /** The same, where somebody keeps each step. */
  MachineMonitor monitor(MachineSettings settings, Recorder recorder) {
    return monitor(settings, recorder, Deadlines.NONE);
  }

  private MachineMonitor monitor(MachineSettings settings, Recorder recorder, Deadlines deadlines) {
    Map<String, Recorder> recorders = Map.of(settings.serialNumber(), recorder);
    try {
      return new MachineMonitor(
          settings,
          journal.known().get(settings.serialNumber()),
          new MachineMonitor.Parts(lifecycle, time, journal, intake, recorders, heard, deadlines));
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  static MachineSettings settings(String serialNumber, boolean register) {
    return new MachineSettings(serialNumber, register, STALE_AFTER, false, lifecycleSettings());
  }

  static LifecycleSettings lifecycleSettings() {
    return new LifecycleSettings(
        new StateCodes(
            "state", List.of("0"), List.of("1", "2"), List.of("3"), List.of("4"), List.of("9")),
        "recipe",
        "batch",
        "fault",
        "component",
        "counter",
        Counted.STARTED);
  }

  static Observation shows(String machine, int state, long counter) {
    return new Observation(
        machine,
        Map.of(
            "state", TagValue.good((long) state, null),
            "counter", TagValue.good(counter, null),
            "recipe", TagValue.good("R42", null),
            "fault", TagValue.good(state == 9 ? "part jammed" : "", null),
            "component", TagValue.good(state == 9 ? "gripper" : "", null)));
  }

  /** The counter's question had no answer. */
  static Observation showsWithoutCounter(String machine, int state) {
    Map<String, TagValue> values = new HashMap<>(shows(machine, state, 0).values());
    values.put("counter", TagValue.bad("no usable answer"));
    return new Observation(machine, values);
  }

  static Observation bad(String machine, String why) {
    TagValue bad = TagValue.bad(why);
    return new Observation(
        machine,
        Map.of("state", bad, "counter", bad, "recipe", bad, "fault", bad, "component", bad));
  }

  /** A row that nobody has written a transition to. */
  static Row newRow(String serialNumber) {
    return row(
        UUID.randomUUID(),
        serialNumber,
        new MachineState(0, Status.OFFLINE, null, null, null),
        null);
  }

  static Row row(UUID id, String serialNumber, MachineState state, Long cycle) {
    return new Row(id, serialNumber, state, null, null, cycle, null, null, START, null, null);
  }

  /** What another writer has made of a row. */
  static Row external(UUID id, String serialNumber, MachineState state, Long cycle) {
    return new Row(
        id,
        serialNumber,
        state,
        "external",
        UUID.randomUUID(),
        cycle,
        null,
        null,
        START,
        null,
        null);
  }

  static MachineState idle(long seq) {
    return new MachineState(seq, Status.IDLE, null, START, null);
  }

  /** The transitions that wait, in the order of decision. */
  List<Transition> pending() {
    try {
      return journal.all(0, Integer.MAX_VALUE).stream()
          .filter(entry -> entry.quarantined() == null)
          .map(Entry::transition)
          .toList();
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Their events, in words. */
  String events() {
    return String.join(" ", pending().stream().map(Transition::event).toList());
  }

  /** Everything that waits is delivered. */
  void confirmAll() throws JournalException {
    journal.confirm(journal.all(0, Integer.MAX_VALUE));
  }

  /** Waits for what another thread is to bring about. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      Thread.sleep(5);
    }
  }
}
