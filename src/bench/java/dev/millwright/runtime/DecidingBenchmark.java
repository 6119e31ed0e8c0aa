package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Decision;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Event;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Status;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What is done with each observation and for each decision, without wire, disk or database. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecidingBenchmark {

  private static final String MACHINE = "PRESS-01";

  private final TimeSource time = TimeSource.system();
  private final Lifecycle lifecycle =
      new Lifecycle(new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong()));
  private final Observation idle = Scene.shows(MACHINE, 0, 4_711);
  private final Occurrence start =
      new Occurrence(
          new Event.Start(),
          Scene.START,
          new Detail("machine", "R42", null, 4_712L, 0, null, false));
  private final MachineState before = new MachineState(118, Status.IDLE, null, Scene.START, null);

  private Path folder;
  private Journal journal;
  private MachineMonitor monitor;

  /** A machine that was met: idle, and written so. */
  @Setup
  public void meet() throws Exception {
    folder = Files.createTempDirectory("deciding");
    journal =
        Journal.open(
            new JournalSettings(folder.resolve("journal.db"), DataSize.ofMebibytes(64)),
            Instant.now());
    monitor =
        new MachineMonitor(
            Scene.settings(MACHINE, false),
            journal.known().get(MACHINE),
            new MachineMonitor.Parts(lifecycle, time, journal, new Intake(journal, time)));
    monitor.look(Scene.newRow(MACHINE));
    monitor.observe(idle);
  }

  /** Also its journal's files. */
  @TearDown
  public void leave() throws IOException {
    journal.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** By far the most of what a daemon does: another look, and nothing is new. */
  @Benchmark
  public void unchangedObservation() {
    monitor.observe(idle);
  }

  /** Idle to processing, with new ids of the run and of the transition. */
  @Benchmark
  public Decision decision() {
    return lifecycle.decide(before, start);
  }
}
