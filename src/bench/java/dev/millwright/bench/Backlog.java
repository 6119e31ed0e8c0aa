package dev.millwright.bench;

import dev.millwright.journal.Journal;
import dev.millwright.journal.Known;
import dev.millwright.machine.Decision;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Event;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs of machines that nobody could tell the database of, as they wait in a journal. */
final class Backlog {

  /** Transitions per commit of the journal. */
  private static final int APPEND = 500;

  private static final Instant BEGUN = Instant.parse("2026-11-20T09:00:00Z");

  private Backlog() {}

  /**
   * Makes a journal in which each machine's starts and completions wait.
   *
   * @param each of the machines M-1, M-2, … has so many, a multiple of two
   */
  static void fill(Path file, int machines, int each) throws Exception {
    Lifecycle lifecycle = Plant.lifecycle();
    try (Journal journal = Plant.journal(file)) {
      for (int machine = 1; machine <= machines; machine++) {
        Known known =
            new Known(
                "M-" + machine,
                OldTables.id(machine),
                new MachineState(0, Status.IDLE, null, BEGUN, null),
                null,
                Memory.ofRow(null, null, null, BEGUN));
        journal.begin(known);
        for (int done = 0; done < each; done += APPEND) {
          known = append(journal, lifecycle, known, Math.min(APPEND, each - done));
        }
      }
    }
  }

  private static Known append(Journal journal, Lifecycle lifecycle, Known known, int count)
      throws Exception {
    List<Transition> decided = new ArrayList<>();
    MachineState state = known.state();
    for (int i = 0; i < count; i++) {
      Event event = state.seq() % 2 == 0 ? new Event.Start() : new Event.Complete();
      Detail detail = new Detail("machine", "R42", null, state.seq() / 2 + 1, 0, null, false);
      Instant at = BEGUN.plusMillis(state.seq());
      Decision decision = lifecycle.decide(state, new Occurrence(event, at, detail));
      decided.add(((Decision.Accepted) decision).transition());
      state = decided.get(i).to();
    }
    Known after =
        new Known(
            known.machine(), known.rowId(), state, decided.get(count - 1).id(), known.memory());
    journal.append(known, after, decided);
    return after;
  }
}
