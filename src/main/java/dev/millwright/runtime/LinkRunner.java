package dev.millwright.runtime;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * Keeps one link open, for ever, and hands on what it observes. The only thread of its link.
 *
 * <p>Whatever goes wrong on a link stays there: it is closed, and opened again after a wait. The
 * waits grow until a link has stayed open for a while: one that breaks at once each time would
 * otherwise flood its server with sessions (FIELD 4).
 */
final class LinkRunner implements Runnable {

  /**
   * The longest wait within one call; a stop interrupts it. Each costs about as much as a sleep.
   */
  private static final Duration SLICE = Duration.ofSeconds(1);

  /** The same where a machine can be commanded. */
  private static final Duration ATTENTIVE = Duration.ofMillis(100);

  /** The same while something is under way: a stop is seen within 100 ms, whatever runs. */
  private static final Duration ALERT = Duration.ofMillis(20);

  /** The shortest wait where something is due at a known moment. */
  private static final Duration SHORTEST = Duration.ofNanos(100_000);

  /** A link that has been open for so long, and shows something, is a good one. */
  static final Duration STEADY = Duration.ofSeconds(5);

  /** A call that brings nothing and took less did not wait as it should. */
  private static final Duration NO_WAIT = Duration.ofMillis(1);

  /**
   * What has just come back may listen before it answers: for so long, attempts are not further
   * apart than {@link #SOON}.
   */
  static final Duration COMING_UP = Duration.ofSeconds(30);

  static final Duration SOON = Duration.ofSeconds(1);

  /** For what follows on a call: a slow disk, and the pause before the next attempt. */
  private static final Duration AFTER_CALL = Duration.ofSeconds(30);

  private static final int MOST_NAMES = 3;

  private final Link link;
  private final Map<String, Watched> machines;

  /** Those of them that may have to be told something. */
  private final List<Watched> told;

  private final PulseEnds pulses;
  private final Backoff backoff;
  private final TimeSource time;
  private final Complaints complaints;
  private final Meter meter;
  private final Heartbeat heartbeat;
  private final CountDownLatch heard = new CountDownLatch(1);
  private volatile boolean stopping;

  /** Others look at it. */
  private volatile LinkSnapshot snapshot;

  /** When the link saw that what was absent had come back; null when it never has. */
  private Long returned;

  LinkRunner(Link link, List<? extends Watched> machines, Backoff backoff, TimeSource time) {
    this(link, machines, backoff, time, Teller.LOG, Meter.NONE);
  }

  /**
   * The same.
   *
   * @param teller is told how the link fares
   * @param meter hears of each time that it fails
   */
  LinkRunner(
      Link link,
      List<? extends Watched> machines,
      Backoff backoff,
      TimeSource time,
      Teller teller,
      Meter meter) {
    this.link = link;
    this.machines = machines.stream().collect(Collectors.toMap(Watched::name, machine -> machine));
    this.told = this.machines.values().stream().filter(Watched::mayBeDue).toList();
    this.pulses = new PulseEnds(told, link.longestRequest());
    this.backoff = backoff;
    this.time = time;
    this.meter = meter;
    this.complaints = new Complaints(subject(machines), time, false, teller);
    this.heartbeat = new Heartbeat(link.longestCall().plus(AFTER_CALL), time);
    this.snapshot = new LinkSnapshot(link.name(), false, time.now(), null);
  }

  private static String subject(List<? extends Watched> machines) {
    int more = machines.size() - MOST_NAMES;
    return machines.stream().limit(MOST_NAMES).map(Watched::name).collect(Collectors.joining(","))
        + (more > 0 ? " and " + more + " more" : "");
  }

  String name() {
    return link.name();
  }

  /** Beats while its thread goes on. */
  Heartbeat heartbeat() {
    return heartbeat;
  }

  /** How it fares; without waiting for it. */
  LinkSnapshot snapshot() {
    return snapshot;
  }

  /**
   * @param trouble null where it is open
   */
  private void note(String trouble) {
    LinkSnapshot before = snapshot;
    boolean open = trouble == null;
    boolean same = before.open() == open && (open || before.trouble() != null);
    snapshot = new LinkSnapshot(before.name(), open, same ? before.since() : time.now(), trouble);
  }

  @Override
  public void run() {
    while (!stopping) {
      heartbeat.beat();
      try {
        openAndObserve();
        if (!stopping) {
          heartbeat.beat();
          rest();
        }
      } catch (InterruptedException e) {
        // Most likely told to stop; the loop's condition knows.
        Logger.debug(e);
      }
    }
  }

  private void rest() throws InterruptedException {
    Duration wait = backoff.next();
    boolean comingUp = returned != null && time.nanos() - returned < COMING_UP.toNanos();
    if (link.awaitReturn(comingUp && wait.compareTo(SOON) > 0 ? SOON : wait)) {
      backoff.reset();
      returned = time.nanos();
    }
  }

  private void openAndObserve() throws InterruptedException {
    try {
      link.open();
      observe();
    } catch (LinkException e) {
      fail(LogLine.cause(e));
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // A fault of ours or of a library's, a native library that does not load, a pattern that
      // recurses too deeply: the other links go on, and so does this one when it can.
      Logger.debug(e);
      fail("unexpected " + e.getClass().getSimpleName() + ": " + LogLine.cause(e));
    } finally {
      close();
    }
  }

