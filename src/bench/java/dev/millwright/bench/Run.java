package dev.millwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a section is to keep to, and what it may use.
 *
 * @param quick whether it only has to show that it works
 * @param folder of its own, for files; empty, and on the disk that the page names
 * @param server the PostgreSQL for all
 */
record Run(boolean quick, Path folder, Server server) {

  private static final int ROUNDS = 4;
  private static final int QUICK_ROUNDS = 2;

  int rounds() {
    return quick ? QUICK_ROUNDS : ROUNDS;
  }

  /** How many of something. */
  int size(int small, int full) {
    return quick ? small : full;
  }

  /** A new folder in its folder. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Says on the console how it goes. */
  void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
