package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo and the plant as processes: what they show, and that nothing is left of them. */
@Tag("host")
class DemoProcessTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /** The files that are shipped, on a port and in a folder of the test's own. */
  @BeforeEach
  void configuration() throws IOException {
    int port = FreePort.find();
    int modbusPort = FreePort.find();
    Path conf = Path.of("conf").toAbsolutePath();
    try (Stream<Path> files = Files.walk(conf)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve("conf").resolve(conf.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.writeString(
            copy,
            Files.readString(file)
                .replace("4850", Integer.toString(port))
                .replace("4852", Integer.toString(modbusPort))
                .replace("/tmp/millwright-plant", ports().toString()));
      }
    }
  }

  private Path ports() {
    return folder.resolve("ports");
  }

  private static JsonObject summary(Child demo) {
    assertEquals(1, demo.out().lines().count(), "the summary alone: " + demo.out());
    return JsonParser.parseString(demo.out()).getAsJsonObject();
  }

  private static void requireAgreement(JsonObject summary) {
    assertTrue(summary.get("agree").getAsBoolean(), summary::toString);
    long rows = summary.get("rows_of_machine_transitions").getAsLong();
    assertEquals(
        rows,
        summary.get("history_transitions").getAsLong()
            + summary.get("link_transitions").getAsLong()
            + summary.get("stepped_transitions").getAsLong());
    // I1: one UPDATE each, beside those that tell how far a run is.
    assertEquals(
        rows + summary.get("updates_for_progress").getAsLong(),
        summary.get("updates_of_machines").getAsLong(),
        summary::toString);
  }

  private List<Path> leftovers() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("millwright-demo-"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processes, whoever started them, whose command names this test's folder. */
  private List<ProcessHandle> processes() {
    String name = folder.toString();
    return ProcessHandle.allProcesses()
        .filter(p -> String.join(" ", p.info().arguments().orElse(new String[0])).contains(name))
        .filter(p -> !p.equals(ProcessHandle.current()))
        .toList();
  }

  @Test
  void a_demo_ends_by_itself_with_a_summary_that_adds_up() throws Exception {
    try (Child demo = Child.start(folder, "demo", "--for", "12s", "--speed", "5", "--json")) {
      assertEquals(Exit.OK, demo.awaitExit(SOON), () -> demo.out() + demo.err());
      JsonObject summary = summary(demo);
      requireAgreement(summary);
      assertEquals(10, summary.get("machines").getAsInt());
      assertTrue(summary.get("truth_transitions").getAsInt() > 10, summary::toString);
      long updates = summary.get("updates_of_machines").getAsLong();
      // A page may be full for a moment, while somebody still reads what was before.
      assertTrue(summary.get("hot_updates").getAsLong() >= updates * 9 / 10, summary::toString);
      assertTrue(summary.get("recipes_completed").getAsInt() > 0, summary::toString);
      assertTrue(summary.get("recipes_stopped").getAsInt() > 0, summary::toString);
      assertTrue(demo.err().contains("idle → processing"), "one line for each transition");
    }
    assertEquals(List.of(), leftovers());
    assertEquals(List.of(), processes());
  }

  /** On a database with a past the summary is of this demo alone. */
  @Test
  void a_demo_on_a_database_that_had_one_before_adds_up_as_well() throws Exception {
    try (TestDatabase database = TestDatabase.empty().create()) {
      String url = database.urlWithPassword();
      for (int i = 0; i < 2; i++) {
        try (Child demo = Child.start(folder, "demo", "--for", "8s", "--json", "--database", url)) {
          assertEquals(Exit.OK, demo.awaitExit(SOON), () -> demo.out() + demo.err());
          requireAgreement(summary(demo));
        }
      }
    }
  }

  @Test
  void an_interrupted_demo_sums_up_and_leaves_nothing() throws Exception {
    try (Child demo = Child.start(folder, "demo", "--json")) {
      Child.await("a run", () -> demo.err().contains("idle → processing"), SOON);
      // By what the demo prints, the commands of the guide reach it as any site.
      String config = leftovers().get(0).resolve("demo.toml").toString();
      assertTrue(demo.err().contains(config), demo.err());
      Console check = Console.run("check", "--config", config);
      assertEquals(Exit.OK, check.exitCode(), () -> check.out() + check.err());
      Console reload = Console.run("reload", "--config", config);
      assertEquals("unchanged: 13 machines\n", reload.out(), reload.err());
      demo.signal("INT");
      assertEquals(Exit.OK, demo.awaitExit(Duration.ofSeconds(25)), () -> demo.out() + demo.err());
      requireAgreement(summary(demo));
    }
    assertEquals(List.of(), leftovers());
    assertEquals(List.of(), processes());
  }

  @Test
  void a_killed_demo_takes_its_plant_along_and_the_next_clears_the_rest_away() throws Exception {
    try (Child demo = Child.start(folder, "demo", "--json")) {
      Child.await("the daemon", () -> demo.err().contains("daemon        started;"), SOON);
      demo.signal("KILL");
      demo.awaitExit(SOON);
    }
    Child.await(
        "the plant's end",
        () -> processes().stream().noneMatch(p -> p.info().command().orElse("").endsWith("/java")),
        Duration.ofSeconds(10));
    assertEquals(1, leftovers().size(), "its database is still at work");
    try (Child next = Child.start(folder, "demo", "--for", "1s", "--json")) {
      assertEquals(Exit.OK, next.awaitExit(SOON), () -> next.out() + next.err());
    }
    assertEquals(List.of(), leftovers());
    assertEquals(List.of(), processes());
  }

  @Test
  void a_second_plant_is_refused_and_takes_nothing_from_the_first() throws Exception {
    String[] arguments = {
      "simulate",
      "--plant",
      folder.resolve("conf/plant").toString(),
      "--truth",
      folder.resolve("truth.jsonl").toString()
    };
    try (Child first = Child.start(folder, arguments)) {
      first.awaitOut(SimulateCommand.RUNNING, SOON);
      Path port = Files.readSymbolicLink(ports().resolve("SAW-01"));
      try (Child second = Child.start(folder, arguments)) {
        assertEquals(Exit.UNAVAILABLE, second.awaitExit(SOON));
        assertTrue(second.err().contains("Is another demo or simulate running?"), second.err());
        assertFalse(second.err().contains("\tat "), second.err());
      }
      assertEquals(port, Files.readSymbolicLink(ports().resolve("SAW-01")));
      first.signal("TERM");
      assertEquals(Exit.OK, first.awaitExit(Duration.ofSeconds(60)));
    }
    assertFalse(Files.isSymbolicLink(ports().resolve("SAW-01")), "its ports go with it");
  }

  /** A killed plant leaves its links; they are replaced. */
  @Test
  void a_plant_starts_over_what_a_killed_one_left() throws Exception {
    String[] arguments = {
      "simulate",
      "--plant",
      folder.resolve("conf/plant").toString(),
      "--truth",
      folder.resolve("truth.jsonl").toString()
    };
    for (int i = 0; i < 2; i++) {
      try (Child plant = Child.start(folder, arguments)) {
        plant.awaitOut(SimulateCommand.RUNNING, SOON);
        plant.signal("KILL");
        plant.awaitExit(SOON);
      }
    }
  }
}
