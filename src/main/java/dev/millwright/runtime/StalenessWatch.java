package dev.millwright.runtime;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * Finds machines whose data has become too old for what is claimed of them (I4), whatever their
 * links do; and commands that no machine has confirmed in time.
 *
 * <p>Each machine says by when it has to be looked at. All are looked at when the first of them has
 * said so, and sleeping costs nothing: most of the time data comes, and that moment moves on. What
 * a machine says is a promise, so they are looked at once a second in any case.
 *
 * <p>All moments are on the monotonic clock, in nanoseconds.
 */
final class StalenessWatch implements Runnable, Deadlines {

  static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** However many machines fall silent one after the other, there is no more than one look each. */
  static final Duration SHORTEST_REST = Duration.ofMillis(20);

  /** The first pause while the journal takes nothing, which each stale machine tries. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(1);

  /** One look, which may wait for a slow disk at each machine. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  /** How much later than it was a machine's last contact may seem after a crash to have been. */
  private static final Duration KEEP_CONTACTS = Duration.ofSeconds(10);

  private final Roster roster;
  private final Intake intake;
  private final TimeSource time;
  private final Heartbeat heartbeat;
  private final Backoff untaken;
  private long kept;

  /** When the next look is due; changed under the lock. */
  private volatile long next;

  /** The next look is not before; guarded by this. */
  private long notBefore;

  StalenessWatch(Roster roster, Intake intake, TimeSource time, DoubleSupplier random) {
    this.roster = roster;
    this.intake = intake;
    this.time = time;
    this.heartbeat = new Heartbeat(LONGEST_LOOK, time);
    this.untaken = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
    this.kept = time.nanos();
    this.next = kept;
  }

  /** Beats while its thread goes on. */
  Heartbeat heartbeat() {
    return heartbeat;
  }

  /** When the next look is due, as far as is known now. */
  long next() {
    return next;
  }

  /** Goes on until it is interrupted. */
  @Override
  public void run() {
    try {
      while (true) {
        look();
        rest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks at all machines now. */
  void look() {
    // What is said by when from now on counts, whether its machine was looked at already or not.
    begin(time.nanos());
    boolean taken = true;
    for (MachineMonitor monitor : roster.monitors()) {
      heartbeat.beat();
      taken &= check(monitor);
    }
    keepContacts();
    if (taken) {
      untaken.reset();
    }
    end(time.nanos() + (taken ? SHORTEST_REST : untaken.next()).toNanos());
  }

  private synchronized void begin(long now) {
    notBefore = now;
    next = now + LONGEST_REST.toNanos();
  }

  private synchronized void end(long restUntil) {
    notBefore = restUntil;
    next = later(next, restUntil);
  }

  /**
   * A fault in deciding on one machine must not leave the others claimed for ever (I4).
   *
   * @return false when the journal takes nothing
   */
  private static boolean check(MachineMonitor monitor) {
    try {
      return monitor.checkStaleness();
    } catch (RuntimeException e) {
      monitor.fail(e);
      return true;
    }
  }

  private void keepContacts() {
    if (time.nanos() - kept >= KEEP_CONTACTS.toNanos()) {
      kept = time.nanos();
      heartbeat.beat();
      intake.keep(
          roster.monitors().stream().map(MachineMonitor::known).filter(Objects::nonNull).toList());
    }
  }

  @Override
  public void by(long moment) {
    // Nearly always it is later: data has come.
    if (moment - next < 0) {
      bringForward(moment);
    }
  }

  private synchronized void bringForward(long moment) {
    long then = later(moment, notBefore);
    if (then - next < 0) {
      next = then;
      notifyAll();
    }
  }

  private synchronized void rest() throws InterruptedException {
    for (long left = next - time.nanos(); left > 0; left = next - time.nanos()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }
}
