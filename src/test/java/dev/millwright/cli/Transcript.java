package dev.millwright.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a document says that commands print, and whether they do. */
final class Transcript {

  static final String PROMPT = "$ millwright ";

  private Transcript() {}

  /** What the document shows of a command: up to the next one, or the end of the block. */
  static List<String> until(List<String> document, int from) {
    int to = from;
    while (!document.get(to).startsWith("```") && !document.get(to).startsWith(PROMPT)) {
      to++;
    }
    return document.subList(from, to);
  }

  /** As a shell splits them, as far as single quotes go. */
  static List<String> words(String command) {
    return Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(command)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  /** The printed lines in the places of the told ones; null when they are others. */
  static List<String> match(List<String> told, List<String> printed) {
    if (told.isEmpty()) {
      return printed.isEmpty() ? List.of() : null;
    }
    String first = told.get(0);
    List<String> later = told.subList(1, told.size());
    if (first.strip().equals("…")) {
      for (int skipped = 0; skipped <= printed.size(); skipped++) {
        List<String> rest = match(later, printed.subList(skipped, printed.size()));
        if (rest != null) {
          return join(first, rest);
        }
      }
      return null;
    }
    if (printed.isEmpty() || !masked(first).equals(masked(printed.get(0)))) {
      return null;
    }
    List<String> rest = match(later, printed.subList(1, printed.size()));
    return rest == null ? null : join(printed.get(0), rest);
  }

  private static List<String> join(String first, List<String> rest) {
    List<String> lines = new ArrayList<>(List.of(first));
    lines.addAll(rest);
    return lines;
  }

  private static String masked(String line) {
    return line.replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "UUID")
        .replaceAll("\\b[0-9a-f]{32}\\b", "CHECKSUM")
        .replaceAll("_20\\d{6}T\\d{6}\\b", "_TIME")
        .replaceAll("20\\d\\d-\\d\\d-\\d\\d[ T][\\d:.]+([+-][\\d:]+|Z)?", "TIME")
        .replaceAll("\\d+\\.\\d s\\b", "TOOK")
        .replaceAll("\\b\\d+s\\b", "AGO")
        .replaceAll("PostgreSQL \\d[^,]*", "PostgreSQL")
        .replaceAll(" +", " ")
        .replaceAll("-{2,}", "--");
  }
}
