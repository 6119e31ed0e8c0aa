package dev.millwright.chaos;

import dev.millwright.audit.Audit;
import dev.millwright.audit.Hiccups;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What a run of the suite has done and seen. */
final class Tally {

  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final Map<String, Long> commands = new TreeMap<>();
  private long schedules;
  private long transitions;
  private long inferred;
  private long runs;
  private long missed;
  private long commitsCut;
  private Duration stoodStill = Duration.ZERO;

  void add(Schedule schedule) {
    schedules++;
    schedule.faults().forEach(fault -> faults.merge(fault.fault(), 1, Integer::sum));
  }

  /** A world has come to its end. */
  void add(World world, Judge judge, Hiccups hiccups) {
    for (Audit audit : judge.audits().values()) {
      transitions += audit.transitions();
      inferred += audit.inferred();
      runs += audit.runs();
      missed += audit.missed();
    }
    commitsCut += world.databaseCable().cuts();
    stoodStill = stoodStill.plus(hiccups.sum());
  }

  void add(CommandJudge judge) {
    judge.counts().forEach((what, count) -> commands.merge(what, count, Long::sum));
  }

  void report(Duration took) {
    System.out.printf(
        "%d schedules in %d s, %d ms each%n",
        schedules, took.toSeconds(), took.toMillis() / Math.max(1, schedules));
    faults.forEach((fault, count) -> System.out.printf("  %4d %s%n", count, fault));
    System.out.printf(
        "%d transitions judged, %d of them inferred; %d runs seen, %d missed; %d commits cut;"
            + " the host stood still for %d ms%n",
        transitions, inferred, runs, missed, commitsCut, stoodStill.toMillis());
    System.out.println("commands and runs of the driven machine: " + commands);
  }
}
