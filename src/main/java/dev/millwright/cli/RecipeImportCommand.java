package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Mistake;
import dev.millwright.consolidation.OldRecipe;
import dev.millwright.consolidation.OldRecipes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Reads the recipes of an old installation (tables recipes, recipe_steps and those of the"
          + " steps' settings) and writes each as a file. Changes nothing in the database.",
      "What the old system passed over or made up is refused, each with its row; the recipe is then"
          + " not written.",
      "Exit code 0: all were taken over. 1: some were refused."
    },
    footer = {
      "",
      "Example: millwright recipe import --database jdbc:postgresql://localhost/plant",
      "         millwright recipe import --to conf/recipes --tag valve_1=valve_n2"
    })
final class RecipeImportCommand implements Callable<Integer> {

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "The folder for the files; printed where it is left out. Overwrites nothing.")
  private Path folder;

  @Option(
      names = "--tag",
      paramLabel = "OLD=NAME",
      description =
          "The tag for an old valve (valve_1) or parameter (its name, or its id): by default"
              + " these names in small letters.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new Failure(Exit.USAGE, "--to: " + folder + " is not a folder; make it first");
    }
    return database.ask(err, source -> take(OldRecipes.read(source)));
  }

  private int take(List<OldRecipe> recipes) throws Failure {
    PrintWriter err = spec.commandLine().getErr();
    Map<Path, String> files = new LinkedHashMap<>();
    int refused = 0;
    for (OldRecipe recipe : recipes) {
      RecipeToml toml = new RecipeToml(tags);
      List<String> why = new ArrayList<>(recipe.refused());
      if (why.isEmpty()) {
        String text = toml.of(recipe);
        Path file = file(recipe);
        why.addAll(toml.refused());
        why.addAll(why.isEmpty() ? mistakes(file, text) : List.of());
        if (why.isEmpty() && files.putIfAbsent(file, text) != null) {
          why.add("recipes row " + recipe.id() + ": another recipe becomes file " + file + " too");
        }
      }
      if (!why.isEmpty()) {
        refused++;
        err.println("refused: recipe " + (recipe.name() == null ? recipe.id() : recipe.name()));
        why.forEach(line -> err.println("  " + line));
      }
    }
    write(files);
    spec.commandLine().getErr().println(files.size() + " taken over, " + refused + " refused");
    return refused == 0 ? Exit.OK : Exit.DIFFERENT;
  }

  private static Path file(OldRecipe recipe) {
    String name = RecipeToml.slug(recipe.name());
    return Path.of((name.isEmpty() ? "recipe_" + RecipeToml.slug(recipe.id()) : name) + ".toml");
  }

  /** What is written can be read. */
  private static List<String> mistakes(Path file, String text) {
    try {
      var unused = ConfigLoader.recipe(file, text.getBytes(StandardCharsets.UTF_8));
      return List.of();
    } catch (ConfigException e) {
      return e.mistakes().stream().map(Mistake::message).toList();
    }
  }

  private void write(Map<Path, String> files) throws Failure {
    PrintWriter out = spec.commandLine().getOut();
    if (folder == null) {
      files.forEach((file, text) -> out.println("## " + file + "\n" + text));
      return;
    }
    List<Path> missing = new ArrayList<>();
    for (Map.Entry<Path, String> entry : files.entrySet()) {
      if (!isThere(folder.resolve(entry.getKey()), entry.getValue())) {
        missing.add(entry.getKey());
      }
    }
    for (Path name : missing) {
      Path file = folder.resolve(name);
      try {
        Files.writeString(file, files.get(name), StandardOpenOption.CREATE_NEW);
      } catch (IOException e) {
        throw failure(file, e);
      }
      out.println(file);
    }
  }

  /** Whether the file is as it would be written; one that is not is somebody's work. */
  private static boolean isThere(Path file, String text) throws Failure {
    try {
      if (!Files.exists(file)) {
        return false;
      } else if (Files.readString(file).equals(text)) {
        return true;
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
    throw new Failure(
        Exit.IO_ERROR,
        file
            + " is there and holds something else; move it away, or choose another folder."
            + " Nothing was written");
  }

  private static Failure failure(Path file, IOException e) {
    return new Failure(FileWords.exitCode(e), file + ": " + FileWords.of(e));
  }
}
