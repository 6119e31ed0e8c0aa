package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Unreadable;
import dev.millwright.machine.Transition;
import dev.millwright.settings.Similar;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Shows what the database has not confirmed, in the order of decision; the commands whose end"
            + " it does not know; and what each stepped machine shows.",
    footer = {"", "Example: millwright journal list --machine PRESS-01"})
final class JournalListCommand implements Callable<Integer> {

  /** A journal may hold millions. */
  private static final int PAGE = 1000;

  @Option(names = "--machine", paramLabel = "MACHINE", description = "Only this serial number.")
  private String machine;

  @Option(names = "--quarantined", description = "Only what the database refuses.")
  private boolean quarantined;

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private JournalOption option;
  @Spec private CommandSpec spec;

  private long waiting;
  private long refused;
  private final List<Unreadable> unreadable = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return option.use(spec.commandLine().getErr(), this::list);
  }

  private int list(Journal journal) throws JournalException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    long last = 0;
    List<Entry> page;
    do {
      page = journal.all(last, PAGE, this::keep);
      show(page.stream().filter(this::isMeant).toList(), out);
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
      // A reader that has gone, such as head, ends it.
    } while (page.size() == PAGE && !out.checkError());
    Set<String> known = journal.known(this::keep).keySet();
    JournalNotes notes = notes(journal);
    unreadable.forEach(record -> out.println(json ? Json.of(record) : record));
    if (waiting + refused + unreadable.size() == 0 && notes.isEmpty()) {
      requireIn(known);
    }
    if (json) {
      notes.json(out);
    } else {
      out.println(totals(notes.isEmpty()));
      notes.tables(out);
    }
    return Exit.OK;
  }

  /** Nothing of them is ever quarantined. */
  private JournalNotes notes(Journal journal) throws JournalException {
    return quarantined
        ? new JournalNotes(List.of(), List.of())
        : new JournalNotes(
                journal.commands().all(), List.copyOf(journal.drives(this::keep).values()))
            .of(machine);
  }

  private void keep(Unreadable record) {
    if (machine == null || machine.equals(record.machine())) {
      unreadable.add(record);
    }
  }

  private boolean isMeant(Entry entry) {
    return (machine == null || machine.equals(entry.machine()))
        && (!quarantined || entry.quarantined() != null);
  }

  private void show(List<Entry> entries, PrintWriter out) {
    Table table = new Table("ID", "MACHINE", "SEQ", "EVENT", "FROM", "TO", "OCCURRED", "STATE");
    for (Entry entry : entries) {
      String state = state(entry);
      if (json) {
        out.println(Json.of(entry));
        continue;
      }
      Transition transition = entry.transition();
      table.add(
          entry.id(),
          entry.machine(),
          transition.to().seq(),
          transition.event(),
          transition.from().status().word(),
          transition.to().status().word(),
          Times.local(transition.to().since()),
          state);
    }
    if (!json && !entries.isEmpty()) {
      table.lines(Terminal.width()).forEach(out::println);
    }
  }

  /** Counts it as well. */
  private String state(Entry entry) {
    if (entry.quarantined() != null) {
      refused++;
      return "quarantined: " + entry.quarantined();
    }
    waiting++;
    return entry.retried() ? "waiting, retried" : "waiting";
  }

  private String totals(boolean alone) {
    long all = waiting + refused;
    if (all == 0 && unreadable.isEmpty()) {
      return (machine == null && !quarantined
              ? (alone ? "the journal is empty" : "no transition waits")
              : "no such entry")
          + "; what was decided is in the database";
    }
    return all
        + (all == 1 ? " entry: " : " entries: ")
        + waiting
        + " waiting, "
        + refused
        + " quarantined"
        + (unreadable.isEmpty() ? "" : "; " + unreadable.size() + " that cannot be read");
  }

  /** Nothing to show is a good answer, unless it comes from a slip of the pen. */
  private void requireIn(Set<String> known) throws Failure {
    if (machine != null && !known.contains(machine)) {
      throw new Failure(
          Exit.NO_INPUT,
          "the journal knows no machine \"" + machine + "\"" + Similar.hint(machine, known));
    }
  }
}
