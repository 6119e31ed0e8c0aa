package dev.millwright.cli;

import dev.millwright.daemon.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Looks at the log's file before the logging library does, which would only complain. */
final class LogFile {

  private LogFile() {}

  /**
   * Makes sure that the file can be written; its folder is made where that is missing.
   *
   * @throws Failure when it cannot
   */
  static void require(LogSettings settings) throws Failure {
    Path file = settings.file();
    if (file == null) {
      return;
    }
    try {
      Files.createDirectories(file.getParent());
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw new Failure(
          FileWords.exitCode(e),
          "[log] file: "
              + file
              + " cannot be written: "
              + FileWords.of(e)
              + "; name another file, or leave the key out and read standard output");
    }
  }
}
