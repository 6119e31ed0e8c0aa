package dev.millwright.config;

import dev.millwright.simulator.PlantSettings;
import java.nio.file.Path;
import java.util.Map;

/** Loads the description of a virtual plant. */
public final class PlantLoader {

  private PlantLoader() {}

  /**
   * Loads {@code plant.toml} of a folder.
   *
   * @throws ConfigException with every mistake in it
   */
  public static PlantSettings load(Path folder) throws ConfigException {
    Report report = new Report();
    Node.Table table = TomlFile.read(folder.resolve("plant.toml"), report);
    Binder binder = new Binder(report, new Secrets(Map.of(), report));
    PlantSettings settings = table == null ? null : binder.record(table, PlantSettings.class);
    report.throwIfMistaken();
    return settings;
  }
}
