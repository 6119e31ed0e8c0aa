package dev.millwright.machine;

import dev.millwright.machine.Decision.Accepted;
import dev.millwright.machine.Decision.Refused;
import dev.millwright.machine.Decision.Unchanged;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The one place that decides what state follows an event: the table of DESIGN section 3.
 *
 * <p>It never throws for an event that does not fit; it refuses with a reason. It knows no clock
 * and draws no random number: the occurrence brings the time, the caller the identifiers.
 */
public final class Lifecycle {

  private final Supplier<UUID> ids;

  /**
   * @param ids makes a new identifier at each call, for transitions and for processes
   */
  public Lifecycle(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /** What follows when this occurs now. */
  public Decision decide(MachineState now, Occurrence occurrence) {
    Event event = occurrence.event();
    if (event instanceof Event.LinkLost) {
      return linkLost(now, occurrence);
    } else if (event instanceof Event.LinkFound found) {
      return now.status() == Status.OFFLINE ? linkFound(now, found, occurrence) : new Unchanged();
    } else if (event instanceof Event.Fault fault) {
      return now.status() == Status.ERROR
          ? new Unchanged()
          : accept(now, occurrence, Status.ERROR, null, fault.failure());
    }
    return switch (now.status()) {
      case OFFLINE ->
          new Refused("state unknown: no fresh good data from the machine; check its link");
      case IDLE -> whenIdle(now, occurrence);
      case PROCESSING -> whenProcessing(now, occurrence);
      case ERROR -> whenInError(now, occurrence);
    };
  }

  private Decision whenIdle(MachineState now, Occurrence occurrence) {
    return occurrence.event() instanceof Event.Start start
        ? accept(now, occurrence, Status.PROCESSING, known(start.resumes()), null)
        : new Refused("idle: there is no run to " + verb(occurrence.event()));
  }

  private Decision whenProcessing(MachineState now, Occurrence occurrence) {
    Event event = occurrence.event();
    if (event instanceof Event.Start) {
      return new Refused("busy with process " + now.processId() + ": stop it or let it end first");
    } else if (event instanceof Event.Reset) {
      return new Refused("processing: there is no failure to reset");
    }
    return accept(now, occurrence, Status.IDLE, null, null);
  }

  private Decision whenInError(MachineState now, Occurrence occurrence) {
    return occurrence.event() instanceof Event.Reset
        ? accept(now, occurrence, Status.IDLE, null, null)
        : new Refused(
            "in error ("
                + now.failure().description()
                + "): reset first, then "
                + verb(occurrence.event()));
  }

  private Decision linkLost(MachineState now, Occurrence occurrence) {
    return now.status() == Status.OFFLINE
        ? new Unchanged()
        : accept(now, occurrence, Status.OFFLINE, now.processId(), now.failure());
  }

  private Decision linkFound(MachineState now, Event.LinkFound found, Occurrence occurrence) {
    UUID kept = now.processId();
    return switch (found.shown()) {
      case PROCESSING ->
          accept(
              now,
              occurrence,
              Status.PROCESSING,
              kept == null ? known(found.resumes()) : kept,
              null);
      case ERROR ->
          accept(
              now,
              rename(occurrence, new Event.Fault(found.failure())),
              Status.ERROR,
              null,
              found.failure());
      case IDLE ->
          kept == null
              ? accept(now, occurrence, Status.IDLE, null, null)
              : accept(
                  now,
                  new Occurrence(
                      new Event.Stop(), occurrence.at(), occurrence.detail().withOutcomeUnknown()),
                  Status.IDLE,
                  null,
                  null);
      case COMPLETE ->
          accept(
              now,
              kept == null ? occurrence : rename(occurrence, new Event.Complete()),
              Status.IDLE,
              null,
              null);
      case STOPPED ->
          accept(
              now,
              kept == null ? occurrence : rename(occurrence, new Event.Stop()),
              Status.IDLE,
              null,
              null);
    };
  }

  private UUID known(UUID process) {
    return process == null ? ids.get() : process;
  }

  private static Occurrence rename(Occurrence occurrence, Event event) {
    return new Occurrence(event, occurrence.at(), occurrence.detail());
  }

  private Accepted accept(
      MachineState now, Occurrence occurrence, Status status, UUID process, Failure failure) {
    MachineState next = new MachineState(now.seq() + 1, status, process, occurrence.at(), failure);
    return new Accepted(
        new Transition(ids.get(), occurrence.event().word(), now, next, occurrence.detail()));
  }

  private static String verb(Event event) {
    return event.word().replace('_', ' ');
  }
}
