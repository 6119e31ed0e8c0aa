package dev.millwright.runtime;

import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.Command.Source;
import dev.millwright.runtime.CommandReader.Reading;
import dev.millwright.settings.Durations;
import dev.millwright.store.CommandRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Says of a row whether it is a command that can be given, and to which machine. Not safe for use
 * by several threads.
 */
final class Admission {

  /** A name that is misspelt in a subselect is null, and would stop somebody else's run. */
  private static final String NO_MACHINE =
      "machine_id: is null, which means any machine; only a start may be for any machine. Was the"
          + " machine's name misspelt?";

  private static final int MOST_REASONS = 20;

  private final CommandLedger ledger;
  private final Commanded commanded;
  private final Collection<String> machines;
  private final Duration timeToLive;

  /**
   * When the last stop of each machine was given, whichever run it found. As stops go first, a
   * start that was given before must not come after it.
   */
  private final Map<String, Instant> stopped = new HashMap<>();

  /** Commands for any machine that a machine was chosen for: no stop of that one was for them. */
  private final Set<UUID> forAny = new HashSet<>();

  /**
   * What is to be done with a row. Without a refusal and a machine it waits.
   *
   * @param command null when it is refused
   * @param machine which one is to take it
   * @param refusal why it cannot be given, in words
   */
  record Verdict(Command command, String machine, String refusal) {}

  /**
   * @param machines serial numbers of all machines that are ours, at any time
   */
  Admission(
      CommandLedger ledger, Commanded commanded, Collection<String> machines, Duration timeToLive) {
    this.ledger = ledger;
    this.commanded = commanded;
    this.machines = machines;
    this.timeToLive = timeToLive;
  }

  /**
   * Of one that is pending.
   *
   * @param chosen machines that were chosen for others in this round; one that is chosen is added
   */
  Verdict ofPending(CommandRow row, Set<String> chosen) {
    Verdict verdict = of(row);
    if (verdict.refusal() != null || verdict.machine() != null) {
      return verdict;
    }
    if (chosen.isEmpty()) {
      // A new round: those of the last one are taken on by now, or somebody else's.
      forAny.removeIf(id -> !ledger.knows(id));
    }
    String machine = anyMachine(verdict.command(), chosen);
    if (machine != null) {
      forAny.add(row.id());
    }
    return new Verdict(verdict.command(), machine, null);
  }

  /** Of one that is ours, about to be given. */
  Verdict ofClaimed(CommandRow row) {
    Verdict verdict = of(row);
    String overtaken = verdict.refusal() == null ? overtaken(row, verdict.command()) : null;
    return overtaken == null ? verdict : new Verdict(null, row.machine(), overtaken);
  }

  private Verdict of(CommandRow row) {
    Reading reading = CommandReader.read(row, Source.TABLE);
    if (reading.mistake() != null) {
      return new Verdict(null, row.machine(), reading.mistake());
    }
    if (row.machine() == null && reading.command().kind() != Command.Kind.START) {
      return new Verdict(null, null, NO_MACHINE);
    }
    return row.expired()
        ? new Verdict(null, row.machine(), expired(row, reading.command()))
        : new Verdict(reading.command(), row.machine(), null);
  }

  /** The first one that would take it, and has no other start. */
  private String anyMachine(Command command, Set<String> chosen) {
    for (String machine : machines) {
      if (!chosen.contains(machine)
          && !ledger.isStarting(machine)
          && commanded.machines().contains(machine)
          && commanded.refusal(machine, command) == null) {
        chosen.add(machine);
        return machine;
      }
    }
    return null;
  }

  private String expired(CommandRow row, Command command) {
    String words =
        "it was made at "
            + row.createdAt()
            + " and not taken within its time to live, "
            + Durations.words(timeToLive)
            + " ([commands] time_to_live); make a new one if it is still wanted";
    return row.machine() != null ? words : words + ". No machine took it: " + reasons(command);
  }

  private String reasons(Command command) {
    List<String> those =
        machines.stream().filter(machine -> commanded.machines().contains(machine)).toList();
    String told =
        those.stream()
            .limit(MOST_REASONS)
            .map(
                machine -> {
                  String why = commanded.refusal(machine, command);
                  return machine + ": " + (why == null ? "was busy until now" : why);
                })
            .collect(Collectors.joining("; "));
    int more = those.size() - MOST_REASONS;
    return more <= 0 ? told : told + "; and " + more + " more";
  }

  /** Null unless it is a start that a later stop has overtaken. */
  private String overtaken(CommandRow row, Command command) {
    if (command.kind() == Kind.STOP && command.process() == null) {
      stopped.merge(row.machine(), row.createdAt(), (a, b) -> a.isAfter(b) ? a : b);
    }
    Instant stop = stopped.get(row.machine());
    if (forAny.remove(row.id())) {
      return null;
    }
    return command.kind() == Kind.START && stop != null && !row.createdAt().isAfter(stop)
        ? "the machine was told to stop at " + stop + ", after this start and before it was begun"
        : null;
  }
}
