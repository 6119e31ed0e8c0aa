package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.runtime.RuntimeProvider;
import org.tinylog.writers.RollingFileWriter;

/**
 * I8: all files of the log together have a limit, also over restarts, and the newest lines stay.
 */
@Timeout(60)
class LogFilesTest {

  private static final int KEEP = 3;

  @TempDir private Path folder;

  @Test
  void theOldestFilesGoAlsoOverRestarts() throws Exception {
    int number = 0;
    for (int start = 0; start < 4; start++) {
      RollingFileWriter writer = new RollingFileWriter(properties());
      for (int i = 0; i < 1_000; i++) {
        writer.write(line("line " + number++ + " " + "x".repeat(100)));
      }
      writer.close();
    }
    List<Path> files = files();
    // tinylog counts the present one or not, by whether it was gone on with.
    assertTrue(files.size() == KEEP || files.size() == KEEP - 1, files.toString());
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append(Files.readString(file));
    }
    assertTrue(Files.readString(folder.resolve("log")).contains("line " + (number - 1) + " x"));
    long kept = all.toString().lines().count();
    for (int i = 1; i <= kept; i++) {
      assertTrue(all.indexOf("line " + (number - i) + " x") >= 0, "the newest lines, all of them");
    }
    assertTrue(kept > 500, kept + " lines");
  }

  private Map<String, String> properties() {
    LogSettings settings =
        new LogSettings(
            folder.resolve("log"), LogSettings.Level.INFO, DataSize.parse("64KiB"), KEEP);
    Map<String, String> properties = new HashMap<>();
    Logging.file(settings)
        .forEach((key, value) -> properties.put(key.replaceFirst("^\\.", ""), value));
    return properties;
  }

  private static LogEntry line(String text) {
    return new LogEntry(
        RuntimeProvider.createTimestamp(),
        Thread.currentThread(),
        Map.of(),
        null,
        null,
        null,
        0,
        null,
        Level.INFO,
        text,
        null);
  }

  /** Without the link to the present one. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("log")).toList();
    }
  }
}
