package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.testing.TestDatabase;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that ask a database once: what they show, and what they say when they cannot. */
class AskingTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();
  @RegisterExtension static final TestDatabase EMPTY = TestDatabase.empty();
  @RegisterExtension static final TestDatabase FOREIGN = TestDatabase.empty();

  @TempDir Path folder;

  @BeforeAll
  static void rows() throws Exception {
    DATABASE.execute(
        """
        INSERT INTO machines (serial_number) VALUES ('PRESS-01'), ('PRESS-02'), ('OVEN-01');
        UPDATE machines SET status = 'idle', state_since = '2026-01-02T03:04:05.678Z',
               state_seq = 1, last_event = 'link_found', last_transition_id = gen_random_uuid(),
               last_detail = '{"source":"machine","cycle":16,
                 "inferred":{"after":"2026-01-02T03:00:00Z","before":"2026-01-02T03:04:05Z"}}'
         WHERE serial_number = 'PRESS-01';
        UPDATE machines SET status = 'processing', state_since = '2026-01-02T04:04:05.678Z',
               current_process_id = '01a1f88d-0000-7000-8000-00000000c0de',
               state_seq = 2, last_event = 'start', last_transition_id = gen_random_uuid(),
               last_detail = '{"source":"machine","cycle":19,"recipe":"R42","missed_runs":2}'
         WHERE serial_number = 'PRESS-01';
        UPDATE machines SET status = 'error', state_since = now(), is_failure_mode = true,
               failure_description = 'part jammed'
         WHERE serial_number = 'PRESS-02';
        INSERT INTO machines (serial_number) VALUES ('SAW-01');
        UPDATE machines SET status = 'processing', state_since = now(),
               current_process_id = '01a1f88d-0000-7000-8000-00000000c0de',
               state_seq = 1, last_event = 'start', last_transition_id = gen_random_uuid(),
               last_detail = '{"source":"machine","cycle":3}'
         WHERE serial_number = 'SAW-01';
        SET application_name = 'shift report';
        UPDATE machines SET status = 'idle', current_process_id = NULL
         WHERE serial_number = 'SAW-01';
        UPDATE machines SET status = 'offline' WHERE serial_number = 'SAW-01';
        UPDATE machines SET status = 'processing', state_since = now(),
               current_process_id = '01a1f88d-0000-7000-8000-00000000c0de',
               state_seq = 4, last_event = 'start', last_transition_id = gen_random_uuid(),
               last_detail = '{"source":"machine","cycle":3,"same_run":true,"voided":2,
                 "reason":"the machine still runs what it ran before the row was changed"}'
         WHERE serial_number = 'SAW-01';
        """);
    FOREIGN.execute("CREATE TABLE machines (id int, name text)");
  }

  private static Console ask(String command) {
    return ask(command, url(DATABASE));
  }

  private static Console ask(String command, String url) {
    return Console.run(
        Stream.concat(Stream.of(command.split(" ")), Stream.of("--database", url))
            .toArray(String[]::new));
  }

  private static String url(TestDatabase database) {
    return database.urlWithPassword();
  }

  @Test
  void status_is_a_table_that_fits_a_terminal_with_local_times() {
    Console status = ask("status");
    assertEquals(Exit.OK, status.exitCode(), status.err());
    List<String> lines = status.out().lines().toList();
    assertEquals(5, lines.size(), status.out());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 120), status.out());
    // The tests run in Chatham's time, 13:45 ahead in January.
    assertTrue(
        lines.get(2).matches("PRESS-01 +processing +\\d+d \\d+h +2026-01-02 17:49:05\\+13:45 .*"));
    assertTrue(lines.get(2).contains("2 runs missed"), "what nobody saw is shown at a glance");
    assertTrue(lines.get(3).contains("part jammed"));
  }

  /** By time where that is known, else by steps; what an older run has left is not shown. */
  @Test
  void a_stepped_run_is_shown_with_a_bar_and_watched() throws Exception {
    try (TestDatabase stepped = TestDatabase.withSchema().create()) {
      stepped.execute(
          """
          INSERT INTO machines (serial_number, status, current_process_id, progress) VALUES
            ('DOSER-01', 'processing', '01a1f88d-0000-7000-8000-00000000c0de',
             '{"process":"01a1f88d-0000-7000-8000-00000000c0de","state":"running","path":"3.2",
               "step":"fill","iteration":"2/5","done":7,"total":20,"elapsed_ms":62000,
               "remaining_ms":38000}'),
            ('DOSER-02', 'processing', '01a1f88d-0000-7000-8000-00000000c0de',
             '{"process":"01a1f88d-0000-7000-8000-00000000c0de","state":"held","done":1,
               "total":4,"elapsed_ms":3723000}'),
            ('DOSER-03', 'processing', '01a1f88d-0000-7000-8000-00000000c0de',
             '{"process":"01a1f88d-0000-7000-8000-0000000001d5","state":"running","done":1}');
          """);
      String shown = ask("status", url(stepped)).out();
      assertTrue(
          shown.matches("(?s).* \\[######----\\] 62% +step 3.2 fill \\(2/5\\) 1:02, 0:38 left .*"),
          shown);
      assertTrue(shown.matches("(?s).* \\[##--------\\] 25% HELD +1:02:03 .*"), shown);
      assertEquals(2, shown.split("%", -1).length - 1, shown);
      try (Child watching = Child.start(folder, "status", "--watch", "--database", url(stepped))) {
        watching.awaitOut("62%", Duration.ofSeconds(30));
        stepped.execute("UPDATE machines SET progress = progress || '{\"elapsed_ms\":342000}'");
        watching.awaitOut("90%", Duration.ofSeconds(30));
        watching.signal("INT");
        assertEquals(Exit.OK, watching.awaitExit(Duration.ofSeconds(30)), watching.err());
      }
    }
  }

  /** Programs go by the names of the columns. */
  @Test
  void json_has_one_object_a_line_with_the_columns_names() {
    List<String> lines = ask("status --json").out().lines().toList();
    assertEquals(4, lines.size());
    JsonObject press = JsonParser.parseString(lines.get(1)).getAsJsonObject();
    assertEquals("PRESS-01", press.get("serial_number").getAsString());
    assertEquals("2026-01-02T04:04:05.678Z", press.get("state_since").getAsString());
    assertEquals(
        Set.of(
            "id serial_number status current_process_id state_since is_failure_mode failure_component failure_description state_seq last_event last_transition_id last_detail progress updated_at told_by daemon"
                .split(" ")),
        press.keySet());
    assertTrue(press.get("failure_description").isJsonNull(), "absent is null, not left out");

    JsonObject last =
        JsonParser.parseString(ask("history PRESS-01 --json").out().lines().findFirst().get())
            .getAsJsonObject();
    assertEquals(
        Set.of(
            "state_seq transition_id event from_status to_status process_id occurred_at recorded_at detail"
                .split(" ")),
        last.keySet());
    assertEquals("start", last.get("event").getAsString());
  }

  @Test
  void history_begins_with_the_newest() {
    List<String> lines = ask("history PRESS-01").out().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(1).contains("start"), lines.get(1));
    assertTrue(lines.get(1).contains("…00000000c0de"), "a process can be told from others");
    assertTrue(lines.get(2).matches("1 .*link_found .*offline +idle .*cycle=16 inferred"));
    assertEquals(2, ask("history PRESS-01 --last 1").out().lines().count());
  }

  /** I4: who said so, and on what grounds, in words. */
  @Test
  void why_says_who_said_so_since_when_and_on_what_grounds() {
    String seen = ask("why PRESS-01").out();
    for (String words :
        List.of(
            "PRESS-01 is processing since 2026-01-02 17:49:05.678+13:45",
            "it runs recipe R42, process 01a1f88d-0000-7000-8000-00000000c0de",
            "said by   the machine",
            "2 run(s) that nobody saw",
            "state_seq 2")) {
      assertTrue(seen.contains(words), () -> words + " is not in\n" + seen);
    }
    String external = ask("why PRESS-02").out();
    assertTrue(external.contains("another writer: database user postgres"), external);
    assertTrue(external.contains("it has failed: part jammed"), external);
    String fresh = ask("why OVEN-01").out();
    assertTrue(fresh.contains("nobody: the row is as it was created"), fresh);
  }

  /** Issue 3: who else writes this row, and what that has cost. */
  @Test
  void why_says_what_other_writers_have_done() {
    String seen = ask("why SAW-01").out();
    for (String words :
        List.of(
            "its run goes on: the machine still runs what it ran before the row was changed",
            "others    changes by other writers: 2 of the last 4, the newest ",
            "2 by database user postgres, application shift report, from 127.0.0.1",
            "void      undelivered transitions that became void: 2; ")) {
      assertTrue(seen.contains(words), () -> words + " is not in\n" + seen);
    }
    assertFalse(ask("why PRESS-01").out().contains("others"), "silent where there is nothing");
    JsonObject json = JsonParser.parseString(ask("why SAW-01 --json").out()).getAsJsonObject();
    assertEquals(2, json.get("voided").getAsInt());
    JsonObject others = json.getAsJsonObject("other_writers");
    assertEquals(2, others.get("changes").getAsInt());
    assertEquals(4, others.get("of_the_last").getAsInt());
    JsonObject writer = others.getAsJsonArray("by").get(0).getAsJsonObject();
    assertTrue(
        writer.get("writer").getAsString().contains("application shift report"), writer.toString());
  }

  /** Document 001's callers are other writers too, whatever event they name. */
  @Test
  void why_says_which_program_called_a_function() throws Exception {
    try (TestDatabase own = TestDatabase.withSchema().create()) {
      new PlanRunner(own.dataSource()).apply(Plan.load("functions"), null);
      own.execute(
          "INSERT INTO machines (serial_number) VALUES ('FUNC-01');"
              + " SET application_name = 'executor.py';"
              + " SELECT atomic_processing_machine_state(id, gen_random_uuid()) FROM machines");
      String seen = ask("why FUNC-01", url(own)).out();
      for (String words :
          List.of(
              "another writer, by a function: database user postgres, application executor.py",
              "a program said so (start); what the machine shows was not asked",
              "changes by other writers: 1 of the last 1")) {
        assertTrue(seen.contains(words), () -> words + " is not in\n" + seen);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"why", "history"})
  void a_serial_number_without_row_is_answered_with_the_near_ones(String command) {
    Console missing = ask(command + " PRES-01");
    assertEquals(Exit.NO_INPUT, missing.exitCode());
    assertTrue(missing.err().contains("\"PRES-01\"; did you mean \"PRESS-01\"?"), missing.err());
    Console strange = ask(command + " XYZ");
    assertTrue(
        strange.err().contains("there are OVEN-01, PRESS-01, PRESS-02, SAW-01"), strange.err());
  }

  @Test
  void a_refused_connection_is_told_at_once() {
    Console refused = ask("status", "jdbc:postgresql://localhost:1/plant?user=u&password=hush");
    assertEquals(Exit.UNAVAILABLE, refused.exitCode());
    assertTrue(refused.err().contains("localhost:1/plant?user=u&password=***: connection refused"));
    assertFalse(refused.err().contains("hush"), "secrets are never shown");
    assertTrue(refused.err().contains("Is PostgreSQL running there"), refused.err());
  }

  /** FIELD 22: nobody waits long for a server that takes the connection and says nothing. */
  @Test
  @Tag("host") // takes all of its time-outs
  void a_server_that_says_nothing_is_given_up_within_seconds() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      long start = System.nanoTime();
      Console hanging =
          ask("status", "jdbc:postgresql://localhost:" + mute.getLocalPort() + "/plant?user=u");
      assertEquals(Exit.UNAVAILABLE, hanging.exitCode(), hanging.err());
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 9, "seconds");
    }
  }

  @Test
  void a_missing_database_is_a_matter_of_configuration() {
    Console missing = ask("status", url(DATABASE).replaceFirst("/test_\\d+", "/nowhere"));
    assertEquals(Exit.CONFIG, missing.exitCode());
    assertTrue(missing.err().contains("database \"nowhere\" does not exist"), missing.err());
    assertTrue(missing.err().contains("createdb"), missing.err());
  }

  @Test
  void a_database_without_our_tables_is_answered_with_what_builds_them() {
    for (TestDatabase other : List.of(EMPTY, FOREIGN)) {
      Console foreign = ask("status", url(other));
      assertEquals(Exit.CONFIG, foreign.exitCode());
      assertTrue(foreign.err().contains("millwright migrate verify --plan schema"), foreign.err());
    }
  }

  @Test
  void a_lacking_grant_is_a_matter_of_permission_and_is_named() throws Exception {
    DATABASE.execute("CREATE ROLE cli_nobody LOGIN PASSWORD 'cli_nobody'");
    try {
      Console denied = ask("status", DATABASE.url() + "?user=cli_nobody&password=cli_nobody");
      assertEquals(Exit.NO_PERMISSION, denied.exitCode());
      assertTrue(denied.err().contains("permission denied for table machines"), denied.err());
      assertTrue(denied.err().contains("GRANT SELECT ON machines"), denied.err());
    } finally {
      DATABASE.execute("DROP ROLE cli_nobody");
    }
  }

  @Test
  void a_plan_is_shown_applied_and_verified() throws Exception {
    try (TestDatabase fresh = TestDatabase.empty().create()) {
      String url = url(fresh);
      Console verify = ask("migrate verify --plan schema", url);
      assertEquals(Exit.DIFFERENT, verify.exitCode());
      assertTrue(verify.out().startsWith("SUBJECT"), verify.out());
      assertTrue(verify.out().lines().allMatch(line -> line.length() <= 120), verify.out());
      Console plan = ask("migrate plan --plan schema --sql", url);
      assertEquals(Exit.OK, plan.exitCode());
      assertTrue(plan.out().contains("CREATE TABLE machines ("), "the SQL itself");
      assertTrue(plan.out().lines().noneMatch(line -> line.startsWith("phase")), "for psql -f");
      assertTrue(plan.out().contains("4 phases to apply"), plan.out());
      assertEquals(Exit.OK, ask("migrate apply --plan schema", url).exitCode());
      assertEquals(Exit.OK, ask("migrate verify --plan schema", url).exitCode());
      assertTrue(ask("migrate plan --plan schema", url).out().contains("nothing to do"));
      String status = ask("migrate status --plan schema", url).out();
      assertEquals(4, status.lines().filter(line -> line.contains("applied")).count(), status);
    }
    Console refused = ask("migrate apply --plan schema", url(FOREIGN));
    assertEquals(Exit.CONFIG, refused.exitCode());
    assertFalse(refused.err().contains("\tat "), refused.err());
    assertEquals(
        "2",
        FOREIGN.value(
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'machines'"),
        "nothing was written");
  }
}
