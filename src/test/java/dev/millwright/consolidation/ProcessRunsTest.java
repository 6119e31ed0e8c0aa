package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millwright.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** View process_runs: a run ends when it is known to have ended, and as it is known to (I4). */
class ProcessRunsTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String P = "'00000000-0000-0000-0000-00000000000a'";
  private static final String Q = "'00000000-0000-0000-0000-00000000000b'";

  private int second;

  @BeforeEach
  void oneMachine() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; TRUNCATE machine_transitions;"
            + " INSERT INTO machines (serial_number, status) VALUES ('A', 'idle')");
  }

  @Test
  void aRunHasItsStartEndAndOutcome() throws Exception {
    start(P, "{\"recipe\": \"R42\", \"missed_runs\": 2}");
    assertEquals("running 1 ? ? R42 seen 2", run(P));
    end("complete", "{\"recipe\": \"R42\"}");
    assertEquals("completed 1 2 00:00:01 R42 seen 2", run(P));
  }

  @Test
  void aRunIsStopped() throws Exception {
    start(P, "{}");
    end("stop", "{}");
    assertEquals("stopped 1 2 00:00:01 ? seen 0", run(P));
  }

  @Test
  void anErrorEndsTheRunAndItsResetDoesNot() throws Exception {
    start(P, "{}");
    write("error", "error", "NULL", "{}");
    end("reset", "{}");
    start(Q, "{}");
    assertEquals("failed 1 2 00:00:01 ? seen 0", run(P));
    assertEquals("running 4 ? ? ? seen 0", run(Q));
  }

  /** DESIGN 3: while the link is lost the id is kept, and nobody knows whether it still runs. */
  @Test
  void aLostLinkIsNotTheEndOfTheRun() throws Exception {
    start(P, "{}");
    write("link_lost", "offline", P, "{}");
    assertEquals("unknown 1 ? ? ? seen 0", run(P));
    write("link_found", "processing", P, "{\"inferred\": {}}");
    assertEquals("running 1 ? ? ? seen 0", run(P));
    end("complete", "{}");
    assertEquals("completed 1 4 00:00:03 ? seen 0", run(P));
    assertEquals("1", DATABASE.value("SELECT count(*) FROM process_runs"));
  }

  /** Another writer takes the run out of the row, and the machine goes on with it: one run. */
  @Test
  void aRunThatGoesOnAfterAnotherWriterIsOneRun() throws Exception {
    start(P, "{\"recipe\": \"R42\"}");
    DATABASE.execute("UPDATE machines SET status = 'idle', current_process_id = NULL");
    start(P, "{\"inferred\": {}, \"same_run\": true, \"voided\": 1}");
    assertEquals("running 1 ? ? R42 seen 0", run(P));
    end("complete", "{}");
    assertEquals("completed 1 3 00:00:02 R42 seen 0", run(P));
    assertEquals("1", DATABASE.value("SELECT count(*) FROM process_runs"));
  }

  /** An end that was concluded is marked, and one that nobody can name is not given a name. */
  @Test
  void aRunThatEndedUnseenIsInferred() throws Exception {
    start(P, "{}");
    write("link_lost", "offline", P, "{}");
    end("complete", "{\"inferred\": {\"before\": \"x\"}, \"outcome\": \"unknown\"}");
    assertEquals("unknown 1 3 00:00:02 ? inferred 0", run(P));
    start(Q, "{\"inferred\": {}}");
    assertEquals("running 4 ? ? ? inferred 0", run(Q));
  }

  @Test
  void aMachineThatIsBackInErrorHasFailedItsRun() throws Exception {
    start(P, "{}");
    write("link_lost", "offline", P, "{}");
    write("error", "error", "NULL", "{\"inferred\": {}}");
    assertEquals("failed 1 3 00:00:02 ? inferred 0", run(P));
  }

  /** Old code sets the row idle and does not say why. */
  @Test
  void whatAnotherWriterEndedHasAnUnknownOutcome() throws Exception {
    start(P, "{}");
    DATABASE.execute("UPDATE machines SET status = 'idle', current_process_id = NULL");
    assertEquals(
        "unknown", DATABASE.value("SELECT outcome FROM process_runs WHERE ended_at IS NOT NULL"));
  }

  /** LEGACY 3, the other way round: a run that another one took the place of did end. */
  @Test
  void aRunThatAnotherTookThePlaceOfHasEndedSomehow() throws Exception {
    start(P, "{}");
    start(Q, "{}");
    assertEquals("unknown 1 2 00:00:01 ? seen 0", run(P));
    assertEquals("running 2 ? ? ? seen 0", run(Q));
  }

  /** Old code also leaves a process id on a machine in error. */
  @Test
  void aRunEndsWithTheErrorAlsoWhereItsIdStays() throws Exception {
    start(P, "{}");
    write("external", "error", P, "{}");
    end("reset", "{}");
    assertEquals("failed 1 2 00:00:01 ? seen 0", run(P));
  }

  /** A machine that was running when the history began. */
  @Test
  void aRunWhoseStartIsNotInTheHistoryHasNone() throws Exception {
    start(P, "{}");
    DATABASE.execute("TRUNCATE machine_transitions");
    end("complete", "{}");
    assertEquals("completed ? 2 ? ? seen 0", run(P));
  }

  @Test
  void theRunsOfAMachineThatIsGoneRemain() throws Exception {
    start(P, "{}");
    DATABASE.execute("DELETE FROM machines");
    assertEquals("unknown 1 ? ? ? seen 0", run(P));
    assertNull(DATABASE.value("SELECT serial_number FROM process_runs"));
  }

  /** Document 002's master id: one batch over several machines is one query. */
  @Test
  void oneBatchOverSeveralMachinesIsOneQuery() throws Exception {
    DATABASE.execute("INSERT INTO machines (serial_number, status) VALUES ('B', 'idle')");
    String start =
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid(),"
            + " state_seq = state_seq + 1, last_event = 'start', state_since = now(),"
            + " last_transition_id = gen_random_uuid(), last_detail = '{\"batch\": \"B-7\"}'";
    DATABASE.execute(start);
    // Old code ends one run and begins another, of which it does not say the batch.
    DATABASE.execute("UPDATE machines SET status = 'offline' WHERE serial_number = 'B'");
    DATABASE.execute(
        "UPDATE machines SET status = 'idle', current_process_id = NULL WHERE serial_number = 'B'");
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid()"
            + " WHERE serial_number = 'B'");
    assertEquals(
        "A running, B unknown",
        DATABASE.value(
            "SELECT string_agg(serial_number || ' ' || outcome, ', ' ORDER BY serial_number)"
                + " FROM process_runs WHERE batch_id = 'B-7'"));
    assertEquals("3", DATABASE.value("SELECT count(*) FROM process_runs"));
    assertEquals(
        "4",
        DATABASE.value(
            "SELECT count(*) FROM machine_transitions WHERE detail ->> 'batch' = 'B-7'"));
  }

  /** LEGACY 3, with batches: a run that takes another's place does not take its batch. */
  @Test
  void aRunThatTakesAnothersPlaceIsOfNoBatch() throws Exception {
    start(P, "{\"batch\": \"B-7\"}");
    DATABASE.execute("UPDATE machines SET current_process_id = " + Q);
    assertEquals("1", DATABASE.value("SELECT count(*) FROM process_runs WHERE batch_id = 'B-7'"));
  }

  private void start(String process, String detail) throws SQLException {
    write("start", "processing", process, detail);
  }

  private void end(String event, String detail) throws SQLException {
    write(event, "idle", "NULL", detail);
  }

  private void write(String event, String status, String process, String detail)
      throws SQLException {
    second++;
    DATABASE.execute(
        String.format(
            "UPDATE machines SET status = '%s', current_process_id = %s, is_failure_mode = %b,"
                + " state_seq = state_seq + 1, last_event = '%s', last_detail = '%s',"
                + " last_transition_id = gen_random_uuid(),"
                + " state_since = timestamptz '2026-01-01 00:00Z' + %d * interval '1 second'",
            status, process, status.equals("error"), event, detail, second));
  }

  /** Outcome, start and end in seconds, duration, recipe, whether inferred, missed runs. */
  private static String run(String process) throws SQLException {
    return DATABASE.value(
        "SELECT concat_ws(' ', outcome, "
            + seconds("started_at")
            + ", "
            + seconds("ended_at")
            + ", coalesce(duration::text, '?'), coalesce(recipe, '?'),"
            + " CASE WHEN inferred THEN 'inferred' ELSE 'seen' END, missed_runs)"
            + " FROM process_runs WHERE process_id = "
            + process);
  }

  private static String seconds(String column) {
    return "coalesce(extract(epoch FROM "
        + column
        + " - timestamptz '2026-01-01 00:00Z')::int::text, '?')";
  }
}
