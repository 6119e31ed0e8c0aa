package dev.millwright.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A machine's counter at one sighting, held against the runs that are accounted for.
 *
 * <p>State and counter are not from one moment: machines move one a little before the other, and
 * tags are read one after the other. So the counter may be one off what the state shows, for less
 * than the settling time; between the readings of both, the machine changes its state once at most.
 */
final class RunCount {

  private final Memory memory;
  private final Sighting seen;
  private final Counted counted;
  private final long settleNanos;

  /** How many runs have started by the counter; null when it was not seen. */
  private final Long proved;

  private final boolean settled;

  /** Whether the state as well has been the same so long: then both are from one moment. */
  private final boolean lasts;

  private Long runs;

  /** Whether the counter is counted from here. */
  private boolean isBase;

  /** Whether that on which all is counted is beyond doubt. */
  private boolean sure;

  private String note;

  RunCount(Memory memory, Sighting seen, Counted counted, Duration settle) {
    this.memory = memory;
    this.seen = seen;
    this.counted = counted;
    this.settleNanos = settle.toNanos();
    boolean running = seen.shown() == Shown.PROCESSING;
    this.proved =
        seen.cycle() == null || counted == Counted.STARTED || !running
            ? seen.cycle()
            : Long.valueOf(seen.cycle() + 1);
    this.isBase = memory.runs() == null;
    this.runs = isBase ? proved : memory.runs();
    this.settled = seen.repeated() || (unchanged() && !isRecent());
    this.lasts = settled && memory.shown() == seen.shown();
    this.sure = !(isBase || memory.inDoubt()) || (lasts && agrees());
    checkBase();
  }

  private void checkBase() {
    boolean behind = ahead() == -1 && lasts;
    if (!sure && behind) {
      // The run that was seen to start first was the one that the first reading had counted.
      runs = proved;
      return;
    }
    boolean lagging = ahead() == -1 && (seen.shown() == Shown.PROCESSING || !behind);
    if (ahead() < 0 && !lagging) {
      note = behind();
      runs = proved;
      isBase = true;
      sure = false;
    }
  }

  private String behind() {
    boolean wentBack = memory.counter() == null || seen.cycle() < memory.counter();
    return (wentBack
            ? "counter went back from " + runs + " to " + seen.cycle()
            : "counter stays at " + seen.cycle() + ", where it should be " + runs)
        + ": counting on from there; runs in between are not known"
        + (wentBack || counted == Counted.STARTED
            ? ""
            : " (if it counts started runs, set counter_counts = \"started\")");
  }

  private boolean unchanged() {
    return memory.differsSince() != null && Objects.equals(memory.counter(), seen.cycle());
  }

  private boolean isRecent() {
    return memory.differsSince() != null && seen.nanos() - memory.differsSince() < settleNanos;
  }

  /** By how many runs the counter is ahead of the accounted ones; negative when behind. */
  long ahead() {
    return proved == null || runs == null ? 0 : proved - runs;
  }

  /** As far as that cannot come from a counter that moves a little before the state. */
  long certainlyAhead() {
    boolean movedOn =
        memory.differsSince() != null
            && memory.counter() != null
            && seen.cycle() != null
            && seen.cycle() > memory.counter();
    return Math.max(0, settled ? ahead() : movedOn ? ahead() - 1 : 0);
  }

  private boolean agrees() {
    return proved != null && runs != null && proved.equals(runs);
  }

  /** So many runs have started. */
  void start(long more) {
    if (runs != null && !isBase) {
      sure |= ahead() > 0;
      runs += more;
    }
  }

  /** The run has ended: now it shows whether the counter has counted its start or its end. */
  void end() {
    boolean countsEnds =
        counted == Counted.STARTED
            && agrees()
            && memory.counter() != null
            && memory.counter() == runs - 1
            && memory.differsSince() != null
            && !isRecent();
    if (countsEnds) {
      note =
          "counter moved from "
              + memory.counter()
              + " to "
              + seen.cycle()
              + " at the end of a run, not at its start: if it always does, set counter_counts ="
              + " \"completed\"";
    }
  }

  /** The accounted runs; null while the counter was never seen. */
  Long runs() {
    return runs;
  }

  /** What may be said to others; null while it may be one off. */
  Long told() {
    return sure || agrees() ? runs : null;
  }

  /** Something odd; null when there is nothing. */
  String note() {
    return note;
  }

  /** Whether that on which all is counted may be one off. */
  boolean isInDoubt() {
    return !sure;
  }

  /**
   * Since when runs that are not accounted for can have begun: since counter and accounted runs
   * agreed, or since the first reading of both began.
   */
  Instant agreedAt() {
    if (isBase) {
      return seen.notBefore().minusNanos(settleNanos);
    }
    return sure && agrees() ? seen.notBefore() : memory.agreedAt();
  }

  /**
   * Since when they have differed, or the base has been in doubt; null when neither is so.
   *
   * @param quiet whether this sighting meant no event
   */
  Long differsSince(boolean quiet) {
    return sure && agrees()
        ? null
        : quiet && unchanged() ? memory.differsSince() : Long.valueOf(seen.nanos());
  }
}
