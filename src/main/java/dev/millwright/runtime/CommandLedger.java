package dev.millwright.runtime;

import dev.millwright.journal.JournalException;
import dev.millwright.journal.Taken;
import dev.millwright.journal.TakenCommands;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Where each command that this daemon has taken on stands: not known to be claimed, under way,
 * ended. What changes is in the journal before it is here. Not safe for use by several threads.
 */
final class CommandLedger {

  /** How many may be under way; each is one wait of somebody. */
  private static final int MOST_UNDER_WAY = 1_000;

  private final TakenCommands journal;

  /** Whether their rows are ours is not known. */
  private final Map<UUID, Taken> unclaimed = new LinkedHashMap<>();

  /** Their machines were asked. */
  private final Map<UUID, UnderWay> underWay = new LinkedHashMap<>();

  private final Map<UUID, Taken> ended = new LinkedHashMap<>();

  private record UnderWay(Taken taken, Command.Kind kind) {}

  /** Begins with what the last process has left. */
  CommandLedger(TakenCommands journal) throws JournalException {
    this.journal = journal;
    for (Taken left : journal.all()) {
      (left.end() == null ? unclaimed : ended).put(left.id(), left);
    }
  }

  boolean knows(UUID id) {
    return unclaimed.containsKey(id) || underWay.containsKey(id) || ended.containsKey(id);
  }

  Collection<Taken> unclaimed() {
    return List.copyOf(unclaimed.values());
  }

  Collection<Taken> ended() {
    return List.copyOf(ended.values());
  }

  boolean isFull() {
    return unclaimed.size() + underWay.size() + ended.size() >= MOST_UNDER_WAY;
  }

  /** Whether somebody waits for news of a command. */
  boolean isBusy() {
    return !unclaimed.isEmpty() || !underWay.isEmpty() || !ended.isEmpty();
  }

  boolean isStarting(String machine) {
    return underWay.values().stream()
            .anyMatch(
                way -> way.kind() == Command.Kind.START && way.taken().machine().equals(machine))
        || unclaimed.values().stream().anyMatch(taken -> taken.machine().equals(machine));
  }

  /**
   * Before their rows are claimed.
   *
   * @param urgent stops, which a full journal takes as well
   */
  void take(List<Taken> commands, boolean urgent) throws JournalException {
    if (!commands.isEmpty()) {
      journal.take(commands, urgent);
      commands.forEach(taken -> unclaimed.put(taken.id(), taken));
    }
  }

  /** This one's row is ours, and its machine is about to be asked. */
  void claimed(UUID id, Command.Kind kind) {
    underWay.put(id, new UnderWay(unclaimed.remove(id), kind));
  }

  /**
   * How they ended; told before their rows say so. One that is not under way is left out.
   *
   * @param ends by the commands' ids
   */
  void end(Map<UUID, Taken.End> ends) throws JournalException {
    List<Taken> now =
        ends.entrySet().stream()
            .filter(end -> underWay.containsKey(end.getKey()))
            .map(end -> underWay.get(end.getKey()).taken().with(end.getValue()))
            .toList();
    if (!now.isEmpty()) {
      journal.end(now);
      for (Taken taken : now) {
        underWay.remove(taken.id());
        ended.put(taken.id(), taken);
      }
    }
  }

  /** Their rows say how they ended, or they are somebody else's. */
  void forget(Set<UUID> ids) throws JournalException {
    if (!ids.isEmpty()) {
      journal.forget(ids);
      unclaimed.keySet().removeAll(ids);
      ended.keySet().removeAll(ids);
    }
  }
}
