package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each message that a technician can meet is in src/docs/log.md: of each call that logs something,
 * the longest text in it. Where this fails, write the line into the page, with what to do.
 */
class LogPageTest {

  private static final Path PAGE = Path.of("src/docs/log.md");
  private static final Path SOURCES = Path.of("src/main/java/dev/millwright");

  private static final Pattern CALL =
      Pattern.compile(
          "\\b(?:Logger|[tT]eller|\\w*[cC]omplaints(?:\\(\\))?)\\.(?:info|warn|error|trouble|well|note)\\(");

  /** Texts that are joined over several lines. */
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

  private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** What is shorter names a subject, and the words come from elsewhere. */
  private static final int SHORTEST = 9;

  @Test
  void eachMessageIsOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path source : sources()) {
      for (String text : texts(Files.readString(source))) {
        found++;
        if (!page.contains(text)) {
          missing.add(source.getFileName() + ": " + text);
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(found > 50, "the calls are still found: " + found);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static List<String> texts(String source) {
    List<String> texts = new ArrayList<>();
    Matcher call = CALL.matcher(source);
    while (call.find()) {
      String arguments = source.substring(call.end(), end(source, call.end()));
      String longest =
          TEXT.matcher(JOINED.matcher(arguments).replaceAll(""))
              .results()
              .map(text -> text.group(1).replace("\\\"", "\"").replaceAll("\\{}.*", "").strip())
              .reduce("", (a, b) -> b.length() > a.length() ? b : a);
      if (longest.length() >= SHORTEST) {
        texts.add(longest);
      }
    }
    return texts;
  }

  /** Where the bracket closes that was opened before. */
  private static int end(String source, int begin) {
    int open = 1;
    boolean quoted = false;
    int at = begin;
    for (; open > 0; at++) {
      char c = source.charAt(at);
      if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        open += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
    }
    return at - 1;
  }
}
