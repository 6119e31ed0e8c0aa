package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description =
        "Gives quarantined entries up, for good. Prints each as a JSON object first; nothing is"
            + " deleted that could not be printed.",
    footer = {"", "Example: millwright journal discard 1207 >> discarded.jsonl"})
final class JournalDiscardCommand extends QuarantineCommand {

  @Override
  void change(Journal journal, List<Entry> entries, CommandSpec spec)
      throws JournalException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    entries.forEach(entry -> out.println(Json.of(entry)));
    if (out.checkError()) {
      throw new Failure(
          Exit.IO_ERROR,
          "standard output cannot be written, so nothing more was discarded than what is said"
              + " above");
    }
    journal.discard(entries.stream().map(Entry::id).toList());
    for (Entry entry : entries) {
      spec.commandLine().getErr().println(words(entry) + " is discarded");
    }
  }
}
