package dev.millwright.trace;

import dev.millwright.settings.DataSize;
import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.nio.file.Path;

/**
 * Where traces go of the machines whose files say {@code trace = true}: the table {@code [trace]}
 * of the main file.
 *
 * @param folder the whole path; made where it is missing
 * @param maxSize of one machine's two files together; 1MiB to 1TiB
 */
public record TraceSettings(
    @Default("/var/lib/millwright/traces") Path folder, @Default("64MiB") DataSize maxSize) {

  public TraceSettings {
    new Rules()
        .require(
            folder == null || folder.isAbsolute(),
            "folder",
            "\"" + folder + "\" is not a whole path; a daemon has no folder to begin from")
        .require(
            maxSize == null || (maxSize.bytes() >= 1L << 20 && maxSize.bytes() <= 1L << 40),
            "max_size",
            maxSize + " is not between 1MiB and 1TiB")
        .check();
  }
}
