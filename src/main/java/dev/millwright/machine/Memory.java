package dev.millwright.machine;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the interpreter remembers of a machine between two sightings.
 *
 * @param shown what it showed last; null after a gap, that is at start and after a lost link
 * @param runs how many started runs are accounted for, on the machine's own counter; null while the
 *     counter was never seen
 * @param counter the machine's counter as it was seen last; null when never
 * @param recipe the recipe of the present or last run; null when not known
 * @param batch the batch of the present run; null when not known, and when none runs
 * @param lastContact when good data was seen last; null when never
 * @param agreedAt when counter and accounted runs agreed last, or counting began; null when not
 *     known
 * @param inDoubt whether the reading from which all is counted may belong to the next state
 * @param differsSince since when, on the monotonic clock in nanoseconds, they have differed, or the
 *     first reading has been in doubt; null while they agree, and after a start of the daemon
 * @param process the run that the machine was in when it was seen last, whatever other writers have
 *     made of its row since; null when it was in none
 * @param voided how many undelivered transitions have become void since the last decided one
 */
public record Memory(
    Shown shown,
    Long runs,
    Long counter,
    String recipe,
    String batch,
    Instant lastContact,
    Instant agreedAt,
    boolean inDoubt,
    Long differsSince,
    UUID process,
    long voided) {

  /** A machine of which only its row is known. */
  public static Memory ofRow(Long runs, String recipe, UUID process, Instant lastContact) {
    return ofRow(runs, recipe, null, process, lastContact);
  }

  /** The same, where the run is part of this batch. */
  public static Memory ofRow(
      Long runs, String recipe, String batch, UUID process, Instant lastContact) {
    return new Memory(
        null,
        runs,
        null,
        recipe,
        process == null ? null : batch,
        lastContact,
        lastContact,
        lastContact == null,
        null,
        process,
        0);
  }

  /** The same, of a machine that is in this run; null for none. */
  Memory in(UUID process) {
    return with(shown, process, voided);
  }

  /** The same after a gap: what the machine showed last no longer counts. */
  public Memory afterGap() {
    return with(null, process, voided);
  }

  private Memory with(Shown shown, UUID process, long voided) {
    return new Memory(
        shown,
        runs,
        counter,
        recipe,
        batch,
        lastContact,
        agreedAt,
        inDoubt,
        differsSince,
        process,
        voided);
  }

  /** Whether it is the other one, but for when the machine was seen. */
  public boolean differsOnlyInContact(Memory other) {
    Memory then =
        new Memory(
            shown,
            runs,
            counter,
            recipe,
            batch,
            other.lastContact,
            other.agreedAt,
            inDoubt,
            differsSince,
            process,
            voided);
    return then.equals(other);
  }

  /** Whether nobody has watched the machine since it was seen last. */
  public boolean isGapIn(MachineState state) {
    return shown == null || state.status() == Status.OFFLINE;
  }

  /**
   * The lost link as an event; {@link #afterLinkLost} follows when it is decided.
   *
   * @param reason in words
   */
  public Occurrence linkLost(Instant at, String reason) {
    Long told = inDoubt && runs != null && !runs.equals(counter) ? null : runs;
    Detail detail = new Detail(Detail.DAEMON, recipe, reason, told, 0, null, false);
    return new Occurrence(new Event.LinkLost(), at, detail.withBatch(batch).withVoided(voided));
  }

  /** The same after the lost link was decided, which told what had become void. */
  public Memory afterLinkLost() {
    return with(null, process, 0);
  }

  /**
   * As it was before these transitions, which are void: their runs are not accounted for, so that
   * the counter proves them once more, within the time since.
   *
   * @param undelivered the oldest of them, in order; enough of them to tell which run was under way
   * @param count how many there are
   */
  public Memory undone(List<Transition> undelivered, long count) {
    if (undelivered.isEmpty()) {
      return this;
    }
    Transition first = undelivered.get(0);
    Window window = first.detail().inferred();
    Instant before = window == null ? first.from().since() : window.after();
    Instant agreed = agreedBefore(undelivered, earlier(before, agreedAt));
    long lost = count + undelivered.stream().mapToLong(t -> t.detail().voided()).sum();
    return new Memory(
        null,
        runsBefore(undelivered),
        counter,
        recipe,
        batchBefore(undelivered),
        earlier(before, lastContact),
        agreed,
        inDoubt || agreed == null,
        null,
        processBefore(undelivered),
        voided + lost);
  }

  /** A run that was inferred may be from before the first of them was decided. */
  private static Instant agreedBefore(List<Transition> undelivered, Instant latest) {
    Instant earliest = latest;
    for (Transition transition : undelivered) {
      Window window = transition.detail().inferred();
      if (transition.isStart() && window != null) {
        earliest = earlier(earliest, window.after());
      }
    }
    return earliest;
  }

  /** The earlier one; null, which is at any time, when one is null. */
  private static Instant earlier(Instant one, Instant other) {
    return one == null || other == null ? null : one.isBefore(other) ? one : other;
  }

  /** Counted back from the first of them that knows the counter, or else from now. */
  private Long runsBefore(List<Transition> undelivered) {
    long told = 0;
    for (Transition transition : undelivered) {
      told += transition.runs();
      if (transition.detail().cycle() != null) {
        return transition.detail().cycle() - told;
      }
    }
    return runs == null ? null : runs - told;
  }

  /** What the machine itself ran first; what the daemon ended was no run of the machine. */
  private UUID processBefore(List<Transition> undelivered) {
    return undelivered.stream()
        .filter(t -> t.processId() != null && t.detail().isFromMachine())
        .findFirst()
        .map(t -> t.isStart() ? null : t.processId())
        .orElse(process);
  }

  /** The batch of that run. */
  private String batchBefore(List<Transition> undelivered) {
    for (Transition transition : undelivered) {
      if (transition.processId() != null && transition.detail().isFromMachine()) {
        return transition.isStart() ? null : transition.detail().batch();
      }
    }
    return batch;
  }

  /**
   * The same with the row as a new base. Where the row has accounted for other runs than these,
   * such as one from a restored backup, it is believed: what it does not know has to be told again.
   * When its runs agreed with the counter it does not say.
   *
   * @param cycle the accounted runs by the row; null where it does not say
   * @param process the run in the row
   * @param lastContact the last moment at which the row proves that the machine was seen
   */
  public Memory basedOn(Long cycle, UUID process, Instant lastContact) {
    if (cycle == null || cycle.equals(runs)) {
      return this;
    }
    String known = process != null && process.equals(this.process) ? batch : null;
    return new Memory(
        null, cycle, counter, recipe, known, lastContact, null, true, null, process, voided);
  }
}
