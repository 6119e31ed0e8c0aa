package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.device.RecentFrames;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Lifecycle;
import dev.millwright.recipe.Recipe;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.tinylog.Logger;

/** The threads of a running daemon, started and stopped in order. */
public final class Engine implements AutoCloseable {

  /**
   * A link and the machines behind it.
   *
   * @param link not opened yet
   * @param machines at least one
   * @param controls how those of them that take commands are made to do something, by serial number
   * @param frames the last that went over the link; null where nobody keeps them
   */
  public record Wiring(
      Link link,
      List<MachineSettings> machines,
      Map<String, Control> controls,
      RecentFrames frames) {

    /** Machines that are only watched, on a link of which nobody keeps what goes over it. */
    public Wiring(Link link, List<MachineSettings> machines) {
      this(link, machines, Map.of());
    }

    /** The same for machines that take commands. */
    public Wiring(Link link, List<MachineSettings> machines, Map<String, Control> controls) {
      this(link, machines, controls, null);
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
   * @param recipes what driven machines can be stepped through from now on, by name
   * @param versions keeps recipes as they were run; null where no machine is ever driven
   * @param meter hears of what happens, to count it
   */
  public record Parts(
      MachineStore store,
      Journal journal,
      DatabaseCheck check,
      Lifecycle lifecycle,
      TimeSource time,
      DoubleSupplier random,
      Map<String, Recorder> recorders,
      Supplier<Map<String, Recipe>> recipes,
      RecipeVersions versions,
      Meter meter) {

    /** Nothing is recorded or counted, and there are no recipes. */
    public Parts(
        MachineStore store,
        Journal journal,
        DatabaseCheck check,
        Lifecycle lifecycle,
        TimeSource time,
        DoubleSupplier random) {
      this(store, journal, check, lifecycle, time, random, Map.of(), Map::of, null, Meter.NONE);
    }
  }

  /**
   * What is to be watched instead of what is.
   *
   * @param wirings replace the links on which any of their machines, or a removed one, is now; each
   *     machine on those is in one of them, or removed
   * @param unchanged machines of these that go on as they are, only on a new link
   * @param removed machines that are no longer watched
   * @param between done when the old links have stopped, before the new ones begin
   */
  public record Change(
      List<Wiring> wirings, Set<String> unchanged, Set<String> removed, Runnable between) {}

  /**
   * What became of a change.
   *
   * @param refusal why nothing was changed; null when it was
   * @param pause tells how long the machines were not watched
   */
  public record Rewired(String refusal, Pause pause) {
    static Rewired refused(String why) {
      return new Rewired(why, null);
    }
  }

  /** How long machines that were interrupted were not watched. */
  @FunctionalInterface
  public interface Pause {

    /**
     * Waits until all their links were heard of again.
     *
     * @param deadline on the monotonic clock
     * @return null when one was not by then
     */
    Duration await(long deadline) throws InterruptedException;
  }

  private final Journal journal;
  private final Intake intake;
  private final TimeSource time;
  private final Threads threads;
  private final Stopping stops;
  private final Roster roster = new Roster();
  private final Commandables commandables;
  private final List<RunningLink> links = new CopyOnWriteArrayList<>();
  private final Rewire rewire;

  /** Held by who changes the links; for good by who has closed them. */
  private final ReentrantLock rewiring = new ReentrantLock();

  private final Delivery delivery;
  private final Thread deliveryThread;
  private final Thread stalenessThread;
  private final Backlogs backlogs;
  private final StalenessWatch staleness;
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
    this.journal = parts.journal();
    this.time = parts.time();
    this.threads = new Threads(onDeath);
    this.stops = new Stopping(threads);
    this.intake = new Intake(journal, time, parts.meter());
    this.staleness = new StalenessWatch(roster, intake, time, parts.random());
    this.backlogs = new Backlogs(journal, time);
    this.commandables = new Commandables(roster::commandables, parts.meter());
    MachineMonitor.Parts shared =
        new MachineMonitor.Parts(
            parts.lifecycle(), time, journal, intake, parts.recorders(), parts.meter(), staleness);
    Links making = new Links(parts, shared, threads);
    Links.Found found = Links.Found.in(journal);
    wirings.forEach(wiring -> links.add(making.of(wiring, found, Map.of())));
    roster.replace(links);
    rewire = new Rewire(links, roster, making, stops, journal, onDeath);
    found.tellForgotten(commandables.machines());
    tellUnconfigured(found.known());
    delivery =
        new Delivery(
            new Delivery.Parts(
                parts.store(),
                parts.check(),
                journal,
                intake,
                roster,
                new RunNotes(parts.store(), parts.versions(), journal, roster, time),
                time,
                making.backoff(),
                parts.meter()),
            onForeignSchema);
    deliveryThread = threads.of(delivery, "delivery");
    stalenessThread = threads.of(staleness, "staleness");
  }

  /** The machines that take commands. */
  public Commanded commanded() {
    return commandables;
  }

  /**
   * What is known of all machines now. Waits for no machine and no database, but perhaps for the
   * disk.
   */
  public Overview overview() {
    Backlogs.Counted counted = backlogs.count();
    List<MachineSnapshot> machines =
        roster.links().stream().flatMap(link -> link.snapshots(counted)).toList();
    return new Overview(time.now(), machines, delivery.snapshot(), counted.trouble());
  }

  /** One for each of its loops. */
  public List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>(List.of(delivery.heartbeat(), staleness.heartbeat()));
    roster.links().forEach(link -> all.addAll(link.heartbeats()));
    return all;
  }

