package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.journal.Unreadable;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Status;
import dev.millwright.recipe.Recipe;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/** The threads of a running daemon, started and stopped in order. */
public final class Engine implements AutoCloseable {

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(4);

  /** A link that has not stopped by itself after so long is closed from outside. */
  private static final Duration GENTLE_LIMIT = Duration.ofSeconds(2);

  private static final Duration AT_REST_TICK = Duration.ofMillis(20);

  private static final Duration STALENESS_TICK = Duration.ofMillis(50);

  /** The longest pause while the journal takes nothing, which each stale machine tries. */
  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

  /** How many machines are left offline at the same time at a stop. */
  private static final int LEAVING_AT_ONCE = 8;

  /** How much later than it was a machine's last contact may seem after a crash to have been. */
  private static final Duration KEEP_CONTACTS = Duration.ofSeconds(10);

  /**
   * A link and the machines behind it.
   *
   * @param link not opened yet
   * @param machines at least one
   * @param controls how those of them that take commands are made to do something, by serial number
   */
  public record Wiring(Link link, List<MachineSettings> machines, Map<String, Control> controls) {

    /** Machines that are only watched. */
    public Wiring(Link link, List<MachineSettings> machines) {
      this(link, machines, Map.of());
    }
  }

  /**
   * What the runtime works with.
   *
   * @param store writes and reads the rows
   * @param journal keeps what is decided until it is written; open, and closed by whoever opened it
   * @param check looks at the database before anything is written to it
   * @param lifecycle decides
   * @param time the clocks
   * @param random evenly from 0 to 1, for the jitter of waits; safe for use by several threads
   * @param recorders keep what happens to a machine, by its name; others are not recorded
   * @param recipes what driven machines can be stepped through, by name
   * @param versions keeps recipes as they were run; null where no machine is driven
   */
  public record Parts(
      MachineStore store,
      Journal journal,
      DatabaseCheck check,
      Lifecycle lifecycle,
      TimeSource time,
      DoubleSupplier random,
      Map<String, Recorder> recorders,
      Map<String, Recipe> recipes,
      RecipeVersions versions) {

    /** Nothing is recorded, and there are no recipes. */
    public Parts(
        MachineStore store,
        Journal journal,
        DatabaseCheck check,
        Lifecycle lifecycle,
        TimeSource time,
        DoubleSupplier random) {
      this(store, journal, check, lifecycle, time, random, Map.of(), Map.of(), null);
    }
  }

  private final Journal journal;
  private final Intake intake;
  private final TimeSource time;
  private final List<MachineMonitor> monitors = new ArrayList<>();
  private final Map<Thread, LinkRunner> links = new LinkedHashMap<>();
  private final Map<Thread, Handover> handovers = new LinkedHashMap<>();
  private final List<Drive> drives = new ArrayList<>();
  private final Delivery delivery;
  private final Thread deliveryThread;
  private final Thread stalenessThread;
  private final Consumer<Throwable> onDeath;
  private final DoubleSupplier random;
  private final Commandables commandables;
  private volatile boolean stopping;

  /**
   * @param onForeignSchema called once, with the differences, when the database turns out to be
   *     another one than this version can write to; nothing was written then, nor will be
   * @param onDeath called when a thread has died of what nothing can be done about, such as memory
   *     running out: the daemon has to end, and to be started anew
   * @throws JournalException when the journal cannot say what it knows
   */
  public Engine(
      List<Wiring> wirings,
      Parts parts,
      Consumer<List<String>> onForeignSchema,
      Consumer<Throwable> onDeath)
      throws JournalException {
    this.onDeath = onDeath;
    this.journal = parts.journal();
    this.time = parts.time();
    this.random = parts.random();
    this.intake = new Intake(journal, time);
    Map<String, Known> known = journal.known(Engine::tellUnreadable);
    MachineMonitor.Parts shared =
        new MachineMonitor.Parts(parts.lifecycle(), time, journal, intake, parts.recorders());
    Links built = new Links(parts, known, shared);
    for (Wiring wiring : wirings) {
      List<? extends Watched> behind = built.behind(wiring);
      LinkRunner runner = new LinkRunner(wiring.link(), behind, backoff(parts), time);
      links.put(thread(runner, "link " + runner.name()), runner);
    }
    built.tellForgotten();
    monitors.addAll(built.monitors());
    drives.addAll(built.drives());
    built.handovers().forEach(each -> handovers.put(thread(each, "decide " + each.name()), each));
    tellUnconfigured(known);
    commandables = new Commandables(built.commandables());
    delivery =
        new Delivery(
            new Delivery.Parts(
                parts.store(),
                parts.check(),
                journal,
                intake,
                List.copyOf(monitors),
                new RunNotes(
                    parts.store(),
                    drives.isEmpty() ? null : parts.versions(),
                    journal,
                    List.copyOf(drives),
                    time),
                time,
                backoff(parts)),
            onForeignSchema);
    deliveryThread = thread(delivery, "delivery");
    stalenessThread = thread(this::watchStaleness, "staleness");
  }

  /** The machines that take commands. */
  public Commanded commanded() {
    return commandables;
  }

