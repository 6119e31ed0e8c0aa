package dev.millwright.cli;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "retry",
    mixinStandardHelpOptions = true,
    description =
        "Lets quarantined entries wait for delivery again, in their old places. Mend first what"
            + " the database refused them for.",
    footer = {"", "Example: millwright journal retry 1207 1208"})
final class JournalRetryCommand implements Callable<Integer> {

  @Mixin private QuarantinedEntries entries;
  @Mixin private JournalOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    return option.use(spec.commandLine().getErr(), this::retry);
  }

  private int retry(Journal journal) throws JournalException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Known> known = journal.known();
    for (Entry entry : entries.in(journal)) {
      journal.retry(entry.id());
      Entry now = journal.all(entry.id() - 1, 1).get(0);
      out.println(
          QuarantinedEntries.words(now)
              + " waits for delivery again"
              + (now.isOvertaken(known.get(now.machine()))
                  ? "; its machine has gone on without it, so the daemon will put it back"
                  : ""));
    }
    return Exit.OK;
  }
}
