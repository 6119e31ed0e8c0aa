package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** I5: history is a by-product, for every writer, and what no writer may do. */
class HistoryTriggerTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String LAST =
      "SELECT concat_ws(' ', state_seq, event, from_status, to_status) FROM machine_transitions"
          + " ORDER BY state_seq DESC LIMIT 1";

  @BeforeEach
  void oneMachine() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; TRUNCATE machine_transitions;"
            + " INSERT INTO machines (serial_number, state_since, last_detail)"
            + " VALUES ('A', '2026-01-01', '{\"cycle\": 17, \"recipe\": \"R42\"}')");
  }

  /** Someone who knows nothing of state_seq: the guard of the daemon has to see what they did. */
  @Test
  void aPersonWithPsqlIsNumberedAndNamed() throws Exception {
    DATABASE.execute("SET application_name = 'psql'; UPDATE machines SET status = 'idle'");
    assertEquals("1 external offline idle", DATABASE.value(LAST));
    assertEquals(
        "{\"user\": \"postgres\", \"cycle\": 17, \"source\": \"external\","
            + " \"address\": \"127.0.0.1\", \"application\": \"psql\"}",
        DATABASE.value(
            "SELECT jsonb_set(last_detail, '{address}', '\"127.0.0.1\"') FROM machines"));
    assertEquals(
        "t",
        DATABASE.value(
            "SELECT h.transition_id = m.last_transition_id AND h.detail = m.last_detail"
                + " AND h.occurred_at = m.state_since AND m.state_since > '2026-02-01'"
                + " AND m.updated_at >= m.state_since AND m.last_event = 'external'"
                + " FROM machines m JOIN machine_transitions h"
                + " ON h.machine_id = m.id AND h.state_seq = m.state_seq"));
  }

  @Test
  void theTimeThatSuchAWriterGivesIsKept() throws Exception {
    DATABASE.execute(
        "UPDATE machines SET status = 'idle', state_since = '2026-03-01T12:00:00.000001Z'");
    assertEquals(
        "t",
        DATABASE.value(
            "SELECT occurred_at = '2026-03-01T12:00:00.000001Z' FROM machine_transitions"));
  }

  /** Each of the five columns is a change of state by itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "status = 'idle'",
        "current_process_id = gen_random_uuid()",
        "is_failure_mode = true",
        "failure_component = (SELECT id FROM machine_components LIMIT 1)",
        "failure_description = 'Dry'"
      })
  void everyColumnOfTheStateCounts(String change) throws Exception {
    DATABASE.execute(
        "INSERT INTO machine_components (machine_id, name) SELECT id, 'Pump' FROM machines");
    DATABASE.execute("UPDATE machines SET " + change);
    DATABASE.execute(
        "UPDATE machines SET " + change.replace("gen_random_uuid()", "current_process_id"));
    assertEquals("1", DATABASE.value("SELECT state_seq FROM machines"));
    assertEquals("1", DATABASE.value("SELECT count(*) FROM machine_transitions"));
  }

  /** Progress comes once a second: it is no transition. */
  @Test
  void whatIsNotStateIsNotHistory() throws Exception {
    DATABASE.execute("UPDATE machines SET progress = '{\"step\": 3}', updated_at = now()");
    DATABASE.execute("UPDATE machines SET status = status");
    assertEquals("0", DATABASE.value("SELECT count(*) FROM machine_transitions"));
    assertEquals("0", DATABASE.value("SELECT state_seq FROM machines"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          state_seq = 2 | machine A: state_seq goes from 0 to 1 next, not to 2
          state_seq = -1 | machine A: state_seq goes from 0 to 1 next, not to -1
          state_seq = 1 | machine A: state_seq 1 needs a last_event and a last_transition_id of its own
          state_seq = 1, last_event = 'start' | machine A: state_seq 1 needs a last_event and a last_transition_id of its own
          state_seq = 1, last_transition_id = gen_random_uuid() | machine A: state_seq 1 needs a last_event and a last_transition_id of its own
          """)
  void aWriterWhoCountsHasToCountRight(String change, String words) throws Exception {
    SQLException refused =
        assertThrows(SQLException.class, () -> DATABASE.execute("UPDATE machines SET " + change));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertEquals("0", DATABASE.value("SELECT count(*) FROM machine_transitions"));
  }

  /** The same id twice would make a replay look delivered that never was. */
  @Test
  void aTransitionIdIsUsedOnce() throws Exception {
    String same = "last_event = 'x', last_transition_id = '00000000-0000-0000-0000-000000000001'";
    DATABASE.execute("UPDATE machines SET state_seq = 1, status = 'idle', " + same);
    assertThrows(
        SQLException.class,
        () -> DATABASE.execute("UPDATE machines SET state_seq = 2, status = 'offline', " + same));
    DATABASE.execute("UPDATE machines SET status = 'offline'");
    assertThrows(
        SQLException.class,
        () -> DATABASE.execute("UPDATE machines SET state_seq = 3, status = 'idle', " + same));
  }

  /**
   * LEGACY: 001 accepted status 'banana'. The old stray words and half-written states are refused.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status = 'banana' | machines_status_known
          status = 'IDLE' | machines_status_known
          status = 'running' | machines_status_known
          status = 'processing' | machines_processing_has_process
          status = 'idle', current_process_id = gen_random_uuid() | machines_idle_has_no_process
          status = 'error' | machines_error_is_failure
          """)
  void noWriterCanLeaveAStateThatCannotBe(String change, String constraint) {
    SQLException refused =
        assertThrows(SQLException.class, () -> DATABASE.execute("UPDATE machines SET " + change));
    assertTrue(refused.getMessage().contains(constraint), refused.getMessage());
  }

  /** Nobody who may write machines can write, forge or hide from the history. */
  @Test
  void theHistoryNeedsNoRightOfTheWriterAndCannotBeDeflected() throws Exception {
    DATABASE.execute(
        "CREATE ROLE plain LOGIN PASSWORD 'plain';"
            + " GRANT SELECT, UPDATE ON machines TO plain;"
            + " GRANT SELECT ON machine_transitions TO plain; GRANT TEMPORARY ON DATABASE "
            + DATABASE.value("SELECT current_database()")
            + " TO plain");
    try (Connection connection = DATABASE.dataSourceAs("plain").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE machine_transitions (LIKE public.machine_transitions)");
      statement.execute("UPDATE machines SET status = 'idle'");
      assertThrows(
          SQLException.class, () -> statement.execute("DELETE FROM public.machine_transitions"));
      assertEquals("1 external offline idle", DATABASE.value(LAST));
      // Hung on a table of his own, the recording function would write what he likes.
      statement.execute("CREATE TEMPORARY TABLE mine (id uuid)");
      assertThrows(
          SQLException.class,
          () ->
              statement.execute(
                  "CREATE TRIGGER forge AFTER UPDATE ON mine FOR EACH ROW"
                      + " EXECUTE FUNCTION public.machines_record_transition()"));
      assertEquals("plain", DATABASE.value("SELECT detail ->> 'user' FROM machine_transitions"));
    } finally {
      DATABASE.execute("DROP OWNED BY plain; DROP ROLE plain");
    }
  }

  /** History outlives its machine. */
  @Test
  void aMachineThatIsDeletedLeavesItsHistory() throws Exception {
    DATABASE.execute("UPDATE machines SET status = 'idle'");
    DATABASE.execute("DELETE FROM machines");
    assertEquals("1", DATABASE.value("SELECT count(*) FROM machine_transitions"));
  }

  /** I6: a command that failed says why; and it is announced as soon as it is committed. */
  @Test
  void commandsAreCheckedAndAnnounced() throws Exception {
    assertThrows(
        SQLException.class,
        () -> DATABASE.execute("INSERT INTO recipe_commands (type) VALUES ('dance')"));
    assertThrows(
        SQLException.class,
        () ->
            DATABASE.execute(
                "INSERT INTO recipe_commands (type, status) VALUES ('stop_recipe', 'error')"));
    assertThrows(
        SQLException.class,
        () ->
            DATABASE.execute(
                "INSERT INTO recipe_commands (type, batch_id) VALUES ('start_recipe', repeat('x', 101))"));
    try (Connection connection = DATABASE.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("LISTEN recipe_commands");
      DATABASE.execute("INSERT INTO recipe_commands (type) VALUES ('stop_recipe')");
      var heard = connection.unwrap(org.postgresql.PGConnection.class).getNotifications(5_000);
      assertEquals(1, heard.length);
    }
  }
}
