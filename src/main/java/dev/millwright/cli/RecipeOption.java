package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.RecipeFile;
import dev.millwright.settings.Similar;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which recipe is meant, and which machine. */
final class RecipeOption {

  @Mixin private ConfigOption config;

  @Option(
      names = "--machine",
      paramLabel = "MACHINE",
      description = "Judges by the tags of this serial number.")
  private String machine;

  private Configuration loaded;

  /**
   * All recipes of the configuration, or the one that is meant.
   *
   * @param word a name, or a file; null for all
   */
  List<RecipeFile> recipes(String word, PrintWriter err) throws ConfigException, Failure {
    if (word != null && (word.endsWith(".toml") || Files.isRegularFile(Path.of(word)))) {
      return List.of(ConfigLoader.recipe(Path.of(word)));
    }
    List<RecipeFile> all = configuration(err).recipes();
    if (word == null) {
      return all;
    }
    List<String> names = all.stream().map(recipe -> recipe.recipe().name()).toList();
    if (!names.contains(word)) {
      throw new Failure(
          Exit.NO_INPUT,
          "there is no recipe \""
              + word
              + "\""
              + Similar.hint(word, names)
              + (names.isEmpty() ? "; folder recipes beside the main file has none" : ""));
    }
    return List.of(all.get(names.indexOf(word)));
  }

  /** The machine that is named; null where none is. */
  MachineSettings machine(PrintWriter err) throws ConfigException, Failure {
    return machine == null ? null : ProbeCommand.find(configuration(err), machine);
  }

  /** All machines that a recipe may be for: empty where no configuration can be seen. */
  List<MachineSettings> machines(PrintWriter err) throws ConfigException, Failure {
    if (loaded == null) {
      loaded = config.loadIfAny(err);
    }
    return loaded == null ? List.of() : loaded.machines();
  }

  private Configuration configuration(PrintWriter err) throws ConfigException, Failure {
    if (loaded == null) {
      loaded = config.load(err);
    }
    return loaded;
  }
}
