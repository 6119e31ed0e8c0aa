package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millwright.settings.DataSize;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of the log's files: a disk filled by a log stops the machine's journal as well (I8). */
class LogSettingsTest {

  @Test
  void everyLimitIsTold() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new LogSettings(Path.of("a.log"), LogSettings.Level.INFO, new DataSize(1024), 0));
    assertEquals(
        List.of(
            "file: \"a.log\" is not a whole path; a daemon has no folder to begin from",
            "max_size: 1KiB is not between 64KiB and 1GiB",
            "keep: 0 is not between 1 and 1000"),
        refused.getMessage().lines().toList());
  }
}
