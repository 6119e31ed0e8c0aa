package dev.millwright.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    description =
        "Shows recipes, tells which machines they fit, and takes those of an old installation"
            + " over.",
    subcommands = {RecipeCheckCommand.class, RecipeShowCommand.class, RecipeImportCommand.class},
    footer = {"", "Example: millwright recipe check --machine REACTOR-01"})
final class RecipeCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which of check, show and import? See: millwright recipe --help");
  }
}
