package dev.millwright.config;

import dev.millwright.settings.Similar;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Names as they are written in a file, and which of them was meant. */
final class Spelling {

  private Spelling() {}

  /** {@code staleAfter} is {@code stale_after}. */
  static String snake(String component) {
    return component.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** {@code MODBUS_RTU} is {@code modbus-rtu}. */
  static String kebab(String constant) {
    return constant.replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** The end of a message about a word that is not known. */
  static String hint(String written, Collection<String> known, Set<String> taken) {
    String near = Similar.nearest(written, known, taken);
    if (near != null) {
      return "; did you mean \"" + near + "\"?";
    }
    return known.isEmpty() ? "; none is known here" : "; known here: " + list(known);
  }

  static String list(Collection<String> words) {
    return String.join(", ", new TreeSet<>(words));
  }
}
