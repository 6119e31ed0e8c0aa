package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Wirings;
import dev.millwright.journal.JournalSettings;
import dev.millwright.settings.Durations;
import dev.millwright.store.DatabaseSettings;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Reads the configuration and lists every mistake, with file and line. Contacts no"
            + " machine and no database.",
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
          machine.tags().isEmpty() ? "built in" : machine.tags().size(),
          machine.file());
    }
    table.lines().forEach(out::println);
    out.println("database  " + configuration.section(DatabaseSettings.class).shownUrl());
    JournalSettings journal = configuration.section(JournalSettings.class);
    out.println("journal   " + journal.path() + ", at most " + journal.maxSize());
    out.println("pki       " + Wirings.pki(configuration, InstantSource.system()).folder());
    out.println("no mistakes");
    return Exit.OK;
  }
}