  /** Why nothing can be decided now, as the journal takes nothing; null while it does. */
  public String journalTrouble() {
    return intake.trouble();
  }

  /** The last that went over a machine's link, the oldest first; empty where nobody keeps it. */
  public List<RecentFrames.Frame> frames(String machine) {
    return roster.links().stream()
        .filter(link -> link.hasAnyOf(List.of(machine)) && link.wiring().frames() != null)
        .findFirst()
        .map(link -> link.wiring().frames().list())
        .orElse(List.of());
  }

  /** How the threads fare that have to make progress. */
  public List<LoopState> loops() {
    List<LoopState> all = new ArrayList<>();
    all.add(LoopState.of(deliveryThread, delivery.heartbeat()));
    all.add(LoopState.of(stalenessThread, staleness.heartbeat()));
    roster.links().forEach(link -> all.addAll(link.loops()));
    return all;
  }

  /** The rows of machines that are no longer configured go on claiming what nobody knows (I4). */
  private void tellUnconfigured(Map<String, Known> known) {
    known.values().stream()
        .filter(last -> roster.monitor(last.machine()) == null)
        .forEach(Rewire::tellClaim);
  }

  /** Starts everything. The database may be away. */
  public void start() {
    deliveryThread.start();
    stalenessThread.start();
    links.forEach(RunningLink::start);
  }

  /** Why these machines cannot be begun anew now; null when they can. Changes nothing. */
  public String occupied(Set<String> machines) {
    return rewire.occupied(machines);
  }

  /**
   * Has some links replaced while the others go on. For one thread at a time; bounded by the limits
   * of a stop.
   */
  public Rewired rewire(Change change) {
    rewiring.lock();
    try {
      return stopping ? Rewired.refused("the daemon is stopping") : rewire.apply(change);
    } finally {
      rewiring.unlock();
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
    awaitRewiring();
    commandables.leave("the daemon was stopped");
    Stopping.awaitSafeStates(roster.drives());
    stops.links(links);
    stops.machines(roster.monitors(), MachineMonitor::leave);
    delivery.stop();
    if (!Threads.join(deliveryThread, System.nanoTime() + Stopping.LIMIT.toNanos())) {
      deliveryThread.interrupt();
    }
    tellWhatIsLeft();
  }

  /** What a reload has begun is finished first, unless it takes too long. */
  private void awaitRewiring() {
    try {
      boolean unused = rewiring.tryLock(Stopping.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
}
