package dev.millwright.cli;

import picocli.CommandLine.Command;

@Command(
    name = "reset",
    mixinStandardHelpOptions = true,
    description = "Takes a machine out of error, once a person has seen to the cause.",
    footer = {
      "",
      "Exit codes: 0 completed, 1 refused or failed, 69 no daemon answers, 77 no permission.",
      "Example: millwright reset PRESS-01 --operator Kim --reason \"valve changed\""
    })
final class ResetCommand extends MachineCommand {

  ResetCommand() {
    super("reset_machine");
  }
}
