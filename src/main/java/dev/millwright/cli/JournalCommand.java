package dev.millwright.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    description =
        "Looks into the journal: the file of transitions that the database has not confirmed."
            + " The daemon has to be stopped for it, and what these commands change is delivered"
            + " when it starts again. None of them makes a journal.",
    subcommands = {
      JournalListCommand.class,
      JournalRetryCommand.class,
      JournalDiscardCommand.class,
      JournalVerifyCommand.class
    },
    footer = {"", "Example: millwright journal list --quarantined"})
final class JournalCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which of list, retry, discard and verify?");
  }
}