  private void observe() throws LinkException, InterruptedException {
    long opened = time.nanos();
    note(null);
    String open = "link " + link.name() + " is open";
    while (!stopping) {
      heartbeat.beat();
      complaints.well(open);
      // Where something was written, something more may be due at once.
      boolean wrote = writeDue();
      Duration slice = slice(wrote ? Duration.ZERO : SLICE);
      if (slice == null) {
        pulses.await();
        continue;
      }
      long asked = System.nanoTime();
      List<Observation> observations = link.observe(slice);
      observations.forEach(this::handOn);
      // After all of them: a link that breaks here has told everything that it had.
      for (Observation observation : observations) {
        answer(observation);
      }
      if (!observations.isEmpty()) {
        heard.countDown();
        if (time.nanos() - opened >= STEADY.toNanos()) {
          backoff.reset();
        }
      } else if (!wrote) {
        waitAsAsked(slice, asked);
      }
    }
  }

  /** What brings nothing at once must not be asked without a break. */
  private static void waitAsAsked(Duration slice, long since) throws InterruptedException {
    Duration least = slice.compareTo(NO_WAIT) < 0 ? slice : NO_WAIT;
    long left = least.toNanos() - (System.nanoTime() - since);
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  /** Null when there is no time for it before a pulse is to end. */
  private Duration slice(Duration atMost) {
    Duration wait = atMost;
    for (Watched machine : told) {
      Duration most = machine.isBusy() ? ALERT : machine.isCommanded() ? ATTENTIVE : SLICE;
      wait = shorter(most, wait);
      Long due = machine.nextDue();
      if (due != null) {
        // Never nothing, as what is due may have to wait for another machine's pulse.
        wait = shorter(wait, longer(SHORTEST, Duration.ofNanos(due - System.nanoTime())));
      }
    }
    Long end = pulses.next();
    if (end == null) {
      return wait;
    }
    Duration room = Duration.ofNanos(end - System.nanoTime()).minus(pulses.room());
    return room.isNegative() ? null : shorter(room, wait);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /**
   * What each machine is to be told now, the urgent before the rest, and once around, so that none
   * waits for another's all. Nothing that can wait is begun when a pulse's end might have to wait
   * for it, nor before the link was observed after one.
   *
   * @return whether anything was written
   */
  private boolean writeDue() throws LinkException, InterruptedException {
    boolean pulseEnded = false;
    boolean any = false;
    for (Urgency urgency : Urgency.values()) {
      for (Watched machine : told) {
        boolean waits = urgency == Urgency.STEP || urgency == Urgency.WATCHDOG;
        boolean later = waits && (pulses.isNear() || (pulseEnded && urgency != Urgency.WATCHDOG));
        List<TagWrite> due = later ? List.of() : machine.due(urgency);
        pulseEnded |= urgency == Urgency.PULSE_END && !due.isEmpty();
        // A safe state as a whole; it hands out each value once before it pauses.
        while (!due.isEmpty()) {
          any = true;
          write(machine, urgency, due);
          due = urgency == Urgency.SAFE ? machine.due(urgency) : List.of();
        }
      }
    }
    return any;
  }

  /** The machine is told what became of it, also where that is nothing. */
  private void write(Watched machine, Urgency urgency, List<TagWrite> due)
      throws LinkException, InterruptedException {
    List<Written> written = List.of();
    heartbeat.beat();
    try {
      written =
          urgency == Urgency.PULSE_END
              ? List.of(link.writeEnd(machine.name(), due.get(0)))
              : link.write(machine.name(), due);
    } catch (LinkException e) {
      written = due.stream().map(write -> Written.notTried(write, LogLine.cause(e))).toList();
      throw e;
    } finally {
      machine.written(
          written.isEmpty()
              ? due.stream().map(write -> Written.unknown(write, "it was interrupted")).toList()
              : written);
    }
  }

  /** What one machine's data leads to does not spoil the others' behind the same link (FIELD 6). */
  private void handOn(Observation observation) {
    Watched machine = machines.get(observation.machine());
    heartbeat.beat();
    if (machine == null) {
      return;
    }
    try {
      machine.observe(observation);
    } catch (RuntimeException e) {
      machine.fail(e);
    }
  }

  private void answer(Observation observation) throws LinkException, InterruptedException {
    Watched machine = machines.get(observation.machine());
    if (machine == null) {
      return;
    }
    try {
      TagWrite write = machine.answer(observation);
      if (write != null) {
        machine.answered(link.write(machine.name(), List.of(write)).get(0));
      }
    } catch (RuntimeException e) {
      machine.fail(e);
    }
  }

  private void fail(String reason) {
    if (stopping) {
      return;
    }
    meter.linkFailed(name());
    note(reason);
    machines.values().forEach(machine -> machine.linkDown(reason));
    // Times and counts in the words do not make it another trouble.
    complaints.trouble(reason.replaceAll("[0-9]+", "#"), reason + "; trying again until it works");
  }

  /**
   * Waits until something was heard of its machines.
   *
   * @param deadline on the monotonic clock
   * @return whether it was in time
   */
  boolean awaitHeard(long deadline) throws InterruptedException {
    return heard.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /** Makes {@link #run} end soon; the caller also interrupts its thread. */
  void stop() {
    stopping = true;
  }

  /** Closes the link; from another thread this ends what it is in the middle of. */
  void close() {
    try {
      link.close();
    } catch (RuntimeException | LinkageError e) {
      Logger.debug(e);
    }
  }
}
