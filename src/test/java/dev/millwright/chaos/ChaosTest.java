package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.audit.Audit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * I2, I3, I4 and I8 under every fault that can be made here, drawn from seeds and judged by an
 * audit that shares no code with the daemon.
 *
 * <p>{@code -Dchaos.seed=N} is the first seed (drawn and printed where it is missing), {@code
 * -Dchaos.schedules=N} how many there are (20), or {@code -Dchaos.minutes=N} for how long; {@code
 * -Dchaos.world=N} how many share one plant, daemon and database (20); {@code
 * -Dchaos.without=KILL_DAEMON,…} leaves faults out. A seed with one schedule repeats that schedule.
 */
@Tag("chaos")
class ChaosTest {

  private static final Path FOLDER = Path.of("target", "chaos").toAbsolutePath();
  private static final int SCHEDULES = Integer.getInteger("chaos.schedules", 20);
  private static final int MINUTES = Integer.getInteger("chaos.minutes", 0);
  private static final int PER_WORLD = Integer.getInteger("chaos.world", 20);

  /** Enough to see what is wrong. */
  private static final int FAILURES_LIMIT = 5;

  private final Map<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final Growth growth = new Growth();
  private final List<String> failures = new ArrayList<>();
  private long schedules;
  private long transitions;
  private long inferred;
  private long runs;
  private long missed;
  private Duration stoodStill = Duration.ZERO;

  @Test
  void nothingIsLostNothingIsDoubledAndNothingIsOutOfOrder() throws Exception {
    Long given = Long.getLong("chaos.seed");
    long first = given == null ? ThreadLocalRandom.current().nextInt(1_000_000_000) : given;
    Instant began = Instant.now();
    Instant end = MINUTES == 0 ? Instant.MAX : began.plus(Duration.ofMinutes(MINUTES));
    long count = MINUTES == 0 ? SCHEDULES : Long.MAX_VALUE / 2;
    List<Long> seeds = saved();
    System.out.printf(
        "chaos: saved seeds %s, then from %d on %s%n",
        seeds, first, MINUTES == 0 ? count + " of them" : "for " + MINUTES + " minutes");
    run(
        LongStream.concat(seeds.stream().mapToLong(s -> s), LongStream.range(first, first + count)),
        end);
    report(Duration.between(began, Instant.now()));
    assertEquals(List.of(), failures);
    growth.check();
  }

  private static List<Long> saved() throws IOException {
    try (InputStream in = ChaosTest.class.getResourceAsStream("seeds.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.valueOf(line.split(" ", 2)[0]))
          .toList();
    }
  }

  private void run(LongStream seeds, Instant end) throws Exception {
    Set<Fault> without = EnumSet.noneOf(Fault.class);
    Arrays.stream(System.getProperty("chaos.without", "").split(",", -1))
        .filter(name -> !name.isEmpty())
        .forEach(name -> without.add(Fault.valueOf(name)));
    var rest = seeds.iterator();
    while (rest.hasNext() && failures.size() < FAILURES_LIMIT && Instant.now().isBefore(end)) {
      long seed = rest.nextLong();
      Path folder = FOLDER.resolve("world-" + seed);
      delete(folder);
      growth.newWorld();
      long worldsFirst = seed;
      boolean good = true;
      try (World world = World.start(folder, FOLDER.resolve("programs"));
          Hiccups hiccups = new Hiccups(world.ledger())) {
        Judge judge = new Judge(world);
        good = settle(world, judge, "the start");
        for (int i = 0; good && i < PER_WORLD; i++) {
          Schedule schedule = Schedule.draw(seed, without);
          good = run(world, judge, schedule);
          if (!good) {
            System.out.printf(
                "again: -Dchaos.seed=%d -Dchaos.schedules=1, or with all that befell this world"
                    + " before: -Dchaos.seed=%d -Dchaos.schedules=%d%n",
                seed, worldsFirst, i + 1);
          }
          if (i + 1 == PER_WORLD || !rest.hasNext() || Instant.now().isAfter(end)) {
            break;
          }
          seed = good ? rest.nextLong() : seed;
        }
        add(judge, hiccups);
      }
      if (good) {
        delete(folder);
      }
    }
  }

  private boolean run(World world, Judge judge, Schedule schedule) throws Exception {
    long began = System.nanoTime();
    world.plant().order("go");
    schedule.run(world);
    world.plant().order("hold");
    long healed = System.nanoTime();
    boolean good = settle(world, judge, schedule.toString());
    schedules++;
    schedule.faults().forEach(fault -> counts.merge(fault.fault(), 1, Integer::sum));
    System.out.printf(
        "seed %d: %s, %d faults in %d ms, all told after %d ms%n",
        schedule.seed(),
        good ? "good" : "FAILED",
        schedule.faults().size(),
        Duration.ofNanos(healed - began).toMillis(),
        Duration.ofNanos(System.nanoTime() - healed).toMillis());
    return good;
  }

  private boolean settle(World world, Judge judge, String what) throws Exception {
    List<String> problems = judge.problems();
    if (problems.isEmpty()) {
      growth.look(world);
      return true;
    }
    failures.add(what + "\n" + problems.get(0) + "\nsee " + world.folder());
    System.out.println(what);
    problems.forEach(System.out::println);
    System.out.println("the daemon's log ends with:\n" + world.daemon().tail());
    System.out.println("kept: " + world.folder());
    return false;
  }

  private void add(Judge judge, Hiccups hiccups) {
    for (Audit audit : judge.audits().values()) {
      transitions += audit.transitions();
      inferred += audit.inferred();
      runs += audit.runs();
      missed += audit.missed();
    }
    stoodStill = stoodStill.plus(hiccups.sum());
  }

  private void report(Duration took) {
    System.out.printf(
        "%d schedules in %d s, %d ms each%n",
        schedules, took.toSeconds(), schedules == 0 ? 0 : took.toMillis() / schedules);
    counts.forEach((fault, count) -> System.out.printf("  %4d %s%n", count, fault));
    System.out.printf(
        "%d transitions judged, %d of them inferred; %d runs seen, %d missed;"
            + " the host stood still for %d ms%n",
        transitions, inferred, runs, missed, stoodStill.toMillis());
    growth.report();
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
