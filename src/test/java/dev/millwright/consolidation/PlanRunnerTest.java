package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.PhaseResult.Done;
import dev.millwright.consolidation.PhaseStatus.State;
import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanRunnerTest {

  private final TestDatabase database = TestDatabase.empty();
  private Plan plan;
  private PlanRunner runner;
  private CatalogueDump dump;

  @BeforeEach
  void create() throws Exception {
    database.create();
    plan = Plan.load("schema");
    dump = CatalogueDump.of(database.dataSource());
    runner =
        new PlanRunner(
            database.dataSource(),
            PlanOptions.NONE,
            new Patience(Duration.ofMillis(300), Duration.ofMillis(100), 2, Duration.ofMillis(1)));
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  /**
   * A way down that leaves something behind is found out on the second way up (fault of plan 001).
   */
  @Test
  void upDownUpIsTheSameSchemaAndDownLeavesNothing() throws Exception {
    String empty = dump.text();
    runner.apply(plan, null);
    String first = dump.text();
    runner.rollback(plan, null);
    assertEquals(empty, dump.text());
    assertEquals(
        "0",
        database.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
        "the runner's own tables are gone too");
    runner.apply(plan, null);
    assertEquals(first, dump.text());
    assertEquals(List.of(), runner.verify(plan));
  }

  /** Each phase has a way down of its own, to the very schema of the phase before. */
  @Test
  void eachPhaseRollsBackToTheOneBefore() throws Exception {
    for (int i = 0; i + 1 < plan.phases().size(); i++) {
      String here = plan.phases().get(i).name();
      runner.apply(plan, here);
      String before = dump.text();
      runner.apply(plan, plan.phases().get(i + 1).name());
      runner.rollback(plan, here);
      assertEquals(before, dump.text(), "after the rollback to " + here);
      assertEquals(List.of(), runner.verify(plan, here));
    }
  }

  @Test
  void applyingTwiceDoesNothingTheSecondTime() throws Exception {
    assertEquals(done(Done.APPLIED), runner.apply(plan, null));
    String first = dump.text();
    assertEquals(done(Done.ALREADY_APPLIED), runner.apply(plan, null));
    assertEquals(first, dump.text());
  }

  /** Nobody's tables have to be in public. */
  @Test
  void everythingIsMadeWhereSearchPathSays() throws Exception {
    database.execute("CREATE SCHEMA \"Plant 1\"");
    database.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = \"Plant 1\", public',"
            + " current_database()); END $$");
    runner.apply(plan, null);
    assertEquals(List.of(), runner.verify(plan));
    assertEquals(
        "0",
        database.value(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
    database.execute("UPDATE machines SET status = 'idle'");
    assertEquals("1", database.value("SELECT count(*) FROM \"Plant 1\".machine_transitions"));
  }

  /**
   * Killed before the commit: nothing is there, nothing is recorded, and the next run goes through.
   */
  @Test
  void aPhaseThatDiesOnItsWayLeavesNothingBehind() throws Exception {
    runner.apply(plan, "01-machines");
    String before = dump.text();
    Phase second = plan.phases().get(1);
    Phase dying = Phases.withMore(second, "SELECT pg_terminate_backend(pg_backend_pid())");
    Plan dyingPlan = new Plan("schema", List.of(plan.phases().get(0), dying));
    assertThrows(PlanException.class, () -> runner.apply(dyingPlan, null));
    assertEquals(before, dump.text());
    assertEquals(State.PENDING, runner.status(plan).get(1).state());
    runner.apply(plan, null);
    assertEquals(List.of(), runner.verify(plan));
  }

  /** A phase that does not make what it promises is not left half right. */
  @Test
  void aPhaseThatFailsItsOwnVerificationIsUndone() throws Exception {
    Phase first = plan.phases().get(0);
    Phase wrong =
        Phases.withMore(first, "ALTER TABLE machines ALTER COLUMN state_seq TYPE integer");
    PlanException refused =
        assertThrows(
            PlanException.class, () -> runner.apply(new Plan("schema", List.of(wrong)), null));
    assertEquals(
        List.of(
            "machines.state_seq: expected bigint not null default 0;"
                + " is integer not null default 0"),
        refused.reasons());
    assertEquals(null, database.value("SELECT to_regclass('machines')"));
  }

  @Test
  void aSecondRunnerIsRefusedAndToldWhoIsAtWork() throws Exception {
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      RunnerLock.take(other, Patience.DEFAULT);
      PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
      var pid = statement.executeQuery("SELECT pg_backend_pid()");
      pid.next();
      assertTrue(
          refused.getMessage().contains("pid " + pid.getInt(1) + ", user postgres"),
          refused.getMessage());
      other.rollback();
      assertEquals(done(Done.APPLIED), runner.apply(plan, null));
    }
  }

  /** Whoever is first, the plan is applied once and nobody fails. */
  @Test
  void runnersAtTheSameTimeComeToTheSameEnd() throws Exception {
    PlanRunner patient = new PlanRunner(database.dataSource());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<List<PhaseResult>>> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(threads.submit(() -> patient.apply(plan, null)));
    }
    long applied = 0;
    for (Future<List<PhaseResult>> run : runs) {
      applied += run.get().stream().filter(result -> result.done() == Done.APPLIED).count();
    }
    threads.shutdown();
    assertEquals(plan.phases().size(), applied);
    assertEquals(List.of(), runner.verify(plan));
  }

  /** An apply.sql that was edited later is told of; it matters only if the schema differs. */
  @Test
  void anApplySqlThatWasChangedSinceIsReported() throws Exception {
    runner.apply(plan, null);
    database.execute(
        "UPDATE millwright_phases SET checksum = 'another' WHERE phase = '02-history'");
    assertEquals(State.CHANGED, runner.status(plan).get(1).state());
    assertEquals(Done.APPLIED_DIFFERENTLY, runner.apply(plan, null).get(1).done());
    database.execute("ALTER TABLE machine_transitions ALTER COLUMN event DROP NOT NULL");
    PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
    assertTrue(
        refused.getMessage().contains("machine_transitions.event: expected text not null; is text"),
        refused.getMessage());
  }

  /** An older version meets what a newer one has applied. */
  @Test
  void aPhaseOfANewerVersionIsShownAsUnknown() throws Exception {
    runner.apply(plan, null);
    database.execute(
        "INSERT INTO millwright_phases (plan, phase, checksum) VALUES ('schema', '05-later', 'x')");
    PhaseStatus last = runner.status(plan).get(4);
    assertEquals("05-later", last.phase());
    assertEquals(State.UNKNOWN, last.state());
    assertEquals("postgres", last.applied().by());
  }

  /** The old system's table must not be mistaken for ours, nor written over. */
  @Test
  void anotherSystemsMachinesTableIsAReasonAgainst() throws Exception {
    database.execute(
        "CREATE TABLE machines (id uuid PRIMARY KEY, serial_number text, status text)");
    database.execute("CREATE TABLE machine_components (id uuid, machine_id uuid, name text)");
    PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
    assertEquals(2, refused.reasons().size(), refused.getMessage());
    assertTrue(
        refused.getMessage().contains("table machines exists already, without the columns")
            && refused.getMessage().contains("state_seq")
            && refused
                .getMessage()
                .contains("machine_components exists already, without the columns" + " type:"),
        refused.getMessage());
    assertEquals(refused.reasons(), runner.plan(plan, null).get(0).reasons());
    assertEquals(null, database.value("SELECT to_regclass('millwright_phases')"));
  }

  @Test
  void aPlanShowsWhatItWouldDoAndDoesNothing() throws Exception {
    List<PhasePlan> phases = runner.plan(plan, "02-history");
    assertEquals(2, phases.size());
    for (PhasePlan phase : phases) {
      assertEquals(State.PENDING, phase.state());
      assertEquals(List.of(), phase.reasons());
    }
    assertEquals(null, database.value("SELECT to_regclass('machines')"));
  }

  /**
   * "All data preserved" was false in plan 004: here a way down that would lose rows is refused.
   */
  @Test
  void aRollbackThatWouldLoseRowsIsRefusedAndSaysHowToKeepThem() throws Exception {
    runner.apply(plan, null);
    database.execute("INSERT INTO machines (serial_number) VALUES ('A'), ('B')");
    database.execute("UPDATE machines SET status = 'idle' WHERE serial_number = 'A'");
    database.execute(
        "INSERT INTO recipe_commands (type, operator) VALUES ('hold_recipe', NULL),"
            + " ('stop_recipe', 'Kim'), ('stop_recipe', NULL);"
            + " INSERT INTO recipe_versions VALUES (repeat('a', 64), 'R42', '')");
    assertRefused("recipe_versions has 1 row(s)");
    database.execute("DELETE FROM recipe_versions");
    assertRefused("recipe_commands has 2 row(s) with a claim");
    database.execute("DELETE FROM recipe_commands WHERE type = 'hold_recipe' OR operator = 'Kim'");
    assertRefused("recipe_commands has 1 row(s), which");
    database.execute("DELETE FROM recipe_commands");
    assertRefused("machine_transitions has 1 row(s)");
    database.execute("TRUNCATE machine_transitions");
    assertRefused("machines has 2 row(s)");
    assertEquals("2", database.value("SELECT count(*) FROM machines"));
    database.execute("DELETE FROM machines");
    runner.rollback(plan, null);
    assertEquals(null, database.value("SELECT to_regclass('machines')"));
  }

  /** DDL that waits for a busy table makes everybody behind it wait too. */
  @Test
  void aPhaseDoesNotQueueForALockForLongAndSaysWhoIsInTheWay() throws Exception {
    runner.apply(plan, "01-machines");
    try (Connection busy = database.connect();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("LOCK TABLE machines IN ROW EXCLUSIVE MODE");
      PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
      assertTrue(
          refused.getMessage().contains("tried 2 times. Run this again at a quieter time")
              && refused.getMessage().contains("idle in transaction for"),
          refused.getMessage());
      busy.rollback();
    }
    runner.apply(plan, null);
  }

  @Test
  void unknownNamesAreAnsweredWithTheKnownOnes() {
    assertTrue(
        assertThrows(PlanException.class, () -> Plan.load("shema"))
            .getMessage()
            .contains("schema"));
    assertTrue(
        assertThrows(PlanException.class, () -> runner.apply(plan, "2-history"))
            .getMessage()
            .contains("01-machines, 02-history, 03-commands"));
  }

  private void assertRefused(String words) throws SQLException {
    PlanException refused = assertThrows(PlanException.class, () -> runner.rollback(plan, null));
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertTrue(refused.getMessage().contains("CREATE TABLE"), refused.getMessage());
    assertFalse(refused.getMessage().contains("Where:"), refused.getMessage());
  }

  private List<PhaseResult> done(Done done) {
    return plan.phases().stream().map(phase -> new PhaseResult(phase.name(), done)).toList();
  }
}
