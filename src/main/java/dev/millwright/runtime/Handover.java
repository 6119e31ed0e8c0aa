package dev.millwright.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.tinylog.Logger;

/**
 * From a link's thread, which must not wait for a disk while it steps machines, to the thread that
 * decides and keeps what is decided. In order.
 *
 * <p>Observations beyond a limit are left out (I8): what happened in them is concluded afterwards,
 * from what is shown then and from the counter. The rest is little by nature, and never left out.
 */
final class Handover implements Runnable {

  /** Some seconds of a busy link. */
  static final int MOST_OBSERVATIONS = 1_000;

  /** For one task, which may wait for a slow disk. */
  private static final Duration LONGEST_TASK = Duration.ofSeconds(30);

  private static final Duration TICK = Duration.ofMillis(100);

  private final String name;
  private final List<Runnable> ticks = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
  private final AtomicInteger observations = new AtomicInteger();
  private final Complaints complaints;

  /** Apart from the other: what fails may fail with each observation. */
  private final Complaints faults;

  private final Heartbeat heartbeat;
  private volatile boolean stopping;

  /**
   * @param name of the link
   */
  Handover(String name, TimeSource time) {
    this.name = name;
    this.complaints = new Complaints("decide " + name, time, true);
    this.faults = new Complaints("decide " + name, time, true);
    this.heartbeat = new Heartbeat(LONGEST_TASK, time);
  }

  String name() {
    return name;
  }

  /** Beats while its thread goes on. */
  Heartbeat heartbeat() {
    return heartbeat;
  }

  /** Has it done again and again, also when there is nothing to do. */
  void tick(Runnable task) {
    ticks.add(task);
  }

  /** Has it done soon; never left out. */
  void post(Runnable task) {
    work.add(task);
  }

  /**
   * Hands an observation over. From one thread.
   *
   * @return false when it was left out
   */
  boolean observed(Runnable task) {
    if (observations.get() >= MOST_OBSERVATIONS) {
      complaints.trouble(
          "behind",
          MOST_OBSERVATIONS
              + " observations wait for the journal; newer ones are left out until it goes on");
      return false;
    }
    complaints.well("observations are taken again");
    observations.incrementAndGet();
    work.add(
        () -> {
          observations.decrementAndGet();
          task.run();
        });
    return true;
  }

  @Override
  public void run() {
    long ticked = System.nanoTime();
    while (!stopping || !work.isEmpty()) {
      heartbeat.beat();
      try {
        boolean unused = next(TICK);
        if (System.nanoTime() - ticked >= TICK.toNanos()) {
          tick();
          ticked = System.nanoTime();
        }
      } catch (InterruptedException e) {
        // Told to stop, most likely; what waits is done first.
        Logger.debug(e);
      }
    }
  }

  /** Does what is next; false when nothing came within that time. */
  boolean next(Duration atMost) throws InterruptedException {
    Runnable task = work.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    if (task != null) {
      run(task);
    }
    return task != null;
  }

  /** Does once what is done again and again. */
  void tick() {
    ticks.forEach(this::run);
  }

  private void run(Runnable task) {
    heartbeat.beat();
    try {
      task.run();
    } catch (RuntimeException e) {
      Logger.debug(e);
      faults.trouble(
          e.getClass().getName(),
          "unexpected " + e.getClass().getSimpleName() + ": " + LogLine.cause(e) + "; it goes on");
    }
  }

  /** Makes {@link #run} end when what waits is done. */
  void stop() {
    stopping = true;
    work.add(() -> {});
  }
}
