package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.writers.RollingFileWriter;

/** I8: no file of the log is larger than it may be, whichever line begins it. */
class FileSizePolicyTest {

  private static final int MOST_BYTES = 1_000;

  @TempDir private Path folder;

  /** Also where the files are ended by another policy, and where a file is gone on with. */
  @Test
  void eachFileIsFullAndNoneIsLarger() throws Exception {
    for (int start = 0; start < 2; start++) {
      RollingFileWriter writer = new RollingFileWriter(properties());
      for (int i = 0; i < 100; i++) {
        writer.write(line("x".repeat(149)));
      }
      writer.close();
    }
    List<Long> sizes;
    try (Stream<Path> files = Files.list(folder)) {
      sizes = files.map(FileSizePolicyTest::size).sorted().toList();
    }
    assertTrue(sizes.get(sizes.size() - 1) <= MOST_BYTES, sizes.toString());
    // 200 lines of 150 bytes, six in each file.
    assertEquals(34, sizes.size(), sizes.toString());
    assertEquals(30_000, sizes.stream().mapToLong(Long::longValue).sum());
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("file", folder.resolve("log.{count}").toString());
    properties.put("policies", "file size: " + MOST_BYTES + ", daily");
    properties.put("format", "{message}");
    properties.put("charset", "UTF-8");
    return properties;
  }

  private static LogEntry line(String text) {
    return new LogEntry(
        null, Thread.currentThread(), Map.of(), null, null, null, 0, null, Level.INFO, text, null);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
