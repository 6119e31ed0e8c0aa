package dev.millwright.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.Collectors;

/**
 * Some faults, overlapping or one after the other, drawn from a seed.
 *
 * @param afterMs for how long the machines go on when all is healed
 */
record Schedule(List<Planned> faults, int afterMs) {

  /** Where the faults come from; the more often, the more likely. */
  private static final List<Fault.Area> AREAS =
      List.of(
          Fault.Area.DAEMON,
          Fault.Area.DAEMON,
          Fault.Area.DATABASE,
          Fault.Area.DATABASE_CABLE,
          Fault.Area.DATABASE_CABLE,
          Fault.Area.DATABASE_CABLE,
          Fault.Area.OPC_UA,
          Fault.Area.OPC_UA,
          Fault.Area.SERIAL,
          Fault.Area.SERIAL,
          Fault.Area.CELL,
          Fault.Area.ROW,
          Fault.Area.CLOCK);

  private static final String THEN = " then ";
  private static final int FEWEST = 2;
  private static final int MOST = 5;
  private static final int LATEST_MS = 900;
  private static final int SHORTEST_MS = 50;
  private static final int LONGEST_MS = 2_600;
  private static final int LONGEST_AFTER_MS = 400;

  /** Between two faults that are done to the same. */
  private static final int BETWEEN_MS = 50;

  private static final long END_LIMIT_S = 120;

  /** Reads what {@link #toString} writes. */
  static Schedule parse(String text) {
    String[] parts = text.split(THEN, 2);
    List<Planned> faults = Arrays.stream(parts[0].split(" ")).map(Planned::parse).toList();
    return new Schedule(faults, Integer.parseInt(parts[1]));
  }

  /**
   * Draws one.
   *
   * @param without faults that it is not to have
   */
  static Schedule draw(long seed, Set<Fault> without) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Planned> faults = new ArrayList<>();
    int count = random.nextInt(FEWEST, MOST + 1);
    while (faults.size() < count) {
      Planned fault = fault(random);
      if (!without.contains(fault.fault())) {
        faults.add(after(faults, fault));
      }
    }
    faults.sort(Comparator.comparing(Planned::startMs));
    return new Schedule(faults, random.nextInt(LONGEST_AFTER_MS));
  }

  private static Planned fault(SplittableRandom random) {
    Fault.Area area = AREAS.get(random.nextInt(AREAS.size()));
    List<Fault> all =
        Arrays.stream(Fault.values()).filter(one -> one.scope().area() == area).toList();
    Fault fault = all.get(random.nextInt(all.size()));
    List<String> targets = fault.scope().targets();
    return new Planned(
        fault,
        targets.isEmpty() ? null : targets.get(random.nextInt(targets.size())),
        random.nextInt(1_000),
        random.nextInt(LATEST_MS),
        fault == Fault.FOREIGN_WRITE ? 0 : lastMs(random));
  }

  /** More short ones than long ones. */
  private static int lastMs(SplittableRandom random) {
    double share = random.nextDouble();
    return SHORTEST_MS + (int) ((LONGEST_MS - SHORTEST_MS) * share * share);
  }

  /** Later, where it would be done to what another fault is being done to. */
  private static Planned after(List<Planned> others, Planned fault) {
    int start = fault.startMs();
    List<Planned> same =
        others.stream()
            .filter(other -> other.resource().equals(fault.resource()))
            .sorted(Comparator.comparing(Planned::startMs))
            .toList();
    for (Planned other : same) {
      if (start < other.endMs() + BETWEEN_MS
          && other.startMs() < start + fault.lastMs() + BETWEEN_MS) {
        start = other.endMs() + BETWEEN_MS;
      }
    }
    return new Planned(fault.fault(), fault.target(), fault.choice(), start, fault.lastMs());
  }

  /** Lets all of it happen; all is healed when this returns. */
  void run(World world) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(faults.size());
    try {
      long began = System.nanoTime();
      List<Callable<Void>> all = new ArrayList<>();
      faults.forEach(fault -> all.add(() -> run(world, fault, began)));
      for (Future<Void> one : threads.invokeAll(all, END_LIMIT_S, TimeUnit.SECONDS)) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      threads.shutdownNow();
    }
    Thread.sleep(afterMs);
  }

  private static Void run(World world, Planned fault, long began) throws Exception {
    sleepUntil(began, fault.startMs());
    // What takes long to begin may run into the next one that is done to the same.
    Lock lock = world.lock(fault.resource());
    lock.lockInterruptibly();
    try {
      Fault.End end = fault.fault().begin(world, fault);
      sleepUntil(began, fault.endMs());
      end.heal();
    } finally {
      lock.unlock();
    }
    return null;
  }

  private static void sleepUntil(long began, int ms) throws InterruptedException {
    long nanos = began + TimeUnit.MILLISECONDS.toNanos(ms) - System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos));
  }

  /** As it may be saved and read again. */
  @Override
  public String toString() {
    return faults.stream().map(Planned::toString).collect(Collectors.joining(" ")) + THEN + afterMs;
  }
}
