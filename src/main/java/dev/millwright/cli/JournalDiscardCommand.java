package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description =
        "Gives quarantined entries up, for good. Prints each as a JSON object first; nothing is"
            + " deleted that could not be printed.",
    footer = {"", "Example: millwright journal discard 1207 >> discarded.jsonl"})
final class JournalDiscardCommand implements Callable<Integer> {

  @Mixin private QuarantinedEntries entries;
  @Mixin private JournalOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    return option.use(spec.commandLine().getErr(), this::discard);
  }

  private int discard(Journal journal) throws JournalException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    List<Entry> given = entries.in(journal);
    given.forEach(entry -> out.println(Json.of(entry)));
    if (out.checkError()) {
      throw new Failure(
          Exit.IO_ERROR, "standard output cannot be written, so nothing was discarded");
    }
    for (Entry entry : given) {
      journal.discard(entry.id());
      spec.commandLine().getErr().println(QuarantinedEntries.words(entry) + " is discarded");
    }
    return Exit.OK;
  }
}
