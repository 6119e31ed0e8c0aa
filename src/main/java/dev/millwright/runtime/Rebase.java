package dev.millwright.runtime;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Known;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * From what was known of a machine to what its row says instead (decision 0011): another writer has
 * changed it, a backup was restored, or the database has refused what was to be written.
 *
 * <p>Nothing that waits stands any more. The runs in it are not lost: the accounted runs go back to
 * those from before it, so that the machine's counter proves the others again.
 */
final class Rebase {

  /** How many of the void transitions are looked at, to tell which run was under way. */
  static final int LOOK = 100;

  private final Known known;
  private final Row row;
  private final List<Transition> waiting;
  private final Duration staleAfter;

  /**
   * @param known what was known after the last decision
   * @param row what the table says
   * @param waiting the oldest {@link #LOOK} of those that have not taken effect, and will not
   * @param staleAfter how long after its last contact the machine is offline
   */
  Rebase(Known known, Row row, List<Transition> waiting, Duration staleAfter) {
    this.known = known;
    this.row = row;
    this.waiting = waiting;
    this.staleAfter = staleAfter;
  }

  /** What is known of a machine of which only the row is. */
  static Known first(String machine, Row row, Duration staleAfter) {
    Memory memory =
        Memory.ofRow(
            row.lastCycle(),
            row.lastRecipe(),
            row.lastBatch(),
            row.state().processId(),
            lastContact(row, staleAfter));
    return known(machine, row, memory);
  }

  /**
   * The last moment at which the row proves that the machine was seen. When it was written proves
   * nothing: a database that was away gets its rows late. What another writer puts there proves
   * nothing either.
   */
  private static Instant lastContact(Row row, Duration staleAfter) {
    Instant since = row.state().since();
    if (since == null || row.isByAnotherWriter()) {
      return null;
    }
    return row.state().status() == Status.OFFLINE ? since.minus(staleAfter) : since;
  }

  private static Known known(String machine, Row row, Memory memory) {
    return new Known(machine, row.id(), row.state(), row.lastTransitionId(), memory);
  }

  /** What is known from now on. */
  Known base() {
    Memory undone = known.memory().undone(waiting, voided());
    Instant contact = lastContact(row, staleAfter);
    UUID process = row.state().processId();
    return known(known.machine(), row, undone.basedOn(cycle(undone.runs()), process, contact));
  }

  /**
   * Another writer's change only carries the number on. Where the machine's counter was set back
   * since, it is from before that.
   */
  private Long cycle(Long runs) {
    Long cycle = row.lastCycle();
    return row.isByAnotherWriter() && cycle != null && runs != null && cycle > runs ? runs : cycle;
  }

  private long delivered() {
    return waiting.isEmpty() ? known.state().seq() : waiting.get(0).from().seq();
  }

  private long voided() {
    return known.state().seq() - delivered();
  }

  /** What has happened, for the log: both sides. */
  String words() {
    StringBuilder words = new StringBuilder("the row is ").append(words(row));
    words.append(row.lastEvent() == null ? "" : " by event " + row.lastEvent());
    words.append(row.detail() == null ? "" : " " + row.detail());
    if (row.state().seq() < delivered()) {
      words
          .append(", gone back from seq=")
          .append(delivered())
          .append(" (a backup that was restored, or a standby that took over):")
          .append(" what was written since is no longer in the table");
    }
    if (voided() > 0) {
      words.append("; void: ").append(words(waiting.get(0)));
      words.append(voided() == 1 ? "" : " to seq=" + known.state().seq());
    }
    return words.toString();
  }

  static String words(Row row) {
    return row.state().status().word() + "  seq=" + row.state().seq();
  }

  static String words(Entry entry) {
    return words(entry.transition());
  }

  private static String words(Transition transition) {
    return transition.event() + " seq=" + transition.to().seq();
  }
}
