package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.testing.MemoryWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which machines a daemon records, and that no trace keeps a machine from its work. */
class TracesTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  @TempDir private Path folder;

  @BeforeEach
  void machines() throws Exception {
    MemoryWriter.clear();
    Files.createDirectories(folder.resolve("machines"));
    for (String name : new String[] {"A/1", "B"}) {
      String trace = name.equals("B") ? "" : "trace = true\n";
      Files.writeString(
          folder.resolve("machines").resolve(name.charAt(0) + ".toml"),
          "serial_number = \"%s\"\nprotocol = \"virtual\"\n%s[virtual]\nrecipes = [\"R\"]\n"
              .formatted(name, trace));
    }
  }

  @Test
  void onlyMachinesWhoseFilesSaySoAreRecorded() throws Exception {
    Configuration configuration = configuration("folder = \"" + folder.resolve("traces") + "\"");
    try (Traces traces = Traces.start(configuration, NOON)) {
      assertEquals(Set.of("A/1"), traces.recorders().keySet());
    }
    String line = MemoryWriter.of("A/1").get(0);
    assertTrue(line.contains("traces/A%2F1.jsonl, at most 64MiB"), "no folder of its own: " + line);
  }

  @Test
  void aFolderThatCannotBeMadeIsToldAndNoMore() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Configuration configuration = configuration("folder = \"" + file + "\"");
    try (Traces traces = Traces.start(configuration, NOON)) {
      assertEquals(Map.of(), traces.recorders());
    }
    assertTrue(MemoryWriter.of("A/1").get(0).contains("is not recorded: " + file));
  }

  @Test
  void mistakesInTheTableAreTold() {
    ConfigException wrong =
        assertThrows(
            ConfigException.class, () -> configuration("folder = \"here\"\nmax_size = \"1KiB\""));
    assertTrue(wrong.getMessage().contains("\"here\" is not a whole path"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("1KiB is not between 1MiB"), wrong.getMessage());
  }

  private Configuration configuration(String trace) throws Exception {
    Path main = folder.resolve("millwright.toml");
    Files.writeString(
        main, "[database]\nurl = \"jdbc:postgresql://localhost/x\"\n[trace]\n" + trace + "\n");
    return new ConfigLoader(Wirings.registry()).load(main, Map.of());
  }
}
