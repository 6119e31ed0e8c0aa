package dev.millwright.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "trust",
    mixinStandardHelpOptions = true,
    description =
        "Says which OPC UA servers are believed to be who they are. The daemon need not be stopped:"
            + " what these commands change counts from its next attempt to connect.",
    subcommands = {
      TrustListCommand.class,
      TrustAcceptCommand.class,
      TrustRejectCommand.class,
      TrustOwnCommand.class
    },
    footer = {"", "Example: millwright trust list"})
final class TrustCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which of list, accept, reject and own?");
  }
}
