package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Unreadable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Parameters;

/** The entries that a person names, each of which has to be in quarantine. */
final class QuarantinedEntries {

  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "The numbers of quarantined entries, as journal list shows them.")
  private List<Long> ids;

  /**
   * Finds all of them.
   *
   * @throws Failure when one of them is not there or not in quarantine: then nothing is done
   */
  List<Entry> in(Journal journal) throws JournalException, Failure {
    List<Entry> entries = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (long id : new LinkedHashSet<>(ids)) {
      List<Unreadable> unreadable = new ArrayList<>();
      List<Entry> found = id < 1 ? List.of() : journal.all(id - 1, 1, unreadable::add);
      if (!unreadable.isEmpty() && unreadable.get(0).id() == id) {
        wrong.add(unreadable.get(0) + ". Correct or delete that row with sqlite3");
      } else if (found.isEmpty() || found.get(0).id() != id) {
        wrong.add("the journal has no entry " + id);
      } else if (found.get(0).quarantined() == null) {
        wrong.add("entry " + id + " is not in quarantine: it waits for delivery");
      } else {
        entries.add(found.get(0));
      }
    }
    if (!wrong.isEmpty()) {
      throw new Failure(
          Exit.NO_INPUT,
          String.join("\n", wrong)
              + "\nnothing was changed; millwright journal list --quarantined shows what can be"
              + " named");
    }
    return entries;
  }

  /** One of them, as a person names it. */
  static String words(Entry entry) {
    return "entry "
        + entry.id()
        + " ("
        + entry.machine()
        + ", "
        + entry.transition().event()
        + ", state_seq "
        + entry.transition().to().seq()
        + ")";
  }
}
