package dev.millwright.chaos;

import dev.millwright.audit.Audit;
import dev.millwright.audit.Problem;
import dev.millwright.audit.Recorded;
import dev.millwright.testing.TruthSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Audits a world whose machines stand still. */
final class Judge {

  /** From the last fault's end on: what was lost has been found again and told by then. */
  private static final Duration CATCH_UP_LIMIT = Duration.ofSeconds(90);

  private static final Duration LOOK_EVERY = Duration.ofMillis(150);

  /** A serial machine tells no time: a poll of up to five questions, on a busy host. */
  private static final Duration POLLED = Duration.ofMillis(900);

  /** From the fact until the daemon has it on its disk, on a busy host. */
  private static final Duration NOTICED = Duration.ofSeconds(1);

  private static final Duration AROUND = Duration.ofSeconds(4);

  private final World world;
  private Map<String, Audit> audits = new TreeMap<>();

  Judge(World world) {
    this.world = world;
  }

  /** What is wrong once all has had its time, in words; empty when nothing is. */
  List<String> problems() throws Exception {
    Instant limit = Instant.now().plus(CATCH_UP_LIMIT);
    while (true) {
      Map<String, Recorded> recorded = Recorded.read(world.postgres().dataSource());
      Map<String, List<Step>> truth = world.truth();
      audits = audit(truth, recorded);
      boolean wrong = audits.values().stream().anyMatch(audit -> !audit.problems().isEmpty());
      if (!wrong) {
        world.ledger().settle(Instant.now());
        return List.of();
      } else if (Instant.now().isAfter(limit) || !world.daemon().isAlive()) {
        return words(truth, recorded);
      }
      Thread.sleep(LOOK_EVERY.toMillis());
    }
  }

  private Map<String, Audit> audit(Map<String, List<Step>> truth, Map<String, Recorded> recorded) {
    Map<String, Audit> all = new TreeMap<>();
    for (String machine : World.MACHINES) {
      Duration dated = World.OPC_UA.contains(machine) ? Duration.ZERO : POLLED;
      all.put(
          machine,
          new Audit(
              truth.get(machine),
              recorded.get(machine),
              world.ledger().conduct(machine, dated, NOTICED, World.staleAfter(machine))));
    }
    return all;
  }

  /** The audits that were made last. */
  Map<String, Audit> audits() {
    return audits;
  }

  private List<String> words(Map<String, List<Step>> truth, Map<String, Recorded> recorded) {
    List<String> words = new ArrayList<>();
    if (!world.daemon().isAlive()) {
      words.add("the daemon has died");
    }
    audits.forEach(
        (machine, audit) -> {
          for (Problem problem : audit.problems()) {
            words.add(machine + ": " + problem);
          }
          if (!audit.problems().isEmpty()) {
            words.addAll(around(machine, audit.problems(), truth, recorded));
          }
        });
    return words;
  }

  private static boolean near(Instant at, Map.Entry<Instant, String> line) {
    return Duration.between(at, line.getKey()).abs().compareTo(AROUND) < 0;
  }

  /** What the machine did, what was done to it, and what was recorded, in the order of time. */
  private List<String> around(
      String machine,
      List<Problem> problems,
      Map<String, List<Step>> truth,
      Map<String, Recorded> recorded) {
    List<Map.Entry<Instant, String>> lines = new ArrayList<>();
    truth.get(machine).forEach(step -> lines.add(Map.entry(step.at(), "truth    " + step)));
    world
        .ledger()
        .conduct(machine, Duration.ZERO, NOTICED, World.staleAfter(machine))
        .disturbances()
        .forEach(d -> lines.add(Map.entry(d.from(), "fault    " + d)));
    if (recorded.get(machine) != null) {
      recorded
          .get(machine)
          .transitions()
          .forEach(row -> lines.add(Map.entry(row.recordedAt(), "recorded " + row)));
    }
    return lines.stream()
        .filter(
            line ->
                problems.stream()
                    .anyMatch(p -> near(p.happened(), line) || near(p.recorded(), line)))
        .sorted(Map.Entry.comparingByKey())
        .map(line -> "    " + line.getKey() + "  " + line.getValue())
        .toList();
  }
}
