package dev.millwright.runtime;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.store.CommandSession;
import dev.millwright.store.CommandStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.tinylog.Logger;

/**
 * The one thread that takes commands from table recipe_commands and ends them, with a connection of
 * its own. It waits for no machine: a stop is seen while others are under way (LEGACY 7).
 *
 * <p>It hears of new commands at once, and looks by itself as well: on a dead connection nothing is
 * heard, and only a look finds that out (FIELD 23).
 */
public final class Commands implements Runnable, AutoCloseable {

  /** The longest wait for news, so that a stop of the daemon is seen. */
  private static final Duration LISTEN = Duration.ofMillis(500);

  /** While somebody waits for an outcome, which comes from elsewhere. */
  private static final Duration LISTEN_BRIEFLY = Duration.ofMillis(50);

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

  /** How long the stop waits for outcomes to be written; what is left waits in the journal. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

  private final CommandStore store;
  private final DatabaseCheck check;
  private final Duration poll;
  private final TimeSource time;
  private final Claiming claiming;
  private final Finishing finishing;
  private final CommandLedger ledger;
  private final Backoff backoff;
  private final Complaints complaints;
  private final Complaints journalComplaints;
  private final Heartbeat heartbeat;
  private final Thread thread;

  /** Whether the journal took nothing when it was last asked to. */
  private boolean untaken;

  private volatile boolean stopping;

  /** When to end at the latest, on the monotonic clock; null until the stop. */
  private volatile Long stopBy;

  /**
   * What it works with.
   *
   * @param store with connections of their own
   * @param check looks at the database before anything is claimed in it
   * @param journal open, and closed by whoever opened it
   * @param commanded takes the commands
   * @param machines the serial numbers of all machines of this daemon, at any time; those among
   *     them that take no commands refuse them
   * @param random evenly from 0 to 1, for the jitter of waits
   */
  public record Parts(
      CommandStore store,
      DatabaseCheck check,
      Journal journal,
      Commanded commanded,
      Collection<String> machines,
      TimeSource time,
      DoubleSupplier random) {}

  /**
   * @param onDeath called when the thread has died of what nothing can be done about
   * @throws JournalException when the journal cannot say what is under way
   */
  public Commands(CommandsSettings settings, Parts parts, Consumer<Throwable> onDeath)
      throws JournalException {
    this.store = parts.store();
    this.check = parts.check();
    this.poll = settings.poll();
    this.time = parts.time();
    this.ledger = new CommandLedger(parts.journal().commands());
    this.finishing = new Finishing(parts.journal(), ledger, time);
    this.claiming =
        new Claiming(
            new Claiming.Parts(
                ledger,
                parts.commanded(),
                parts.machines(),
                settings.timeToLive(),
                finishing,
                this::tell,
                time));
    this.backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, parts.random());
    this.complaints = new Complaints("commands", time, true);
    this.journalComplaints = new Complaints("commands", time, true);
    this.heartbeat = new Heartbeat(store.patience(), time);
    this.thread = new Thread(this, "commands");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dead, why) -> onDeath.accept(why));
  }

  /** Beats while its thread goes on, also while the database hangs. */
  public Heartbeat heartbeat() {
    return heartbeat;
  }

  /** How its thread fares. */
  public LoopState loop() {
    return LoopState.of(thread, heartbeat);
  }

  /** Begins. The database may be away. */
  public void start() {
    thread.start();
  }

  @Override
  public void run() {
    try {
      while (!isDone()) {
        heartbeat.beat();
        try (CommandSession session = store.open()) {
          requireFit();
          serve(session);
        } catch (SQLException e) {
          complaints.trouble(
              "database",
              "none are taken from the database: " + LogLine.cause(e) + "; it is tried again");
        } catch (JournalException e) {
          tell(e);
        }
        pause();
      }
      finishing.keep();
    } catch (InterruptedException e) {
      stopping = true;
    } catch (JournalException e) {
      tell(e);
    }
  }

  private void requireFit() throws SQLException {
    List<String> differences = check.differences();
    if (!differences.isEmpty()) {
      throw new SQLException(
          "it is not as it should be (see millwright migrate verify): " + differences.get(0));
    }
  }

  private void serve(CommandSession session) throws SQLException, JournalException {
    claiming.recover(session);
    complaints.well("are taken from the database again");
    backoff.reset();
    boolean look = true;
    long looked = time.nanos();
    while (!isDone()) {
      heartbeat.beat();
      finishing.keep();
      finishing.send(session);
      if (look && !stopping) {
        looked = time.nanos();
        untaken = false;
        look = claiming.claim(session);
        if (!untaken) {
          journalComplaints.well("are taken again");
        }
      }
      if (!look || stopping) {
        Duration wait = ledger.isBusy() ? LISTEN_BRIEFLY : LISTEN;
        look = session.await(wait.compareTo(poll) < 0 ? wait : poll);
        look |= time.nanos() - looked >= poll.toNanos();
      }
    }
  }

  /** Results go on into the journal while the database is away. */
  private void pause() throws InterruptedException {
    long until = time.nanos() + backoff.next().toNanos();
    while (!isDone() && time.nanos() - until < 0) {
      heartbeat.beat();
      finishing.await(Duration.ofNanos(Math.min(until - time.nanos(), LISTEN.toNanos())));
      try {
        finishing.keep();
      } catch (JournalException e) {
        tell(e);
        Thread.sleep(LISTEN_BRIEFLY.toMillis());
      }
    }
  }

  private void tell(JournalException e) {
    untaken = true;
    journalComplaints.trouble(
        e.kind().name(), "none but stops are taken, and none ends: " + e.getMessage());
  }

  private boolean isDone() {
    Long by = stopBy;
    return by != null && (!ledger.isBusy() || time.nanos() - by >= 0);
  }

  /** Takes no further commands; those under way go on. */
  public void leave() {
    stopping = true;
  }

  /** Writes the outcomes that there are, within bounded time. The machines were stopped before. */
  @Override
  public void close() {
    stopping = true;
    stopBy = time.nanos() + STOP_LIMIT.toNanos();
    try {
      thread.join(STOP_LIMIT.plus(LISTEN).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      thread.interrupt();
      Logger.warn(LogLine.of("commands", "the thread does not stop; leaving it behind"));
    }
  }
}
