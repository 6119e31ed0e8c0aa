package dev.millwright.cli;

import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description =
        "Stops what a machine is doing, writes its safe state, and waits until that is confirmed.",
    footer = {
      "",
      "Exit codes: 0 completed, 1 refused or failed, 69 no daemon answers, 77 no permission.",
      "Example: millwright stop PRESS-01 --reason \"wrong material\""
    })
final class StopCommand extends MachineCommand {

  @Option(
      names = "--process",
      paramLabel = "ID",
      description = "Only if it is this run that is under way. Default: whichever is.")
  private UUID process;

  StopCommand() {
    super("stop_recipe");
  }

  @Override
  UUID process() {
    return process;
  }
}
