package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.audit.Hiccups;
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
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
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

  private final Tally tally = new Tally();
  private final Growth growth = new Growth();
  private final List<String> failures = new ArrayList<>();

  /** A schedule and what it is known by. */
  private record Named(String name, Schedule schedule) {}

  @Test
  void nothingIsLostNothingIsDoubledAndNothingIsOutOfOrder() throws Exception {
    Long given = Long.getLong("chaos.seed");
    long first = given == null ? ThreadLocalRandom.current().nextInt(1_000_000_000) : given;
    Instant began = Instant.now();
    Instant end = MINUTES == 0 ? Instant.MAX : began.plus(Duration.ofMinutes(MINUTES));
    long count = MINUTES == 0 ? SCHEDULES : Integer.MAX_VALUE;
    Set<Fault> without = without();
    List<Named> saved = saved();
    System.out.printf(
        "chaos: %d saved schedules, then seeds from %d on, %s%n",
        saved.size(), first, MINUTES == 0 ? count + " of them" : "for " + MINUTES + " minutes");
    Stream<Named> fresh =
        LongStream.range(first, first + count)
            .mapToObj(seed -> new Named("seed " + seed, Schedule.draw(seed, without)));
    Iterator<Named> all = Stream.concat(saved.stream(), fresh).iterator();
    while (all.hasNext() && failures.size() < FAILURES_LIMIT && Instant.now().isBefore(end)) {
      runWorld(all, end);
    }
    tally.report(Duration.between(began, Instant.now()));
    growth.report();
    assertEquals(List.of(), failures);
    growth.check();
  }

  private static Set<Fault> without() {
    Set<Fault> without = EnumSet.noneOf(Fault.class);
    Arrays.stream(System.getProperty("chaos.without", "").split(",", -1))
        .filter(name -> !name.isEmpty())
        .forEach(name -> without.add(Fault.valueOf(name)));
    return without;
  }

  private static List<Named> saved() throws IOException {
    List<Named> saved = new ArrayList<>();
    try (InputStream in = ChaosTest.class.getResourceAsStream("schedules.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> saved.add(new Named("saved " + saved.size(), Schedule.parse(line))));
    }
    return saved;
  }

  /** Lets schedules befall a world, until it has had enough, time is up, or one was too much. */
  private void runWorld(Iterator<Named> schedules, Instant end) throws Exception {
    Path folder = FOLDER.resolve("world-" + Instant.now().toEpochMilli());
    List<String> befell = new ArrayList<>();
    boolean good;
    try (World world = World.start(folder, FOLDER.resolve("programs"));
        Hiccups hiccups = new Hiccups(world.ledger(), World.MACHINES, world.folder())) {
      growth.newWorld();
      Judge judge = new Judge(world);
      CommandJudge commands = new CommandJudge(world);
      good = settle(world, judge, commands, befell);
      while (good
          && befell.size() < PER_WORLD
          && schedules.hasNext()
          && Instant.now().isBefore(end)) {
        Named next = schedules.next();
        befell.add(next.name() + ": " + next.schedule());
        good = run(world, judge, commands, next, befell);
      }
      tally.add(world, judge, hiccups);
      tally.add(commands);
    }
    if (good) {
      delete(folder);
    }
  }

  private boolean run(
      World world, Judge judge, CommandJudge commands, Named named, List<String> befell)
      throws Exception {
    long began = System.nanoTime();
    world.plant().order("go");
    // What is ordered follows from the schedule, so that a saved one repeats it.
    try (Orders orders = new Orders(world.commands(), named.schedule().toString().hashCode())) {
      named.schedule().run(world);
    }
    world.plant().order("hold");
    long healed = System.nanoTime();
    boolean good = settle(world, judge, commands, befell);
    tally.add(named.schedule());
    System.out.printf(
        "%s: %s, %d faults in %d ms, all told after %d ms%n",
        named.name(),
        good ? "good" : "FAILED",
        named.schedule().faults().size(),
        Duration.ofNanos(healed - began).toMillis(),
        Duration.ofNanos(System.nanoTime() - healed).toMillis());
    return good;
  }

  /**
   * Waits until all is told, and judges it.
   *
   * @param befell the schedules that this world has had; the last may be to blame
   */
  private boolean settle(World world, Judge judge, CommandJudge commands, List<String> befell)
      throws Exception {
    List<String> problems = new ArrayList<>(commands.problems());
    if (problems.isEmpty()) {
      problems.addAll(judge.problems());
    }
    if (problems.isEmpty()) {
      growth.look(world);
      return true;
    }
    String last = befell.isEmpty() ? "the start" : befell.get(befell.size() - 1);
    failures.add("\n" + problems.get(0) + "\nafter " + last + "\nsee " + world.folder());
    System.out.println("this befell the world, the last of it before it failed:");
    befell.forEach(schedule -> System.out.println("  " + schedule));
    problems.forEach(System.out::println);
    System.out.println("the daemon's log ends with:\n" + world.daemon().tail());
    System.out.println("kept: " + world.folder());
    return false;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
