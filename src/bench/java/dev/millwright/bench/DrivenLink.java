package dev.millwright.bench;

import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Machines that change their state as often as they are told to, and as fast as they are read. */
final class DrivenLink implements Link {

  private static final long IDLE = 0;
  private static final long PROCESSING = 1;
  private static final long COMPLETE = 3;

  private final String name;
  private final List<String> machines;
  private final boolean silent;
  private final Semaphore steps = new Semaphore(0);

  /** Used by the link's thread alone. */
  private long done;

  private DrivenLink(String name, List<String> machines, boolean silent) {
    this.name = name;
    this.machines = machines;
    this.silent = silent;
  }

  /** Shows each machine idle until its first change. */
  DrivenLink(String name, List<String> machines) {
    this(name, machines, false);
  }

  /** Shows nothing. */
  static DrivenLink silent(String name, List<String> machines) {
    return new DrivenLink(name, machines, true);
  }

  List<String> machines() {
    return machines;
  }

  /** From now on each of its machines makes so many changes more. */
  void step(int each) {
    steps.release(each);
  }

  @Override
  public List<Observation> observe(Duration atMost) throws InterruptedException {
    if (!steps.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      return silent || done > 0 ? List.of() : shown(IDLE, 0);
    }
    done++;
    // The machines count the runs that they have started.
    return shown(done % 2 == 1 ? PROCESSING : COMPLETE, (done + 1) / 2);
  }

  private List<Observation> shown(long state, long cycle) {
    return machines.stream().map(machine -> shows(machine, state, cycle)).toList();
  }

  private static Observation shows(String machine, long state, long cycle) {
    return new Observation(
        machine,
        Map.of(
            "state", TagValue.good(state, null),
            "counter", TagValue.good(cycle, null),
            "recipe", TagValue.good("R42", null)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void open() {}

  @Override
  public List<Written> write(String machine, List<TagWrite> writes) {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public void close() {}
}
