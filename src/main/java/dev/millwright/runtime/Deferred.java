package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A machine on a link that steps machines: what it shows is handed over to be decided on, as the
 * link's thread must not wait for a disk. When it was seen is told by the link's thread.
 */
final class Deferred implements Watched {

  private final MachineMonitor monitor;
  private final Handover handover;
  private final TimeSource time;

  /** Null for a machine that is not driven. */
  private final Drive drive;

  private final Panel panel;

  /** What a machine is to be answered, decided on; null when nothing. */
  private final AtomicReference<TagWrite> reply = new AtomicReference<>();

  private boolean replying;

  /** A machine that is not driven. */
  Deferred(MachineMonitor monitor, Handover handover, TimeSource time) {
    this(monitor, null, null, handover, time);
  }

  /** One that is. */
  Deferred(MachineMonitor monitor, Drive drive, Panel panel, Handover handover, TimeSource time) {
    this.monitor = monitor;
    this.drive = drive;
    this.panel = panel;
    this.handover = handover;
    this.time = time;
  }

  @Override
  public String name() {
    return monitor.name();
  }

  @Override
  public void observe(Observation seen) {
    Moment at = time.moment();
    if (drive != null) {
      drive.see(seen, at.nanos());
      panel.see(seen);
    }
    boolean unused = handover.observed(() -> decide(seen, at));
  }

  private void decide(Observation seen, Moment at) {
    if (drive != null) {
      show(seen, at);
    } else {
      monitor.observe(seen, at);
      TagWrite answer = monitor.answer(seen);
      if (answer != null) {
        reply.set(answer);
      }
    }
  }

  /** The state is the drive's, as it is now: it changes on this thread alone. */
  private void show(Observation seen, Moment at) {
    drive.adopt();
    monitor.observe(drive.face(seen, at.nanos()), at, drive.asked());
    drive.decided(monitor.glance(), monitor.isConcluded());
  }

  /** On the deciding thread, again and again: what waits for being decided on is shown again. */
  void tick() {
    if (drive != null) {
      drive.watchSafe();
      if (drive.isWaiting()) {
        show(null, time.moment());
      }
    }
  }

  @Override
  public boolean isCommanded() {
    return drive != null || monitor.isCommanded();
  }

  @Override
  public boolean isBusy() {
    return drive == null ? monitor.isBusy() : drive.isBusy();
  }

  @Override
  public Long pulseEnd() {
    return drive == null ? null : drive.pulseEnd();
  }

  @Override
  public Long nextDue() {
    return drive == null ? null : drive.nextDue();
  }

  @Override
  public List<TagWrite> due(Urgency urgency) {
    if (drive != null) {
      TagWrite write = drive.due(urgency);
      return write == null ? List.of() : List.of(write);
    }
    TagWrite answer = urgency == Urgency.STEP ? reply.getAndSet(null) : null;
    replying = answer != null;
    return replying ? List.of(answer) : monitor.due(urgency);
  }

  @Override
  public void written(List<Written> written) {
    if (drive != null) {
      drive.written(written.get(0));
    } else if (replying) {
      replying = false;
      handover.post(() -> monitor.answered(written.get(0)));
    } else {
      monitor.written(written);
    }
  }

  @Override
  public void linkDown(String reason) {
    if (drive != null) {
      drive.lost(reason);
    }
    handover.post(() -> monitor.linkDown(reason));
  }

  @Override
  public void fail(String reason) {
    handover.post(() -> monitor.fail(reason));
  }
}
