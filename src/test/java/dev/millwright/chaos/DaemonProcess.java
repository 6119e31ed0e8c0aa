package dev.millwright.chaos;

import dev.millwright.audit.Disturbance.Kind;
import dev.millwright.audit.Ledger;
import dev.millwright.cli.SteppedRun;
import dev.millwright.testing.Child;
import dev.millwright.testing.Child.Vitals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The daemon in a process of its own: one after the other, as they are killed and started anew. */
final class DaemonProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final Path config;
  private final Path clock;
  private final ByteBuffer ahead;
  private final Ledger ledger;
  private final Set<String> machines;
  private Child process;
  private int starts;
  private Ledger.Entry away;

  DaemonProcess(Path folder, Path config, Ledger ledger, Set<String> machines) throws IOException {
    this.folder = folder;
    this.config = config;
    this.clock = folder.resolve("clock");
    this.ahead = SteppedRun.ahead(clock);
    this.ledger = ledger;
    this.machines = machines;
  }

  /** Starts it; it watches its machines when this returns, or will soon. */
  void start() throws IOException, InterruptedException {
    starts++;
    process =
        Child.startOfTests(
            log(starts), SteppedRun.class, List.of(clock.toString(), "--config=" + config));
    process.awaitLine("started; machines:", START_LIMIT);
    if (away != null) {
      away.close();
    }
  }

  private Path log(int start) {
    return folder.resolve("daemon-" + start + ".log");
  }

  void kill() throws InterruptedException {
    away = ledger.begin(Kind.AWAY, "daemon killed", machines);
    process.kill();
  }

  /** Stops it in order. */
  void stop() throws IOException, InterruptedException {
    away = ledger.begin(Kind.AWAY, "daemon stopped", machines);
    int code = process.stop(STOP_LIMIT);
    if (code != 0) {
      throw new IOException("the daemon ended with " + code + ":\n" + process.tail());
    }
  }

  void freeze() throws IOException, InterruptedException {
    away = ledger.begin(Kind.AWAY, "daemon frozen", machines);
    process.signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    process.signal("CONT");
    away.close();
  }

  /** From now on nothing that it writes to a disk is taken. */
  void fillDisk() throws IOException, InterruptedException {
    away = ledger.begin(Kind.AWAY, "disk full", machines);
    fileSize("0");
  }

  void freeDisk() throws IOException, InterruptedException {
    fileSize("unlimited");
    away.close();
  }

  private void fileSize(String limit) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + limit + ":unlimited")
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException("prlimit failed");
    }
  }

  /** Steps its wall clock, for as long as the entry is open. */
  Ledger.Entry step(Duration by) {
    Ledger.Entry entry = ledger.begin(Kind.CLOCK, "clock stepped by " + by, machines, by);
    ahead.putLong(0, by.toMillis());
    return entry;
  }

  void stepBack(Ledger.Entry entry) {
    ahead.putLong(0, 0);
    entry.close();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** How often it was started so far. */
  int starts() {
    return starts;
  }

  Vitals vitals() throws IOException {
    return process.vitals();
  }

  String tail() throws IOException {
    return process.tail();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
