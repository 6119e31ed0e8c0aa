package dev.millwright.cli;

import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.Tap;
import dev.millwright.machine.Lifecycle;
import dev.millwright.pki.Pki;
import dev.millwright.runtime.DryRun;
import dev.millwright.runtime.Ids;
import dev.millwright.runtime.Recorder;
import dev.millwright.runtime.Teller;
import dev.millwright.runtime.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Looks on at one machine until it is time, or until somebody says stop. */
final class Onlooker {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  /** Where what is seen goes. */
  interface Out extends Recorder, Teller, Tap {}

  private final MachineSettings machine;
  private final Pki pki;
  private final Out out;

  Onlooker(MachineSettings machine, Pki pki, Out out) {
    this.machine = machine;
    this.pki = pki;
    this.out = out;
  }

  /**
   * Looks on.
   *
   * @param limit null for none
   * @param done asked often
   * @param atEnd closes what the onlooker writes, also when somebody says stop
   */
  void run(Duration limit, BooleanSupplier done, Runnable atEnd) throws InterruptedException {
    TimeSource time = TimeSource.system();
    DryRun run =
        new DryRun(
            Wirings.watching(machine, pki, time.wall(), out),
            Wirings.forRuntime(machine),
            Wirings.control(machine),
            new DryRun.Parts(
                new Lifecycle(new Ids(time.wall(), () -> ThreadLocalRandom.current().nextLong())),
                time,
                () -> ThreadLocalRandom.current().nextDouble(),
                out,
                out));
    AtomicBoolean stopping = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    long began = System.nanoTime();
    StopOnRequest.Stop stop =
        () -> {
          stopping.set(true);
          ended.await();
        };
    try (StopOnRequest installed = StopOnRequest.install(STOP_LIMIT, stop)) {
      installed.exitCode(Exit.OK);
      try {
        run.run(
            () ->
                stopping.get()
                    || done.getAsBoolean()
                    || (limit != null && System.nanoTime() - began >= limit.toNanos()));
      } finally {
        atEnd.run();
        ended.countDown();
      }
    }
  }

  /** What stands against looking on, in words; null when nothing does. */
  static String hint(String reason) {
    return reason.contains("busy")
        ? "a serial line has one reader: if the daemon holds it, write trace = true into the"
            + " machine's file and replay its trace, or stop the daemon first"
        : null;
  }
}
