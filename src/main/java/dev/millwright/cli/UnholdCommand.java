package dev.millwright.cli;

import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "unhold",
    mixinStandardHelpOptions = true,
    description = "Goes on with a recipe that is held.",
    footer = {
      "",
      "Exit codes: 0 completed, 1 refused or failed, 69 no daemon answers, 77 no permission.",
      "Example: millwright unhold PRESS-01"
    })
final class UnholdCommand extends MachineCommand {

  @Option(
      names = "--process",
      paramLabel = "ID",
      description = "Only if it is this run that is under way. Default: whichever is.")
  private UUID process;

  UnholdCommand() {
    super("unhold_recipe");
  }

  @Override
  UUID process() {
    return process;
  }
}
