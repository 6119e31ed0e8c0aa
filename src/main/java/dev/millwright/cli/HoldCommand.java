package dev.millwright.cli;

import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "hold",
    mixinStandardHelpOptions = true,
    description =
        "Holds a recipe after the step that is under way (ISA-88 Held); unhold goes on with it.",
    footer = {
      "",
      "Exit codes: 0 completed, 1 refused or failed, 69 no daemon answers, 77 no permission.",
      "Example: millwright hold PRESS-01 --operator Kim"
    })
final class HoldCommand extends MachineCommand {

  @Option(
      names = "--process",
      paramLabel = "ID",
      description = "Only if it is this run that is under way. Default: whichever is.")
  private UUID process;

  HoldCommand() {
    super("hold_recipe");
  }

  @Override
  UUID process() {
    return process;
  }
}
