package dev.millwright.cli;

import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Verdict;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description =
        "Reads all of the journal and says whether it is sound; exit code 1 when it is not."
            + " Changes nothing.",
    footer = {"", "Example: millwright journal verify --config /etc/millwright/millwright.toml"})
final class JournalVerifyCommand implements Callable<Integer> {

  @Mixin private JournalOption option;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    JournalSettings settings = option.settings(spec.commandLine().getErr());
    return say(settings, Journal.verify(settings, Instant.now()));
  }

  private int say(JournalSettings settings, Verdict verdict) throws Failure {
    if (verdict == null) {
      throw JournalOption.absent(settings.path());
    }
    PrintWriter out = spec.commandLine().getOut();
    if (verdict.wrong() == null) {
      out.println(
          "sound: "
              + verdict.entries()
              + (verdict.entries() == 1 ? " entry, " : " entries, ")
              + verdict.machines()
              + (verdict.machines() == 1 ? " machine known" : " machines known")
              + (verdict.commands() == 0 ? "" : ", commands taken: " + verdict.commands())
              + (verdict.drives() == 0 ? "" : ", stepped machines: " + verdict.drives()));
      return Exit.OK;
    }
    out.println(verdict.wrong());
    out.println(
        "Nothing was changed. Copy the file, and the one beside it that ends in -wal, before"
            + " anything else; 'sqlite3 FILE .recover' shows what can still be read. A daemon that"
            + " starts sets a file that is damaged or no journal aside, whole, and begins a new one;"
            + " where only an entry cannot be read it quarantines that and what follows of its"
            + " machine.");
    return Exit.DIFFERENT;
  }
}
