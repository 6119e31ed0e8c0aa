package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Known;
import dev.millwright.journal.Taken;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.settings.DataSize;
import dev.millwright.testing.SqliteFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person on call sees of the journal, and can do with it. */
class JournalCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00.123Z");
  private static final UUID ROW = UUID.fromString("00000000-0000-0000-0000-0000000000a1");

  @TempDir private Path folder;
  private Path file;
  private Sites site;

  @BeforeEach
  void site() throws Exception {
    site = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    file = folder.resolve("journal.db");
  }

  private Journal open() throws Exception {
    return Journal.open(new JournalSettings(file, DataSize.ofMebibytes(64)), NOW);
  }

  private Console journal(String command) {
    return Console.run(
        Stream.concat(
                Stream.of(("journal " + command).split(" ")),
                Stream.of("--config", site.file().toString()))
            .toArray(String[]::new));
  }

  /** The machine fails and is reset, in turns, from the state after so many transitions. */
  private static void append(Journal journal, String machine, long seq, int count)
      throws Exception {
    List<Transition> some = new ArrayList<>();
    for (long at = seq; at < seq + count; at++) {
      some.add(
          new Transition(
              UUID.randomUUID(),
              at % 2 == 0 ? "error" : "reset",
              state(at),
              state(at + 1),
              new Detail("machine", "R42", null, 17L, 0, null, false)));
    }
    UUID last = some.get(count - 1).id();
    journal.append(
        journal.known().getOrDefault(machine, known(machine, seq, null)),
        known(machine, seq + count, last),
        some);
  }

  private static MachineState state(long seq) {
    return seq % 2 == 0
        ? new MachineState(seq, Status.IDLE, null, NOW, null)
        : new MachineState(seq, Status.ERROR, null, NOW, new Failure("drive", "part jammed"));
  }

  private static Known known(String machine, long seq, UUID transition) {
    return new Known(machine, ROW, state(seq), transition, Memory.ofRow(17L, "R42", null, NOW));
  }

  /** Of PRESS-01 1 is delivered, 2 was refused, and 3 decided instead; 4 and 5 are of OVEN-01. */
  private void fill() throws Exception {
    try (Journal journal = open()) {
      append(journal, "PRESS-01", 6, 2);
      UUID last = journal.all(0, 1).get(0).transition().id();
      journal.confirm(journal.all(0, 1));
      journal.quarantine(2, "22001: value too long", known("PRESS-01", 7, last));
      append(journal, "PRESS-01", 7, 1);
      append(journal, "OVEN-01", 0, 2);
    }
  }

  /** I6, I7: what a crash leaves of commands and of machines in the middle of a recipe. */
  @Test
  void list_shows_taken_commands_and_stepped_machines_and_verify_reads_them() throws Exception {
    UUID open = UUID.fromString("00000000-0000-0000-0000-0000000000c1");
    UUID ended = UUID.fromString("00000000-0000-0000-0000-0000000000c2");
    try (Journal journal = open()) {
      Taken first = new Taken(open, "DOSER-01", UUID.randomUUID(), null);
      Taken second = new Taken(ended, "PRESS-01", UUID.randomUUID(), null);
      journal.commands().take(List.of(first, second), false);
      journal.commands().end(List.of(second.with(new Taken.End(false, "it never came", null))));
      journal.drive(
          new DriveRecord(
              "DOSER-01",
              Shown.PROCESSING,
              7,
              NOW,
              false,
              null,
              "DOSE",
              null,
              null,
              "2.1 dose",
              null));
    }
    List<String> lines =
        journal("list").out().lines().map(line -> line.replaceAll("  +", "|")).toList();
    String at = Times.local(NOW);
    assertEquals(
        List.of(
            "no transition waits; what was decided is in the database",
            "",
            "COMMAND|MACHINE|STATE",
            open + "|DOSER-01|taken; how it ended is not known",
            ended + "|PRESS-01|failed: it never came; not written yet",
            "",
            "STEPPED|SHOWS|SINCE|RUNS|RECIPE|STEP|NOTE",
            "DOSER-01|processing|"
                + at
                + "|7|DOSE|2.1 dose|the safe state is not known to be written"),
        lines);
    List<JsonObject> objects =
        journal("list --machine DOSER-01 --json")
            .out()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertEquals(2, objects.size());
    assertEquals(open.toString(), objects.get(0).get("command").getAsString());
    assertFalse(objects.get(1).get("safe").getAsBoolean());
    assertEquals(
        "sound: 0 entries, 0 machines known, commands taken: 2, stepped machines: 1\n",
        journal("verify").out());
    SqliteFile.execute(file, "UPDATE drive SET shown = 'DANCING'");
    Console damaged = journal("verify");
    assertEquals(Exit.DIFFERENT, damaged.exitCode());
    assertTrue(damaged.out().contains("DOSER-01 cannot be read"), damaged.out());
  }

  @Test
  void list_shows_each_entry_with_its_state_and_the_totals() throws Exception {
    fill();
    Console list = journal("list");
    assertEquals(Exit.OK, list.exitCode(), list.err());
    List<String> lines = list.out().lines().map(line -> line.replaceAll("  +", "|")).toList();
    String at = Times.local(NOW);
    assertEquals(
        List.of(
            "ID|MACHINE|SEQ|EVENT|FROM|TO|OCCURRED|STATE",
            "2|PRESS-01|8|reset|error|idle|" + at + "|quarantined: 22001: value too long",
            "3|PRESS-01|8|reset|error|idle|" + at + "|waiting",
            "4|OVEN-01|1|error|idle|error|" + at + "|waiting",
            "5|OVEN-01|2|reset|error|idle|" + at + "|waiting",
            "4 entries: 3 waiting, 1 quarantined"),
        lines);
  }

  @Test
  void list_can_be_limited_and_an_empty_answer_is_said() throws Exception {
    open().close();
    assertEquals(
        "the journal is empty; what was decided is in the database\n", journal("list").out());
    fill();
    Console one = journal("list --machine OVEN-01");
    assertTrue(one.out().contains("2 entries: 2 waiting, 0 quarantined"), one.out());
    assertFalse(one.out().contains("PRESS-01"), one.out());
    Console refused = journal("list --quarantined");
    assertTrue(refused.out().contains("1 entry: 0 waiting, 1 quarantined"), refused.out());
    Console none = journal("list --quarantined --machine OVEN-01");
    assertEquals("no such entry; what was decided is in the database\n", none.out());
    Console unknown = journal("list --machine OVEN-1");
    assertEquals(Exit.NO_INPUT, unknown.exitCode());
    assertTrue(unknown.err().contains("\"OVEN-1\"; did you mean \"OVEN-01\"?"), unknown.err());
  }

  @Test
  void list_as_json_has_all_of_an_entry() throws Exception {
    fill();
    List<JsonObject> list =
        journal("list --json")
            .out()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertEquals(4, list.size(), "nothing but entries");
    JsonObject refused = list.get(0);
    assertEquals(2, refused.get("id").getAsLong());
    assertEquals("PRESS-01", refused.get("serial_number").getAsString());
    assertEquals(ROW.toString(), refused.get("machine_id").getAsString());
    assertEquals(8, refused.get("state_seq").getAsLong());
    assertEquals("22001: value too long", refused.get("quarantined").getAsString());
    assertEquals(
        "part jammed", refused.getAsJsonObject("from").get("failure_description").getAsString());
    assertEquals("idle", refused.getAsJsonObject("to").get("status").getAsString());
    assertEquals("R42", refused.getAsJsonObject("detail").get("recipe").getAsString());
    assertEquals(
        refused.get("after_transition_id"), list.get(1).get("after_transition_id"), "the row's");
    assertTrue(list.get(2).get("after_transition_id").isJsonNull());
    assertEquals(
        list.get(2).get("transition_id"), list.get(3).get("after_transition_id"), "the chain");
  }

  /** A long outage: pages, and each entry once. */
  @Test
  void list_goes_through_thousands() throws Exception {
    try (Journal journal = open()) {
      append(journal, "PRESS-01", 0, 2500);
    }
    List<String> ids =
        journal("list --json")
            .out()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject().get("id").getAsString())
            .toList();
    assertEquals(Stream.iterate(1, n -> n + 1).limit(2500).map(String::valueOf).toList(), ids);
    assertTrue(journal("list").out().endsWith("\n2500 entries: 2500 waiting, 0 quarantined\n"));
  }

  @Test
  void retry_says_when_the_machine_has_gone_on() throws Exception {
    fill();
    Console retry = journal("retry 2 2");
    assertEquals(Exit.OK, retry.exitCode(), retry.err());
    assertEquals(
        "entry 2 (PRESS-01, reset, state_seq 8) waits for delivery again; its machine has gone on"
            + " without it, so the daemon will put it back\n",
        retry.out(),
        "named twice, done once");
    assertTrue(journal("list").out().contains("waiting, retried"));
    assertTrue(journal("list").out().contains("4 entries: 4 waiting, 0 quarantined"));
  }

  /** Refused, and nothing was decided since: it fits when the reason is gone. */
  @Test
  void retry_promises_more_where_the_machine_has_not_gone_on() throws Exception {
    fill();
    try (Journal journal = open()) {
      journal.quarantine(4, "no", known("OVEN-01", 0, null));
    }
    assertEquals(
        "entry 4 (OVEN-01, error, state_seq 1) waits for delivery again\n",
        journal("retry 4").out());
  }

  /** Nothing is lost silently: what is deleted was printed. */
  @Test
  void discard_prints_what_it_deletes() throws Exception {
    fill();
    String listed = journal("list --json --quarantined").out();
    Console discard = journal("discard 2");
    assertEquals(Exit.OK, discard.exitCode(), discard.err());
    assertEquals(listed, discard.out());
    assertTrue(discard.err().contains("entry 2 (PRESS-01, reset, state_seq 8) is discarded"));
    try (Journal journal = open()) {
      assertEquals(new Journal.Count(3, 0), journal.count());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          99    | the journal has no entry 99
          1     | the journal has no entry 1
          -1    | the journal has no entry -1
          2 3   | entry 3 is not in quarantine: it waits for delivery
          2 4 0 | entry 4 is not in quarantine
          """)
  void one_wrong_number_and_nothing_is_changed(String ids, String words) throws Exception {
    fill();
    String before = journal("list --json").out();
    for (String command : List.of("retry -- ", "discard -- ")) {
      Console wrong =
          Console.run(
              ("journal " + command.replace("--", "--config " + site.file() + " --") + ids)
                  .split(" +"));
      assertEquals(Exit.NO_INPUT, wrong.exitCode(), wrong.err());
      assertTrue(wrong.err().contains(words), wrong.err());
      assertTrue(wrong.err().contains("nothing was changed"), wrong.err());
      assertEquals("", wrong.out());
    }
    assertEquals(before, journal("list --json").out());
  }

  @Test
  void verify_counts_what_is_sound_and_names_what_is_not() throws Exception {
    fill();
    Console sound = journal("verify");
    assertEquals(Exit.OK, sound.exitCode(), sound.err());
    assertEquals("sound: 4 entries, 2 machines known\n", sound.out());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5000));
    Console damaged = journal("verify");
    assertEquals(Exit.DIFFERENT, damaged.exitCode(), damaged.err());
    assertTrue(damaged.out().startsWith(file + " is damaged ("), damaged.out());
    assertTrue(damaged.out().contains("Nothing was changed."), damaged.out());
    Console list = journal("list");
    assertEquals(Exit.IO_ERROR, list.exitCode());
    assertTrue(list.err().contains(file + " is damaged ("), list.err());
  }

  /** After an outage of the row thousands may be in quarantine; nobody types their numbers. */
  @Test
  void a_machines_quarantine_can_be_retried_and_discarded_as_a_whole() throws Exception {
    fill();
    try (Journal journal = open()) {
      append(journal, "PUMP-01", 0, 2500);
      journal.quarantineAll("PUMP-01", "its row is gone");
    }
    Console retry = journal("retry --machine PUMP-01");
    assertEquals(Exit.OK, retry.exitCode(), retry.err());
    assertEquals(2500, retry.out().lines().filter(line -> line.contains("waits")).count());
    try (Journal journal = open()) {
      assertEquals(new Journal.Count(2503, 1), journal.count(), "PRESS-01's is left");
      journal.quarantineAll("PUMP-01", "its row is gone");
    }
    String listed = journal("list --json --quarantined --machine PUMP-01").out();
    Console discard = journal("discard --machine PUMP-01");
    assertEquals(Exit.OK, discard.exitCode(), discard.err());
    assertEquals(listed, discard.out());
    try (Journal journal = open()) {
      assertEquals(new Journal.Count(3, 1), journal.count());
    }
    Console all = journal("discard --all");
    assertTrue(all.err().contains("entry 2 (PRESS-01, reset, state_seq 8) is discarded"));
    Console none = journal("retry --all");
    assertEquals(Exit.OK, none.exitCode());
    assertEquals("nothing is in quarantine\n", none.err());
    try (Journal journal = open()) {
      assertEquals(new Journal.Count(3, 0), journal.count(), "what waits is not touched");
    }
  }

  /** A person who leaves the numbers out must not have discarded everything. */
  @ParameterizedTest
  @ValueSource(strings = {"", " 2 --all", " --machine PRESS-01 --all", " 2 --machine PRESS-01"})
  void what_is_meant_is_said_in_exactly_one_way(String choice) throws Exception {
    fill();
    for (String command : List.of("retry", "discard")) {
      Console wrong = journal(command + choice);
      assertEquals(Exit.USAGE, wrong.exitCode(), wrong.out());
      assertTrue(
          wrong.err().matches("(?s)millwright: [^E].*\\(specify (only )?one.*"), wrong.err());
    }
    try (Journal journal = open()) {
      assertEquals(new Journal.Count(3, 1), journal.count());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"retry", "discard"})
  void a_machine_with_nothing_in_quarantine_is_said(String command) throws Exception {
    fill();
    Console wrong = journal(command + " --machine PRESS-1");
    assertEquals(Exit.NO_INPUT, wrong.exitCode());
    assertTrue(
        wrong
            .err()
            .contains(
                "nothing of machine \"PRESS-1\" is in quarantine; did you mean \"PRESS-01\"?"),
        wrong.err());
  }

  /** What somebody has edited is said with its number and machine, and hides nothing else. */
  @Test
  void an_entry_that_cannot_be_read_is_named_by_every_command() throws Exception {
    fill();
    SqliteFile.execute(file, "UPDATE entry SET to_status = 'happy' WHERE id IN (2, 4)");
    String press = "entry 2 of PRESS-01 cannot be read: status \"happy\" is none of";
    String oven = "entry 4 of OVEN-01 cannot be read: status \"happy\" is none of";
    Console list = journal("list");
    assertEquals(Exit.OK, list.exitCode(), list.err());
    assertTrue(list.out().contains("\n" + press) && list.out().contains("\n" + oven), list.out());
    assertTrue(
        list.out().endsWith("\n2 entries: 2 waiting, 0 quarantined; 2 that cannot be read\n"),
        list.out());
    Console one = journal("list --json --machine OVEN-01");
    assertTrue(
        one.out().contains("{\"id\":4,\"serial_number\":\"OVEN-01\",\"unreadable\":"), one.out());
    assertFalse(one.out().contains("PRESS-01"), one.out());
    Console verify = journal("verify");
    assertEquals(Exit.DIFFERENT, verify.exitCode());
    assertTrue(verify.out().contains(press) && verify.out().contains(oven), verify.out());
    Console discard = journal("discard 2");
    assertEquals(Exit.NO_INPUT, discard.exitCode());
    assertTrue(discard.err().contains(press), discard.err());
    Console all = journal("discard --all");
    assertTrue(all.err().contains(press) && all.err().contains("so it is left"), all.err());
  }

  /** The daemon holds it all the time; it is named, and what to do about it. */
  @ParameterizedTest
  @ValueSource(strings = {"list", "retry 1", "discard 1", "verify"})
  void a_daemon_that_holds_the_journal_is_named(String command) throws Exception {
    try (Journal journal = open()) {
      append(journal, "PRESS-01", 0, 1);
      Console held = journal(command);
      assertEquals(Exit.UNAVAILABLE, held.exitCode());
      String holder = "process " + ProcessHandle.current().pid() + " since ";
      assertTrue(
          held.err().startsWith("millwright: journal " + file + " is held by " + holder),
          held.err());
      assertTrue(held.err().contains("stop the daemon first"), held.err());
      assertEquals("", held.out());
    }
  }

  /** DESIGN 5: a second daemon refuses, and that is no fault of the program. */
  @Test
  void a_second_daemon_on_the_journal_refuses_to_start() throws Exception {
    site.virtual("VIRT-01", true);
    try (Journal journal = open()) {
      append(journal, "PRESS-01", 0, 1);
      Console second = Console.run("run", "--config", site.file().toString());
      assertEquals(Exit.UNAVAILABLE, second.exitCode(), second.err());
      assertTrue(
          second.err().contains("is held by process " + ProcessHandle.current().pid() + " since "),
          second.err());
      assertTrue(second.err().contains("a [journal] path of its own"), second.err());
      assertFalse(second.err().contains("\tat "), "no fault of the program: " + second.err());
    }
  }

  @Test
  void a_daemon_that_cannot_have_a_journal_says_why() throws Exception {
    site.virtual("VIRT-01", true);
    Files.createDirectory(file);
    Console refused = Console.run("run", "--config", site.file().toString());
    assertEquals(Exit.IO_ERROR, refused.exitCode(), refused.err());
    String why = file + " is a folder or a device";
    assertTrue(refused.err().contains("\nmillwright: journal " + why), refused.err());
    assertTrue(refused.err().contains(" journal       " + why), "in the log: " + refused.err());
    assertFalse(refused.err().contains("\tat "), "no fault of the program: " + refused.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "retry 1", "discard 1", "verify"})
  void no_command_makes_a_journal(String command) throws Exception {
    Console none = journal(command);
    assertEquals(Exit.UNAVAILABLE, none.exitCode());
    assertTrue(none.err().contains("there is no journal " + file), none.err());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("machines", "millwright.toml"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }
}
