package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

@Command(
    name = "retry",
    mixinStandardHelpOptions = true,
    description =
        "Lets quarantined entries wait for delivery again, in their old places. Mend first what"
            + " the database refused them for.",
    footer = {"", "Example: millwright journal retry 1207 1208"})
final class JournalRetryCommand extends QuarantineCommand {

  @Override
  void change(Journal journal, List<Entry> entries, CommandSpec spec) throws JournalException {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Known> known = journal.known();
    journal.retry(entries.stream().map(Entry::id).toList());
    for (Entry entry : entries) {
      Entry now = journal.all(entry.id() - 1, 1).get(0);
      out.println(
          words(now)
              + " waits for delivery again"
              + (now.isOvertaken(known.get(now.machine()))
                  ? "; its machine has gone on without it, so the daemon will put it back"
                  : ""));
    }
  }
}
