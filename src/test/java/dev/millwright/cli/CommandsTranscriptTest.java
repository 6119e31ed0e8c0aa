package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.millwright.control.ControlServer;
import dev.millwright.control.ControlSettings;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.Commands;
import dev.millwright.runtime.CommandsSettings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.store.CommandStore;
import dev.millwright.testing.RecordedMachines;
import dev.millwright.testing.RecordedMachines.Asked;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Section "Commands to machines" of src/docs/operations.md is what happens: its SQL is run against
 * a real server, its commands over a real socket, with the daemon's own threads in between.
 */
@Timeout(60)
class CommandsTranscriptTest {

  private static final Path DOCUMENT = Path.of("src/docs/operations.md");
  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  @TempDir Path folder;
  private final RecordedMachines machines = new RecordedMachines("PRESS-01");
  private TestDatabase database;
  private Journal journal;
  private Commands commands;
  private ControlServer control;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.withSchema().create();
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
    machines.answer(CommandsTranscriptTest::answer);
    journal =
        Journal.open(
            new JournalSettings(folder.resolve("journal.db"), DataSize.ofMebibytes(64)),
            Instant.now());
    commands =
        new Commands(
            new CommandsSettings(Duration.ofMinutes(5), Duration.ofSeconds(1)),
            new Commands.Parts(
                new CommandStore(database.dataSource(), Duration.ofMinutes(1)),
                List::of,
                journal,
                machines,
                List.of("PRESS-01"),
                TimeSource.system(),
                () -> 0.5),
            death -> {});
    commands.start();
    control =
        new ControlServer(
            new ControlSettings(folder.resolve("c.sock")),
            machines,
            List.of("PRESS-01"),
            machine -> null,
            (request, user, told) -> {},
            death -> {});
    control.start();
  }

  @AfterEach
  void stop() throws Exception {
    control.close();
    commands.close();
    journal.close();
    database.close();
  }

  /** A machine that knows one recipe; a run takes its time. */
  private static void answer(Asked asked) {
    if (asked.command().kind() == Kind.START && !"R42".equals(asked.command().recipe())) {
      String told = "recipe " + asked.command().recipe() + " is not known; there is R42";
      asked.result().accept(CommandResult.failed(told, null));
    } else if (asked.command().kind() == Kind.START) {
      new Thread(() -> run(asked)).start();
    } else {
      asked.result().accept(CommandResult.completed(null));
    }
  }

  /** It takes its time, so that it is told to be taken before. */
  private static void run(Asked asked) {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    asked.result().accept(CommandResult.completed(RecordedMachines.PROCESS));
  }

  @Test
  void theRunInTheDocumentationIsWhatHappens() throws Exception {
    List<String> document = Files.readAllLines(DOCUMENT);
    int at = document.indexOf("## Commands to machines");
    int shown = 0;
    String query = null;
    for (at++; !document.get(at).startsWith("## "); at++) {
      String fence = document.get(at);
      if (!fence.equals("```sql") && !fence.equals("```text")) {
        continue;
      }
      List<String> block = block(document, at + 1);
      at += block.size() + 1;
      if (fence.equals("```sql")) {
        String sql = String.join("\n", block);
        query = sql.startsWith("SELECT") ? sql : null;
        if (query == null) {
          database.execute(sql);
        }
      } else if (block.get(0).startsWith(Transcript.PROMPT)) {
        shown += commands(block);
      } else {
        assertShows(query, block);
        shown++;
      }
    }
    assertEquals(6, shown, "what is told is shown");
  }

  private static List<String> block(List<String> document, int from) {
    int to = from;
    while (!document.get(to).equals("```")) {
      to++;
    }
    return document.subList(from, to);
  }

  private int commands(List<String> block) {
    List<String> lines = new ArrayList<>(block);
    lines.add("```");
    int count = 0;
    for (int i = 0; i < block.size(); count++) {
      String command = lines.get(i).substring(Transcript.PROMPT.length());
      List<String> told = Transcript.until(lines, i + 1);
      List<String> arguments = new ArrayList<>(Transcript.words(command));
      arguments.addAll(List.of("--socket", folder.resolve("c.sock").toString()));
      Console console = Console.run(arguments.toArray(String[]::new));
      List<String> printed = Stream.concat(console.out().lines(), console.err().lines()).toList();
      assertNotNull(Transcript.match(told, printed), () -> command + " prints " + printed);
      i += 1 + told.size();
    }
    return count;
  }

  /** In psql's manner; commands take their time to end. */
  private void assertShows(String query, List<String> told) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    List<String> shown = List.of();
    while (Transcript.match(told, shown) == null && System.nanoTime() < deadline) {
      Thread.sleep(20);
      shown = table(query);
    }
    assertNotNull(Transcript.match(told, shown), "it shows " + shown);
  }

  private List<String> table(String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      int columns = row.getMetaData().getColumnCount();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        names.add(row.getMetaData().getColumnName(i));
      }
      List<String> lines = new ArrayList<>();
      lines.add(" " + String.join(" | ", names));
      lines.add("--" + "+--".repeat(columns - 1));
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(row.getString(i) == null ? "" : row.getString(i));
        }
        lines.add((" " + String.join(" | ", values)).stripTrailing());
      }
      return lines;
    }
  }
}
