package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.journal.Known;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * Watches one machine as the daemon does and decides as it would, from a row that says nothing yet;
 * and writes nothing: no row, no journal. What it decides goes to the recorder alone.
 */
public final class DryRun {

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
  private static final long TICK_MS = 50;
  private static final long STOP_LIMIT_MS = 2_000;

  /**
   * What it works with.
   *
   * @param lifecycle decides
   * @param time the clocks
   * @param random evenly from 0 to 1, for the jitter of waits
   * @param recorder keeps what happens; called by one thread at a time
   * @param teller tells what the log would say
   */
  public record Parts(
      Lifecycle lifecycle,
      TimeSource time,
      DoubleSupplier random,
      Recorder recorder,
      Teller teller) {}

  private final TimeSource time;
  private final Machine machine;
  private final LinkRunner runner;

  /**
   * Contacts nothing yet.
   *
   * @param link not opened yet; closed when the run ends
   * @param control how the machine is made to do something, which does not happen here; null when
   *     it is only watched
   */
  public DryRun(Link link, MachineSettings settings, Control control, Parts parts) {
    this.time = parts.time();
    this.machine = new Machine(settings, control, parts);
    this.runner =
        new LinkRunner(
            link,
            List.of(machine),
            new Backoff(FIRST_RETRY, LONGEST_RETRY, parts.random()),
            time,
            parts.teller(),
            Meter.NONE);
  }

  /**
   * What data says by a machine's configuration.
   *
   * @param shown the state; null when the data does not tell it
   * @param raw the state as the machine shows it; null when it shows none
   * @param problem what is wrong or missing, in words; null when all is well
   */
  public record Shows(Shown shown, String raw, String problem) {}

  /** What an observation says by the machine's configuration; nothing is decided upon it. */
  public static Shows shows(MachineSettings settings, Observation observation, Moment at) {
    StateReader.Result result =
        new StateReader(settings.lifecycle(), settings.acceptUncertain())
            .read(observation, at.wall(), at.nanos());
    Shown shown = result.sighting() == null ? null : result.sighting().shown();
    return new Shows(shown, result.raw(), result.problem());
  }

  /**
   * Watches until it is told to stop, and then closes the link within some seconds.
   *
   * @param done asked 20 times a second
   */
  public void run(BooleanSupplier done) throws InterruptedException {
    AtomicReference<Throwable> death = new AtomicReference<>();
    Thread reader = new Thread(runner, "link " + runner.name());
    reader.setDaemon(true);
    reader.setUncaughtExceptionHandler((thread, why) -> death.set(why));
    reader.start();
    try {
      while (!done.getAsBoolean() && death.get() == null) {
        machine.checkStaleness(time.moment());
        Thread.sleep(TICK_MS);
      }
    } finally {
      stop(reader);
    }
    if (death.get() != null) {
      throw new IllegalStateException("the thread of the link has died", death.get());
    }
  }

  private void stop(Thread reader) throws InterruptedException {
    runner.stop();
    reader.interrupt();
    reader.join(STOP_LIMIT_MS);
    if (reader.isAlive()) {
      // One that hangs is left behind; the program ends soon.
      Thread closer = new Thread(runner::close, "close " + runner.name());
      closer.setDaemon(true);
      closer.start();
      closer.join(STOP_LIMIT_MS);
    }
  }

  /** A machine that has never been seen before. */
  private static final class Machine implements Watched {

    private final String name;
    private final TimeSource time;
    private final Decider decider;

    /** Null for a machine that shows its state itself. */
    private final IdleDrive drive;

    Machine(MachineSettings settings, Control control, Parts parts) {
      this.name = settings.serialNumber();
      this.time = parts.time();
      this.drive =
          control instanceof Control.Driven driven
              ? new IdleDrive(settings, driven, time, parts.teller())
              : null;
      Moment start = time.moment();
      MachineState nothing = new MachineState(0, Status.OFFLINE, null, start.wall(), null);
      Known known =
          new Known(name, new UUID(0, 0), nothing, null, Memory.ofRow(null, null, null, null));
      this.decider =
          new Decider(
              settings,
              Snapshot.atStart(start, known),
              new Decider.Parts(
                  parts.lifecycle(),
                  (base, after, decided) -> true,
                  new Complaints(name, time, false, parts.teller()),
                  parts.teller(),
                  parts.recorder()));
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public synchronized void observe(Observation observation) {
      Moment at = time.moment();
      Observation shown = drive == null ? observation : drive.face(observation, at);
      apply(new Input.Observed(at, shown, false));
    }

    @Override
    public synchronized void linkDown(String reason) {
      apply(new Input.LinkDown(time.moment(), reason));
    }

    @Override
    public synchronized void fail(String reason) {
      apply(new Input.Failed(time.moment(), reason));
    }

    synchronized void checkStaleness(Moment now) {
      if (decider.isStale(now.nanos())) {
        apply(new Input.Stale(now));
      }
    }

    private void apply(Input input) {
      boolean unused = decider.apply(input);
    }
  }
}
