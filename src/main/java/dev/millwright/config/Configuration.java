package dev.millwright.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration without mistakes.
 *
 * @param file the main file
 * @param sections the main file's tables, by the class of their record
 * @param machines in the order of their files' names; at least one, unless the main file was loaded
 *     alone
 * @param recipes in the order of their files' names; empty where there is no folder of them
 * @param warnings what is allowed and was probably not meant
 */
public record Configuration(
    Path file,
    Map<Class<? extends Record>, Record> sections,
    List<MachineSettings> machines,
    List<RecipeFile> recipes,
    List<Mistake> warnings) {

  public Configuration {
    sections = Map.copyOf(sections);
    machines = List.copyOf(machines);
    recipes = List.copyOf(recipes);
    warnings = List.copyOf(warnings);
  }

  /** The same configuration with another record for one of the main file's tables. */
  public <S extends Record> Configuration with(Class<S> type, S section) {
    Map<Class<? extends Record>, Record> others = new HashMap<>(sections);
    others.put(type, section);
    return new Configuration(file, others, machines, recipes, warnings);
  }

  /** The same main file with other machines and recipes. */
  public Configuration with(List<MachineSettings> machines, List<RecipeFile> recipes) {
    return new Configuration(file, sections, machines, recipes, warnings);
  }

  /** A table of the main file; there is one for each registered section. */
  public <S extends Record> S section(Class<S> type) {
    Record section = sections.get(type);
    if (section == null) {
      throw new IllegalArgumentException(type.getName() + " is not a registered section");
    }
    return type.cast(section);
  }
}
