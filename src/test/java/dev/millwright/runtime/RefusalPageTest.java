package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each reason that a command can end with, as {@code error_message} of its row has it, is in
 * src/docs/driving.md: of the classes that give reasons, every text in them that is no log's. Where
 * this fails, write the reason into the page, with what it means and what to do.
 */
class RefusalPageTest {

  private static final Path PAGE = Path.of("src/docs/driving.md");
  private static final Path SOURCES = Path.of("src/main/java/dev/millwright");

  /** Who gives reasons; all texts in them are such, but for what goes into the log. */
  private static final List<String> GIVING =
      List.of(
          "runtime/Admission",
          "runtime/Claiming",
          "runtime/Command",
          "runtime/CommandReader",
          "runtime/CommandSettings",
          "runtime/Commandable",
          "runtime/Commandables",
          "runtime/Drive",
          "runtime/DriveKeeping",
          "runtime/DriveOutput",
          "runtime/DriveRefusals",
          "runtime/DriveState",
          "runtime/Operation",
          "runtime/OwnCommands",
          "runtime/Run",
          "runtime/SafeState",
          "runtime/Starts",
          "runtime/Watchdog",
          "recipe/Binding",
          "recipe/Course",
          "recipe/Criterion",
          "recipe/Fit",
          "recipe/Parameter",
          "recipe/PulseStep",
          "recipe/Resolver",
          "recipe/Sequencer");

  /** Statements whose words are for the log or for nobody, and rules of the machine's file. */
  private static final Pattern NO_REASON =
      Pattern.compile(
          "LogLine|[cC]omplaints|Logger|overruns\\.trouble|overrunLimit\\)|DriveFace"
              + "|IllegalStateException|new Rules\\(\\)");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$");
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** What is shorter joins words that come from elsewhere. */
  private static final int SHORTEST = 12;

  @Test
  void eachReasonIsOnThePage() throws IOException {
    // Lines of a table or a list may be broken anywhere.
    String page = Files.readString(PAGE).replaceAll("\\s+", " ");
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (String file : GIVING) {
      for (String text : texts(Files.readString(SOURCES.resolve(file + ".java")))) {
        found++;
        if (!page.contains(text)) {
          missing.add(file + ": " + text);
        }
      }
    }
    assertEquals("", String.join("\n", missing));
    assertTrue(found > 100, "the texts are still found: " + found);
    for (String constant :
        List.of(Rewire.RELOADING, "the daemon was stopped", "no longer configured")) {
      assertTrue(page.contains(constant), constant);
    }
  }

  /** A class that begins to end commands is to be in the list above. */
  @Test
  void whoeverFailsACommandIsLookedAt() throws IOException {
    Set<String> failing = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (Files.readString(file).contains("CommandResult.failed(")) {
          failing.add(SOURCES.relativize(file).toString().replace(".java", ""));
        }
      }
    }
    assertTrue(failing.size() > 5, failing.toString());
    failing.removeAll(GIVING);
    assertEquals(Set.of(), failing);
  }

  private static List<String> texts(String source) {
    String code = COMMENT.matcher(source).replaceAll("");
    Matcher texts = TEXT.matcher("");
    return statements(code).stream()
        .filter(statement -> !NO_REASON.matcher(statement).find())
        .map(statement -> JOINED.matcher(statement).replaceAll(""))
        .flatMap(statement -> texts.reset(statement).results().map(text -> text.group(1)))
        .map(text -> text.replace("\\\"", "\"").strip())
        .filter(text -> text.length() >= SHORTEST && text.contains(" "))
        .distinct()
        .collect(Collectors.toList());
  }

  /** Cut at the semicolons and braces that are in no text. */
  private static List<String> statements(String code) {
    List<String> statements = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int at = 0; at < code.length(); at++) {
      char c = code.charAt(at);
      if (quoted && c == '\\') {
        at++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == ';' || c == '{' || c == '}')) {
        statements.add(code.substring(begin, at));
        begin = at + 1;
      }
    }
    return statements;
  }
}
