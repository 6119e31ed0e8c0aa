package dev.millwright.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Collects what is wrong, so that everybody can go on after a mistake. */
final class Report {

  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Mistake> warnings = new ArrayList<>();
  private final Map<Path, IntPredicate> unsureLines = new HashMap<>();

  /** Something is there, and wrong. */
  void mistake(Place place, String message) {
    if (!unsure(place)) {
      mistakes.add(mistakeAt(place, message));
    }
  }

  /**
   * Something should be there: nobody can tell in a file whose syntax errors may have hidden it.
   */
  void missing(Place place, String message) {
    if (!isUnsure(place.file())) {
      mistakes.add(mistakeAt(place, message));
    }
  }

  /** Allowed, but probably not meant. */
  void warning(Place place, String message) {
    if (!isUnsure(place.file())) {
      warnings.add(mistakeAt(place, message));
    }
  }

  /**
   * A syntax error, which is always told. From now on nothing else is said about the given lines,
   * nor about what this file lacks.
   */
  void syntax(Place place, String message, IntPredicate unsure) {
    mistakes.add(mistakeAt(place, message));
    unsureLines.merge(place.file(), unsure, IntPredicate::or);
  }

  /** Whether something may stand in a file that could not be read. */
  boolean isUnsure(Path file) {
    return unsureLines.containsKey(file);
  }

  /** All mistakes so far, by file and line. */
  List<Mistake> mistakes() {
    return mistakes.stream().distinct().sorted().toList();
  }

  /** All warnings so far, by file and line. */
  List<Mistake> warnings() {
    return warnings.stream().distinct().sorted().toList();
  }

  /** Ends the reading. */
  void throwIfMistaken() throws ConfigException {
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes());
    }
  }

  private boolean unsure(Place place) {
    return unsureLines.getOrDefault(place.file(), line -> false).test(place.line());
  }

  private static Mistake mistakeAt(Place place, String message) {
    return new Mistake(place.file(), place.line(), place.column(), message);
  }
}
