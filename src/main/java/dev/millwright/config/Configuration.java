package dev.millwright.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A configuration without mistakes.
 *
 * @param file the main file
 * @param sections the main file's tables, by the class of their record
 * @param machines in the order of their files' names; at least one
 * @param warnings what is allowed and was probably not meant
 */
public record Configuration(
    Path file,
    Map<Class<? extends Record>, Record> sections,
    List<MachineSettings> machines,
    List<Mistake> warnings) {

  public Configuration {
    sections = Map.copyOf(sections);
    machines = List.copyOf(machines);
    warnings = List.copyOf(warnings);
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
