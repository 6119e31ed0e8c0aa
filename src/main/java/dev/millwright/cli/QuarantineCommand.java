package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Unreadable;
import dev.millwright.settings.Similar;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does something with quarantined entries: those that are named, a machine's, or all. */
abstract class QuarantineCommand implements Callable<Integer> {

  /** A journal may hold millions. */
  private static final int PAGE = 1000;

  @ArgGroup(multiplicity = "1")
  private Choice choice;

  @Mixin private JournalOption option;
  @Spec private CommandSpec spec;

  /** Exactly one of them, so that nobody discards all by leaving something out. */
  private static final class Choice {

    @Parameters(
        paramLabel = "ID",
        arity = "1..*",
        description = "The numbers of quarantined entries, as journal list shows them.")
    private List<Long> ids;

    @Option(
        names = "--machine",
        paramLabel = "MACHINE",
        description = "All that is quarantined of this serial number.")
    private String machine;

    @Option(names = "--all", description = "All that is quarantined.")
    private boolean all;
  }

  /**
   * Does it.
   *
   * @param entries in quarantine, some of those that are meant, in the order of decision
   */
  abstract void change(Journal journal, List<Entry> entries, CommandSpec spec)
      throws JournalException, Failure;

  @Override
  public final Integer call() throws Exception {
    return option.use(spec.commandLine().getErr(), this::change);
  }

  private int change(Journal journal) throws JournalException, Failure {
    if (choice.ids != null) {
      change(journal, named(journal), spec);
    } else {
      changePages(journal);
    }
    return Exit.OK;
  }

  /**
   * Finds all of them.
   *
   * @throws Failure when one of them is not there or not in quarantine: then nothing is done
   */
  private List<Entry> named(Journal journal) throws JournalException, Failure {
    List<Entry> entries = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (long id : new LinkedHashSet<>(choice.ids)) {
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

  private void changePages(Journal journal) throws JournalException, Failure {
    Set<String> others = new TreeSet<>();
    long changed = 0;
    long last = 0;
    List<Entry> page;
    do {
      page = journal.all(last, PAGE, this::tellLeft);
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
      List<Entry> meant = new ArrayList<>();
      for (Entry entry : page) {
        if (entry.quarantined() != null && (choice.all || choice.machine.equals(entry.machine()))) {
          meant.add(entry);
        } else if (entry.quarantined() != null) {
          others.add(entry.machine());
        }
      }
      change(journal, meant, spec);
      changed += meant.size();
    } while (page.size() == PAGE);
    if (changed == 0) {
      tellNone(others);
    }
  }

  private void tellLeft(Unreadable record) {
    if (choice.all || choice.machine.equals(record.machine())) {
      spec.commandLine()
          .getErr()
          .println(record + ", so it is left. Correct or delete that row with sqlite3");
    }
  }

  /** Nothing to do is a good answer, unless it comes from a slip of the pen. */
  private void tellNone(Set<String> others) throws Failure {
    if (choice.all) {
      spec.commandLine().getErr().println("nothing is in quarantine");
      return;
    }
    throw new Failure(
        Exit.NO_INPUT,
        "nothing of machine \""
            + choice.machine
            + "\" is in quarantine"
            + Similar.hint(choice.machine, others)
            + "\nnothing was changed; millwright journal list --quarantined shows what can be"
            + " named");
  }

  /** An entry, as a person names it. */
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
