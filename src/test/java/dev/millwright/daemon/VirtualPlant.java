package dev.millwright.daemon;

import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.journal.JournalSettings;
import dev.millwright.settings.DataSize;
import dev.millwright.store.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The files of a daemon whose machines are all virtual, and change their state about once a second.
 */
final class VirtualPlant {

  private final Path directory;

  VirtualPlant(Path directory, int machines) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("machines"));
    Files.writeString(
        directory.resolve("millwright.toml"),
        """
        [database]
        url = "jdbc:postgresql://localhost/plant"
        user = "millwright"
        [control]
        socket = "%s"
        """
            .formatted(directory.resolve("c.sock")));
    for (int i = 0; i < machines; i++) {
      Files.writeString(
          directory.resolve("machines/v-" + i + ".toml"),
          """
          serial_number = "V-%d"
          protocol = "virtual"
          register = true
          stale_after = "5s"
          [virtual]
          recipes = ["R42", "R17"]
          cycle = "1500ms"
          pause = "500ms"
          faults = 0.05
          stops = 0.05
          seed = %d
          """
              .formatted(i, i));
    }
  }

  /**
   * As the files say, with a journal of 64 MiB.
   *
   * @param database null leaves what they say
   */
  Configuration configuration(DatabaseSettings database) throws Exception {
    Configuration configuration =
        new ConfigLoader(Wirings.registry())
            .load(directory.resolve("millwright.toml"), Map.of())
            .with(
                JournalSettings.class,
                new JournalSettings(directory.resolve("journal.db"), DataSize.ofMebibytes(64)));
    return database == null ? configuration : configuration.with(DatabaseSettings.class, database);
  }
}
