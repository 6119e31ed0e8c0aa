package dev.millwright.config;

import java.util.Collection;
import java.util.Comparator;
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

  /**
   * The known word that was most likely meant, or null when none is near.
   *
   * @param taken words that are already there, which only then were meant when no other is as near
   */
  static String nearest(String written, Collection<String> known, Set<String> taken) {
    int limit = written.length() < 5 ? 1 : written.length() < 10 ? 2 : 3;
    String wanted = written.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(word -> distance(wanted, word.toLowerCase(Locale.ROOT)) <= limit)
        .min(
            Comparator.comparingInt(
                    (String word) -> distance(wanted, word.toLowerCase(Locale.ROOT)))
                .thenComparing(taken::contains)
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  /** The end of a message about a word that is not known. */
  static String hint(String written, Collection<String> known, Set<String> taken) {
    String near = nearest(written, known, taken);
    if (near != null) {
      return "; did you mean \"" + near + "\"?";
    }
    return known.isEmpty() ? "; none is known here" : "; known here: " + list(known);
  }

  static String list(Collection<String> words) {
    return String.join(", ", new TreeSet<>(words));
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
