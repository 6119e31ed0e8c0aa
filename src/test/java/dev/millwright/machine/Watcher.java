package dev.millwright.machine;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * A daemon in a few words, around the real interpreter and lifecycle: a journal that outlives it, a
 * row that others write too, and the history that a trigger keeps.
 */
final class Watcher {

  /**
   * A change of the row as the trigger records it.
   *
   * @param row the state that it led to
   * @param cycle the accounted runs by the row's detail
   * @param transition what the daemon has written; null when it was another writer
   */
  record Written(UUID id, MachineState row, Long cycle, Transition transition) {}

  /** A transition that waits, with the one that it follows on. */
  private record Entry(UUID after, Transition transition) {}

  /** What the journal knows of the machine. */
  private record Known(MachineState state, UUID id, Memory memory) {}

  private final String name;
  private final Interpreter interpreter;
  private final Lifecycle lifecycle = new Lifecycle(UUID::randomUUID);
  private final Deque<Entry> journal = new ArrayDeque<>();
  private Known known;
  private MachineState state;
  private UUID last;
  private int voided;
  Memory memory;

  /** The table's side; the first is the row as it was registered. */
  final List<Written> history = new ArrayList<>();

  Watcher(String name, Counted counted, boolean idleMeansComplete) {
    this.name = name;
    this.interpreter = new Interpreter(counted, idleMeansComplete, true, Duration.ofMillis(500));
    MachineState registered = new MachineState(0, Status.OFFLINE, null, null, null);
    history.add(new Written(UUID.randomUUID(), registered, null, null));
    this.memory = Memory.ofRow(null, null, null, null);
    base();
  }

  /** Returns what it means. */
  List<Transition> see(Sighting sighting) {
    Interpretation told = interpreter.interpret(memory, state, sighting);
    List<Entry> decided = decide(told.occurrences());
    memory = told.memory(state);
    append(decided);
    return decided.stream().map(Entry::transition).toList();
  }

  void loseLink(Instant at) {
    if (state.status() != Status.OFFLINE) {
      List<Entry> decided = decide(List.of(memory.linkLost(at, "silent")));
      memory = memory.afterLinkLost();
      append(decided);
    }
  }

  private List<Entry> decide(List<Occurrence> occurrences) {
    List<Entry> decided = new ArrayList<>();
    for (Occurrence occurrence : occurrences) {
      Decision decision = lifecycle.decide(state, occurrence);
      Transition transition =
          assertInstanceOf(Decision.Accepted.class, decision, () -> name + ": " + decision)
              .transition();
      decided.add(new Entry(last, transition));
      state = transition.to();
      last = transition.id();
    }
    return decided;
  }

  private void append(List<Entry> decided) {
    if (!decided.isEmpty()) {
      journal.addAll(decided);
      known = new Known(state, last, memory);
    }
  }

  /** What the journal does not keep is forgotten. */
  void restart() {
    Memory kept = known.memory();
    memory =
        new Memory(
            null,
            kept.runs(),
            kept.counter(),
            kept.recipe(),
            kept.batch(),
            kept.lastContact(),
            kept.agreedAt(),
            kept.inDoubt(),
            null,
            kept.process(),
            kept.voided());
    state = known.state();
    last = known.id();
  }

  /** Delivers so many; at the first that does not follow on the row, the row is the new base. */
  void deliver(int most) {
    for (int i = 0; i < most && !journal.isEmpty(); i++) {
      Transition next = journal.peek().transition();
      if (!row().id().equals(journal.peek().after())) {
        rebase();
        return;
      }
      journal.remove();
      history.add(new Written(next.id(), next.to(), next.detail().cycle(), next));
    }
  }

  /** Looks whether the row is still the one that was written or read last. */
  void reconcile() {
    deliver(Integer.MAX_VALUE);
    if (!row().id().equals(last)) {
      rebase();
    }
  }

  private void rebase() {
    Written row = row();
    Instant since = row.row().since();
    Instant contact = row.transition() == null || since == null ? null : since;
    memory =
        memory
            .undone(journal.stream().map(Entry::transition).toList(), journal.size())
            .basedOn(row.cycle(), row.row().processId(), contact);
    voided += journal.size();
    journal.clear();
    base();
  }

  private void base() {
    state = row().row();
    last = row().id();
    known = new Known(state, last, memory);
  }

  Written row() {
    return history.get(history.size() - 1);
  }

  MachineState state() {
    return state;
  }

  /** How many transitions have become void in all. */
  int voided() {
    return voided;
  }

  /** Another writer changes the row; the trigger numbers it and keeps the cycle. */
  void write(Status status, UUID process, Instant at) {
    Failure failure = status == Status.ERROR ? new Failure(null, "by hand") : null;
    MachineState next = new MachineState(row().row().seq() + 1, status, process, at, failure);
    history.add(new Written(UUID.randomUUID(), next, row().cycle(), null));
  }

  /** A backup is restored in which the last ones have not happened yet. */
  void restore(int forgotten) {
    history.subList(history.size() - forgotten, history.size()).clear();
  }
}
