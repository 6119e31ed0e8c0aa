package dev.millwright.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Loads the main file and the machine files beside it. Contacts nothing but the file system. */
public final class ConfigLoader {

  /** More files than any host has machines; keeps a wrong folder from being read through. */
  private static final int LIMIT_MACHINES = 1000;

  private static final int LIMIT_RECIPES = 5000;

  private final Registry registry;

  public ConfigLoader(Registry registry) {
    this.registry = registry;
  }

  /**
   * Loads a configuration.
   *
   * @param file the main file; the machines are in {@code machines/*.toml} beside it, the recipes
   *     in {@code recipes/*.toml}
   * @param environment for {@code CREDENTIALS_DIRECTORY}
   * @throws ConfigException with every mistake of every file
   */
  public Configuration load(Path file, Map<String, String> environment) throws ConfigException {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(environment, report));
    Map<Class<? extends Record>, Record> sections = sections(file, binder, report);
    RecipeChecks fit = new RecipeChecks(report);
    List<MachineSettings> machines = machines(file, binder, fit, report);
    List<RecipeFile> recipes = recipes(file, binder, report);
    fit.check(recipes);
    report.throwIfMistaken();
    return new Configuration(file, sections, machines, recipes, report.warnings());
  }

  /**
   * Loads the main file alone, for whoever needs its tables and no machine.
   *
   * @throws ConfigException with every mistake of that file
   */
  public Configuration loadMain(Path file, Map<String, String> environment) throws ConfigException {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(environment, report));
    Map<Class<? extends Record>, Record> sections = sections(file, binder, report);
    report.throwIfMistaken();
    return new Configuration(file, sections, List.of(), List.of(), report.warnings());
  }

  /**
   * Loads one table of the main file, whatever mistakes there are elsewhere in it.
   *
   * @throws ConfigException when that table has a mistake, or when one of syntax leaves open what
   *     stands in it; with every mistake that was seen
   */
  public <R extends Record> R loadTable(Path file, Class<R> type) throws ConfigException {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    Node.Table main = TomlFile.read(file, report);
    if (main != null) {
      binder.unknownKeys(main, registry.sections().keySet());
      String key = registry.key(type);
      int elsewhere = report.mistakes().size();
      R record = binder.recordAt(main, key, type);
      boolean sound = report.mistakes().size() == elsewhere;
      if (record != null
          && sound
          && (!report.isUnsure(file) || isWhole(main.entries().get(key), type))) {
        return record;
      }
    }
    throw new ConfigException(report.mistakes());
  }

  /** Whether a value stands for each key; then none is a default that somebody had overruled. */
  private static boolean isWhole(Node node, Class<? extends Record> type) {
    return node instanceof Node.Table table
        && Stream.of(type.getRecordComponents())
            .map(Draft::key)
            .allMatch(table.entries()::containsKey);
  }

  /**
   * Reads a machine that is in no file.
   *
   * @param toml what would stand in its file
   * @param name what mistakes name as the file; its folder is where secrets are looked for
   * @throws ConfigException with every mistake in it
   */
  public MachineSettings machine(String toml, Path name, Map<String, String> environment)
      throws ConfigException {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(environment, report));
    Node.Table table = TomlFile.read(name, toml, report);
    MachineSettings machine =
        table == null ? null : new MachineReader(registry, binder, report).read(table);
    report.throwIfMistaken();
    return machine;
  }

  /**
   * Loads a recipe that belongs to no configuration.
   *
   * @throws ConfigException with every mistake in it
   */
  public static RecipeFile recipe(Path file) throws ConfigException {
    return recipe(reader -> reader.read(file));
  }

  /**
   * Reads a recipe that is in no file.
   *
   * @param name what mistakes name as the file
   * @param bytes what would stand in it
   * @throws ConfigException with every mistake in it
   */
  public static RecipeFile recipe(Path name, byte[] bytes) throws ConfigException {
    return recipe(reader -> reader.read(name, bytes));
  }

  private static RecipeFile recipe(Function<RecipeReader, RecipeFile> reading)
      throws ConfigException {
    Report report = new Report();
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    RecipeFile recipe = reading.apply(new RecipeReader(binder, report));
    report.throwIfMistaken();
    return recipe;
  }

  private Map<Class<? extends Record>, Record> sections(Path file, Binder binder, Report report) {
    Map<Class<? extends Record>, Record> sections = new HashMap<>();
    Node.Table table = TomlFile.read(file, report);
    if (table != null) {
      binder.unknownKeys(table, registry.sections().keySet());
      registry
          .sections()
          .forEach((key, type) -> sections.put(type, binder.recordAt(table, key, type)));
    }
    return sections;
  }

  private List<MachineSettings> machines(
      Path file, Binder binder, RecipeChecks fit, Report report) {
    Path folder = file.resolveSibling("machines");
    MachineReader reader = new MachineReader(registry, binder, report);
    CrossChecks checks = new CrossChecks(registry, report);
    List<MachineSettings> machines = new ArrayList<>();
    List<Path> files = machineFiles(folder, report);
    for (Path machine : files) {
      Node.Table table = TomlFile.read(machine, report);
      if (table != null) {
        MachineSettings settings = reader.read(table);
        checks.add(table, settings);
        fit.add(table, settings);
        machines.add(settings);
      }
    }
    return machines.stream().filter(Objects::nonNull).toList();
  }

  private static List<Path> machineFiles(Path folder, Report report) {
    List<Path> machines = tomlFiles(folder, "machine", report);
    if (machines == null) {
      return List.of();
    }
    if (machines.isEmpty() || machines.size() > LIMIT_MACHINES) {
      String what =
          machines.isEmpty()
              ? "there is no machine; describe each in a file NAME.toml here"
              : machines.size() + " files are more than the limit of " + LIMIT_MACHINES;
      report.mistake(Place.of(folder), what);
      return List.of();
    }
    return machines;
  }

  private static List<RecipeFile> recipes(Path file, Binder binder, Report report) {
    Path folder = file.resolveSibling("recipes");
    List<Path> files = Files.notExists(folder) ? List.of() : tomlFiles(folder, "recipe", report);
    if (files != null && files.size() > LIMIT_RECIPES) {
      report.mistake(
          Place.of(folder), files.size() + " files are more than the limit of " + LIMIT_RECIPES);
      return List.of();
    }
    RecipeReader reader = new RecipeReader(binder, report);
    return files == null
        ? List.of()
        : files.stream().map(reader::read).filter(Objects::nonNull).toList();
  }

  /** Those of a folder, by name; null where it cannot be read. */
  private static List<Path> tomlFiles(Path folder, String what, Report report) {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    } catch (IOException e) {
      String why = Files.isDirectory(folder) ? "this folder cannot be read" : "no such folder";
      report.mistake(Place.of(folder), why + "; it holds one file NAME.toml for each " + what);
      return null;
    }
    List<Path> found = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      String lower = name.toLowerCase(Locale.ROOT);
      if (name.startsWith(".")) {
        continue; // editors' lock files and the like
      }
      if (name.endsWith(".toml")) {
        found.add(file);
      } else if (lower.endsWith(".toml") || lower.endsWith(".tml")) {
        report.mistake(
            Place.of(file), "only names that end in .toml are read; rename the file, or remove it");
      }
    }
    return found;
  }
}
