package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.OldInstallation;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The run in src/docs/consolidation.md is what the commands print: its commands are run on a
 * restored old installation, its SQL as an old program. A line with … stands for any lines; ids,
 * times and checksums may be others. {@code -Dtranscript.update=true} writes down what was printed,
 * in place of what is there, and all of it to target/transcript.txt.
 */
class ConsolidationTranscriptTest {

  private static final Path DOCUMENT = Path.of("src/docs/consolidation.md");
  private static final String PROMPT = "$ millwright ";

  private final List<String> everything = new ArrayList<>();
  private final TimeZone zone = TimeZone.getDefault();
  private TestDatabase database;

  @BeforeEach
  void restore() throws Exception {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    database = OldInstallation.real();
    database.execute(
        """
        UPDATE machines SET status = 'running' WHERE serial_number = 'RT-001';
        UPDATE machine_state SET is_failure_mode = true, failure_description = 'Sensor drifts'
          FROM machines WHERE id = machine_id AND serial_number = 'VIRTUAL-DEV-002'
        """);
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
    TimeZone.setDefault(zone);
  }

  @Test
  void theRunInTheDocumentationIsWhatTheCommandsPrint() throws Exception {
    List<String> document = Files.readAllLines(DOCUMENT);
    List<String> now = new ArrayList<>();
    String block = "";
    boolean inside = false;
    int commands = 0;
    for (int i = 0; i < document.size(); i++) {
      String line = document.get(i);
      now.add(line);
      if (line.startsWith("## ")) {
        inside = line.equals("## A run");
      } else if (inside && line.startsWith("```")) {
        block = block.isEmpty() ? line.substring(3) : "";
      } else if (block.equals("sql")) {
        database.execute("SET application_name = 'recipe_flow'; " + line);
      } else if (block.equals("text")) {
        assertTrue(line.startsWith(PROMPT), line);
        commands++;
        List<String> told = until(document, i + 1);
        List<String> printed = run(line.substring(PROMPT.length()));
        List<String> matched = match(told, printed);
        assertEquals(
            String.join("\n", told),
            matched == null ? String.join("\n", printed) : String.join("\n", told),
            line);
        now.addAll(matched);
        i += told.size();
      }
    }
    assertTrue(commands > 5, "there is no transcript");
    if (Boolean.getBoolean("transcript.update")) {
      Files.write(DOCUMENT, now);
      Files.write(Path.of("target/transcript.txt"), everything);
    }
  }

  /** What the document shows of a command: up to the next one, or the end of the block. */
  private static List<String> until(List<String> document, int from) {
    int to = from;
    while (!document.get(to).startsWith("```") && !document.get(to).startsWith(PROMPT)) {
      to++;
    }
    return document.subList(from, to);
  }

  private List<String> run(String command) {
    List<String> arguments = new ArrayList<>(words(command));
    arguments.addAll(List.of("--database", database.urlWithPassword()));
    Console console = Console.run(arguments.toArray(String[]::new));
    List<String> printed =
        Stream.concat(console.out().lines(), console.err().lines())
            .map(line -> line.replaceAll("database \"?test_\\d+\"?", "database plant"))
            .map(String::stripTrailing)
            .toList();
    everything.add(PROMPT + command);
    everything.addAll(printed);
    return printed;
  }

  /** As a shell splits them, as far as single quotes go. */
  private static List<String> words(String command) {
    return Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(command)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  /** The printed lines in the places of the told ones; null when they are others. */
  private static List<String> match(List<String> told, List<String> printed) {
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
