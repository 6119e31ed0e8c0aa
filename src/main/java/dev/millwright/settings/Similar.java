package dev.millwright.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;

/** Finds the word that somebody may have meant. */
public final class Similar {

  private Similar() {}

  /**
   * The known word that was most likely meant, or null when none is near.
   *
   * @param taken words that are already there, which only then were meant when no other is as near
   */
  public static String nearest(String written, Collection<String> known, Set<String> taken) {
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

  /** Words for the end of a message: {@code ; did you mean "PRESS-01"?}, or nothing. */
  public static String hint(String written, Collection<String> known) {
    String near = nearest(written, known, Set.of());
    return near == null ? "" : "; did you mean \"" + near + "\"?";
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
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