  /** The rows of machines that are no longer configured go on claiming what nobody knows (I4). */
  private void tellUnconfigured(Map<String, Known> known) {
    Set<String> configured =
        monitors.stream().map(MachineMonitor::name).collect(Collectors.toSet());
    known.forEach(
        (machine, last) -> {
          if (!configured.contains(machine) && last.state().status() != Status.OFFLINE) {
            Logger.warn(
                LogLine.of(
                    machine,
                    "is no longer configured, and its row still says "
                        + last.state().status().word()
                        + ": UPDATE machines SET status = 'offline' WHERE serial_number = '"
                        + machine
                        + "'"));
          }
        });
  }

  private static void tellUnreadable(Unreadable known) {
    Logger.error(
        LogLine.of(
            known.machine(),
            known
                + "; what waits is delivered, then the machine goes on from its row; the other"
                + " machines go on"));
  }

  private static Backoff backoff(Parts parts) {
    return new Backoff(FIRST_RETRY, LONGEST_RETRY, parts.random());
  }

  /** One that does not keep the process alive, and does not die silently. */
  private Thread thread(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (dead, why) -> {
          onDeath.accept(why);
          Logger.error(
              LogLine.of("daemon", "thread " + dead.getName() + " died: " + LogLine.cause(why)));
        });
    return thread;
  }

  /** Starts everything. The database may be away. */
  public void start() {
    deliveryThread.start();
    stalenessThread.start();
    handovers.keySet().forEach(Thread::start);
    links.keySet().forEach(Thread::start);
  }

  private void watchStaleness() {
    try {
      long kept = time.nanos();
      Backoff untaken = new Backoff(STALENESS_TICK.multipliedBy(2), LONGEST_TICK, random);
      while (!stopping) {
        boolean taken = true;
        for (MachineMonitor monitor : monitors) {
          taken &= checkStaleness(monitor);
        }
        if (time.nanos() - kept >= KEEP_CONTACTS.toNanos()) {
          kept = time.nanos();
          intake.keep(
              monitors.stream().map(MachineMonitor::known).filter(Objects::nonNull).toList());
        }
        if (taken) {
          untaken.reset();
        }
        Thread.sleep((taken ? STALENESS_TICK : untaken.next()).toMillis());
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  /**
   * A fault in deciding on one machine must not leave the others claimed for ever (I4).
   *
   * @return false when the journal takes nothing
   */
  private static boolean checkStaleness(MachineMonitor monitor) {
    try {
      return monitor.checkStaleness();
    } catch (RuntimeException e) {
      monitor.fail(e);
      return true;
    }
  }

  /**
   * Stops in order: first the runs, whose safe states are written; then the links, so that nothing
   * new is decided; then the machines are left offline, as nobody watches them from now on (I4);
   * then what is decided is written. Each step has its limit, and what exceeds it is left behind.
   */
  @Override
  public void close() {
    stopping = true;
    stalenessThread.interrupt();
    commandables.leave("the daemon was stopped");
    awaitSafeStates();
    stopLinks();
    stopHandovers();
    leaveMachines();
    delivery.stop();
    if (!join(deliveryThread, System.nanoTime() + STOP_LIMIT.toNanos())) {
      deliveryThread.interrupt();
    }
    tellWhatIsLeft();
  }

  /** Several at a time, so that they share the disk's commits; one that fails spoils no other. */
  private void leaveMachines() {
    ExecutorService threads =
        Executors.newFixedThreadPool(LEAVING_AT_ONCE, work -> thread(work, "leave"));
    monitors.forEach(
        monitor ->
            threads.execute(
                () -> {
                  try {
                    monitor.leave();
                  } catch (RuntimeException e) {
                    monitor.fail(e);
                  }
                }));
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        Logger.warn(LogLine.of("daemon", "the disk is slow: not all machines are left offline"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is not at rest in time is found at the next start, as after a crash. */
  private void awaitSafeStates() {
    long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
    try {
      while (!drives.stream().allMatch(Drive::isAtRest) && System.nanoTime() - deadline < 0) {
        Thread.sleep(AT_REST_TICK.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    drives.forEach(Drive::abandon);
  }

  private void stopHandovers() {
    handovers.values().forEach(Handover::stop);
    long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
    for (Thread thread : handovers.keySet()) {
      if (!join(thread, deadline)) {
        Logger.warn(LogLine.of("daemon", thread.getName() + " does not stop; leaving it behind"));
      }
    }
  }

  private void tellWhatIsLeft() {
    try {
      long left = journal.count().waiting();
      if (left > 0) {
        Logger.warn(
            LogLine.of(
                "daemon", left + " decided transitions wait in the journal for the next start"));
      }
    } catch (JournalException e) {
      Logger.warn(
          LogLine.of(
              "daemon",
              "decided transitions may wait in the journal for the next start; it cannot be asked: "
                  + e.getMessage()));
    }
  }

  private void stopLinks() {
    links.values().forEach(LinkRunner::stop);
    links.keySet().forEach(Thread::interrupt);
    long start = System.nanoTime();
    for (Map.Entry<Thread, LinkRunner> link : links.entrySet()) {
      if (!join(link.getKey(), start + GENTLE_LIMIT.toNanos())) {
        // One thread each, as one that hangs must not keep the next one open.
        thread(link.getValue()::close, "close " + link.getValue().name()).start();
      }
    }
    for (Thread thread : links.keySet()) {
      if (!join(thread, start + STOP_LIMIT.toNanos())) {
        Logger.warn(LogLine.of("daemon", thread.getName() + " does not stop; leaving it behind"));
      }
    }
  }

  /** Waits for a thread's end until a deadline on the monotonic clock. */
  private static boolean join(Thread thread, long deadline) {
    try {
      long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
