package dev.millwright.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "recipe",
    mixinStandardHelpOptions = true,
    description = "Shows recipes, and tells which machines they fit.",
    subcommands = {RecipeCheckCommand.class, RecipeShowCommand.class},
    footer = {"", "Example: millwright recipe check --machine REACTOR-01"})
final class RecipeCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "which of check and show? See: millwright recipe --help");
  }
}
