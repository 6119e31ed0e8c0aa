package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import dev.millwright.daemon.Wirings;
import dev.millwright.journal.JournalSettings;
import dev.millwright.settings.Durations;
import dev.millwright.store.DatabaseSettings;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Reads the configuration and lists every mistake, with file and line; then the machines, and"
            + " the recipes with the machines that may run them. Contacts no machine and no database.",
    footer = {"", "Example: millwright check --config conf/millwright.toml"})
final class CheckCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws ConfigException, Failure {
    var out = spec.commandLine().getOut();
    Configuration configuration = config.load(spec.commandLine().getErr());
    Table table = new Table("MACHINE", "PROTOCOL", "STALE AFTER", "TAGS", "FILE");
    for (MachineSettings machine : configuration.machines()) {
      table.add(
          machine.serialNumber(),
          machine.protocol(),
          Durations.words(machine.staleAfter()),
          machine.tags().size(),
          machine.file());
    }
    table.lines().forEach(out::println);
    recipes(configuration);
    out.println("database  " + configuration.section(DatabaseSettings.class).shownUrl());
    JournalSettings journal = configuration.section(JournalSettings.class);
    out.println("journal   " + journal.path() + ", at most " + journal.maxSize());
    out.println("pki       " + Wirings.pki(configuration, InstantSource.system()).folder());
    out.println("no mistakes");
    return Exit.OK;
  }

  /** Which machines may run each, and how long that takes with the parameters' defaults. */
  private void recipes(Configuration configuration) {
    if (configuration.recipes().isEmpty()) {
      return;
    }
    List<MachineSettings> stepped = RecipeFits.stepped(configuration.machines());
    Table table = new Table("RECIPE", "MAY RUN ON", "TAKES", "FILE");
    for (RecipeFile recipe : configuration.recipes()) {
      String fits = RecipeFits.names(stepped, recipe);
      table.add(
          recipe.recipe().name(),
          fits.isEmpty() ? "no machine" : fits,
          RecipeShowCommand.estimate(recipe.recipe()),
          recipe.file());
    }
    table.lines().forEach(spec.commandLine().getOut()::println);
  }
}
