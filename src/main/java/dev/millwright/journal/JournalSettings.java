package dev.millwright.journal;

import dev.millwright.settings.DataSize;
import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.nio.file.Path;

/**
 * Where the journal is: the table {@code [journal]} of the main file.
 *
 * @param path the whole path of the file, on a local disk; beside it lie {@code -wal}, {@code -shm}
 *     and {@code .lock}
 * @param maxSize how large the file may become; 1MiB to 1TiB
 */
public record JournalSettings(
    @Default("/var/lib/millwright/journal.db") Path path, @Default("512MiB") DataSize maxSize) {

  public JournalSettings {
    new Rules()
        .require(
            path == null || path.isAbsolute(),
            "path",
            "\"" + path + "\" is not a whole path; a daemon has no folder to begin from")
        .require(
            path == null || path.toString().indexOf('?') < 0,
            "path",
            "\"" + path + "\" has a question mark, at which SQLite's driver would end the name")
        .require(
            maxSize == null || (maxSize.bytes() >= 1L << 20 && maxSize.bytes() <= 1L << 40),
            "max_size",
            maxSize + " is not between 1MiB and 1TiB")
        .check();
  }
}
