package dev.millwright.config;

import java.nio.file.Path;

/**
 * Where something stands.
 *
 * @param line from 1; 0 for the file as a whole
 * @param column from 1; 0 where it is not known
 */
record Place(Path file, int line, int column) {

  static Place of(Path file) {
    return new Place(file, 0, 0);
  }

  /** For another file's mistake: {@code press-01.toml line 3}. */
  String inWords() {
    return file.getFileName() + " line " + line;
  }
}
