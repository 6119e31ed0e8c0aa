package dev.millwright.device.virtual;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.simulator.behaviour.Appearance;
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
 * The link to a virtual machine. It behaves while it is observed and keeps still otherwise; its
 * memory ends with the process, so its counter begins at 0 again.
 */
public final class VirtualLink implements Link {

  /** The tags that every virtual machine has. */
  public static final List<String> TAGS =
      List.of("state", "counter", "recipe", "fault", "component");

  private final VirtualMachine machine;
  private final Duration refresh;
  private final InstantSource clock;
  private final Consumer<Appearance> truth;
  private volatile CountDownLatch closed = new CountDownLatch(1);
  private Instant nextRefresh;

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
    this.refresh = staleAfter.dividedBy(3);
    this.clock = clock;
    this.truth = truth;
    this.nextRefresh = Instant.MIN;
    truth.accept(machine.appearance());
  }

  @Override
  public String name() {
    return "virtual " + machine.appearance().machine();
  }

  @Override
  public void open() {
    closed = new CountDownLatch(1);
    nextRefresh = Instant.MIN;
  }

  @Override
  public List<Observation> observe(Duration atMost) throws InterruptedException {
    Instant due = machine.next().isBefore(nextRefresh) ? machine.next() : nextRefresh;
    Instant now = clock.instant();
    if (due.isAfter(now)) {
      Duration wait = Duration.between(now, due);
      Duration bounded = wait.compareTo(atMost) < 0 ? wait : atMost;
      if (closed.await(bounded.toNanos(), TimeUnit.NANOSECONDS)) {
        return List.of();
      }
    }
    now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (!machine.next().isAfter(now)) {
      truth.accept(machine.step(now));
    } else if (nextRefresh.isAfter(now)) {
      return List.of();
    }
    nextRefresh = now.plus(refresh);
    return List.of(observation(machine.appearance()));
  }

  private static Observation observation(Appearance now) {
    Instant since = now.at();
    return new Observation(
        now.machine(),
        Map.of(
            "state", TagValue.good((long) now.phase().code(), since),
            "counter", TagValue.good(now.cycle(), since),
            "recipe", TagValue.good(now.recipe(), since),
            "fault", TagValue.good(now.fault(), since),
            "component", TagValue.good(now.component(), since)));
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
