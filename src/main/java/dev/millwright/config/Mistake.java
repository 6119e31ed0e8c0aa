package dev.millwright.config;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * What is wrong (or, among warnings, doubtful) at one place of a configuration file.
 *
 * @param file as it was named to the loader
 * @param line from 1; 0 when the mistake is the file itself
 * @param column from 1; 0 when it is not known
 * @param message the key, what was found, and what would be right; never a secret
 */
public record Mistake(Path file, int line, int column, String message)
    implements Comparable<Mistake> {

  private static final Comparator<Mistake> BY_PLACE =
      Comparator.comparing(Mistake::file)
          .thenComparingInt(Mistake::line)
          .thenComparingInt(Mistake::column)
          .thenComparing(Mistake::message);

  @Override
  public int compareTo(Mistake other) {
    return BY_PLACE.compare(this, other);
  }

  /** As editors and people expect it: {@code conf/machines/press-01.toml:12: …}. */
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + message;
  }
}
