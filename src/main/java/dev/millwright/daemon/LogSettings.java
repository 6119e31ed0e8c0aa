package dev.millwright.daemon;

import dev.millwright.settings.DataSize;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.nio.file.Path;

/**
 * Where the log goes: the table {@code [log]} of the main file.
 *
 * @param file the whole path; null for standard output alone, which systemd keeps
 * @param level what is not logged is less important than this
 * @param maxSize a file of this size is closed and a new one begun; 64KiB to 1GiB
 * @param keep how many files there are at most, the present one among them; 1 to 1000
 */
public record LogSettings(
    @Optional Path file,
    @Default("info") Level level,
    @Default("10MiB") DataSize maxSize,
    @Default("10") int keep) {

  /** How important a line is. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  public LogSettings {
    new Rules()
        .require(
            file == null || file.isAbsolute(),
            "file",
            "\"" + file + "\" is not a whole path; a daemon has no folder to begin from")
        .require(
            maxSize.bytes() >= 64 << 10 && maxSize.bytes() <= 1 << 30,
            "max_size",
            maxSize + " is not between 64KiB and 1GiB")
        .within("keep", keep, 1, 1000)
        .check();
  }
}
