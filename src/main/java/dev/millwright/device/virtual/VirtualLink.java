package dev.millwright.device.virtual;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Writing;
import dev.millwright.device.Written;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The link to a virtual machine with the tags of {@link VirtualTag}. It behaves while it is
 * observed and keeps still otherwise; its memory ends with the process, so its counter begins at 0
 * again.
 */
public final class VirtualLink implements Link {

  private final VirtualMachine machine;
  private final Controls controls;
  private final Duration refresh;
  private final InstantSource clock;
  private final Consumer<Appearance> truth;

  /** Down to zero while it is not open. */
  private volatile CountDownLatch closed = new CountDownLatch(0);

  /** What it does now, while that is not in the truth file; null when it is. */
  private Appearance untold;

  /** When it was shown last; null since it was opened. */
  private Instant shownAt;

  /**
   * @param machine what to show
   * @param staleAfter the machine's staleness limit: unchanged values are shown three times within
   *     it
   * @param clock the host's clock
   * @param truth is told everything that the machine does, before it shows
   */
  public VirtualLink(
      VirtualMachine machine,
      Duration staleAfter,
      InstantSource clock,
      Consumer<Appearance> truth) {
    this.machine = machine;
    this.controls = new Controls(machine);
    this.refresh = staleAfter.dividedBy(3);
    this.clock = clock;
    this.truth = truth;
    truth.accept(machine.appearance());
  }

  @Override
  public String name() {
    return "virtual " + machine.appearance().machine();
  }

  @Override
  public void open() {
    closed = new CountDownLatch(1);
    shownAt = null;
  }

  @Override
  public List<Observation> observe(Duration atMost) throws InterruptedException {
    if (atMost.compareTo(untilDue()) < 0) {
      pause(atMost);
      return List.of();
    }
    pause(untilDue());
    if (closed.getCount() == 0) {
      return List.of();
    }
    Instant now = now();
    // What it has become by a write is shown first, however late.
    if (untold == null && shownAt != null && !machine.next().isAfter(now)) {
      untold = machine.step(now);
    }
    tell();
    shownAt = now;
    return List.of(observation(machine.appearance()));
  }

  @Override
  public List<Written> write(String to, List<TagWrite> writes)
      throws LinkException, InterruptedException {
    if (!to.equals(machine.appearance().machine())) {
      throw new IllegalArgumentException(to + " is not " + name());
    }
    if (closed.getCount() == 0) {
      throw new LinkException(name() + ": is not open");
    }
    return Writing.inOrder(
        writes, write -> words(controls.unfit(write.tag(), write.value())), this::send);
  }

  private Written send(TagWrite write) {
    tell();
    Appearance before = machine.appearance();
    Controls.Refusal refusal = controls.write(write.tag(), write.value(), now());
    if (!machine.appearance().equals(before)) {
      untold = machine.appearance();
      tell();
    }
    shownAt = null; // at once
    return refusal == null ? Written.done(write) : Written.refused(write, words(refusal));
  }

  private static String words(Controls.Refusal refusal) {
    return refusal == null ? null : refusal.words();
  }

  /** What it does is in the truth file before anybody sees it. */
  private void tell() {
    if (untold != null) {
      truth.accept(untold);
      untold = null;
    }
  }

  /** Until the machine does something or has to be shown again; zero or less when that is now. */
  private Duration untilDue() {
    Instant now = now();
    if (shownAt == null || now.isBefore(shownAt)) {
      // A clock that was set back must not keep the machine from being shown (I4).
      return Duration.ZERO;
    }
    Instant refreshDue = shownAt.plus(refresh);
    Instant due = machine.next().isBefore(refreshDue) ? machine.next() : refreshDue;
    return Duration.between(now, due);
  }

  private void pause(Duration wait) throws InterruptedException {
    // A millisecond more: what is due then is due by a clock of whole milliseconds as well.
    boolean unused = closed.await(wait.toNanos() + 1_000_000, TimeUnit.NANOSECONDS);
  }

  /** To the millisecond, as the truth file and the source time name the same instant. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Observation observation(Appearance now) {
    Instant since = now.at();
    return new Observation(
        now.machine(),
        Map.of(
            "state",
            TagValue.good((long) now.phase().code(), since),
            "counter",
            TagValue.good(now.cycle(), since),
            "recipe",
            TagValue.good(now.recipe(), since),
            "fault",
            TagValue.good(now.fault(), since),
            "component",
            TagValue.good(now.component(), since),
            VirtualTag.READY,
            TagValue.good(now.phase().isEnd(), since),
            Controls.ACK,
            TagValue.good(controls.isOn(Controls.ACK), null),
            Controls.VALVE,
            TagValue.good(controls.isOn(Controls.VALVE), null),
            Controls.MIXER,
            TagValue.good(controls.isOn(Controls.MIXER), null)));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
