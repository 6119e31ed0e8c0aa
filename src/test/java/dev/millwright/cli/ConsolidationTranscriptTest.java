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
        assertTrue(line.startsWith(Transcript.PROMPT), line);
        commands++;
        List<String> told = Transcript.until(document, i + 1);
        List<String> printed = run(line.substring(Transcript.PROMPT.length()));
        List<String> matched = Transcript.match(told, printed);
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

  private List<String> run(String command) {
    List<String> arguments = new ArrayList<>(Transcript.words(command));
    arguments.addAll(List.of("--database", database.urlWithPassword()));
    Console console = Console.run(arguments.toArray(String[]::new));
    List<String> printed =
        Stream.concat(console.out().lines(), console.err().lines())
            .map(line -> line.replaceAll("database \"?test_\\d+\"?", "database plant"))
            .map(String::stripTrailing)
            .toList();
    everything.add(Transcript.PROMPT + command);
    everything.addAll(printed);
    return printed;
  }
}
