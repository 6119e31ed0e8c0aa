package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.PhaseResult.Done;
import dev.millwright.consolidation.PhaseStatus.State;
import dev.millwright.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a phase overwrites is known beforehand, kept, told and brought back. */
class KeptChangesTest {

  private static final String PREVIEW =
      """
      SELECT 'lamps' AS table_name, id::text AS row_key, 'colour' AS column_name,
             colour AS before, coalesce(map ->> colour, lower(colour)) AS after,
             CASE WHEN map ? colour THEN 'mapped' ELSE 'lower case' END AS why
        FROM lamps, coalesce(nullif(current_setting('millwright.map', true), '')::jsonb, '{}') AS map
       WHERE colour <> coalesce(map ->> colour, lower(colour)) ORDER BY id;
      """;

  private static final String APPLY =
      """
      UPDATE lamps SET colour = coalesce(
        nullif(current_setting('millwright.map', true), '')::jsonb ->> colour, lower(colour));
      """;

  private static final String ROLLBACK =
      """
      UPDATE lamps SET colour = before FROM millwright_changes
       WHERE plan = 'lamps' AND phase = '1-case' AND row_key = id::text AND colour = after
      """;

  private final TestDatabase database = TestDatabase.empty();
  private final Plan plan =
      new Plan("lamps", List.of(Phases.phase("1-case", PREVIEW, APPLY, ROLLBACK, "lamps", "none")));

  private CatalogueDump dump;

  @BeforeEach
  void create() throws Exception {
    database.create();
    database.execute(
        "CREATE TABLE lamps (id int PRIMARY KEY, colour text, at timestamptz DEFAULT now());"
            + " INSERT INTO lamps VALUES (3, 'RED'), (1, 'green'), (2, 'rot'), (4, NULL)");
    dump = CatalogueDump.of(database.dataSource());
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  private PlanRunner runner(PlanOptions options) {
    return new PlanRunner(database.dataSource(), options);
  }

  private static PlanOptions mapping() {
    return new PlanOptions(Map.of("rot", "red", "it's", "a \"b\""), Duration.ofHours(24), "now!");
  }

  private static List<Change> expected() {
    return List.of(
        new Change("lamps", "2", "colour", "rot", "red", "mapped"),
        new Change("lamps", "3", "colour", "RED", "red", "lower case"));
  }

  @Test
  void aPreviewIsWhatIsThenDoneAndKept() throws Exception {
    PlanRunner runner = runner(mapping());
    PhasePlan planned = runner.plan(plan, null).get(0);
    assertEquals(List.of(new Change.Count("lamps", "colour", 2)), planned.counts());
    List<Change> preview = new ArrayList<>();
    runner.preview(planned.phase(), 100, preview::add);
    assertEquals(expected(), preview);
    assertEquals("RED", database.value("SELECT colour FROM lamps WHERE id = 3"), "a dry run");

    runner.apply(plan, null);
    List<Change> kept = new ArrayList<>();
    runner.changes(plan, "1-case", kept::add);
    assertEquals(expected(), kept);
    assertEquals("red", database.value("SELECT colour FROM lamps WHERE id = 2"));
  }

  /** A change board asks later who decided what, and whether something else was touched. */
  @Test
  void theRecordTellsOptionsContentsAndHowLongItTook() throws Exception {
    TableContent before;
    try (var connection = database.connect()) {
      connection.setAutoCommit(false);
      before = TableContent.of(connection, "lamps");
    }
    runner(mapping()).apply(plan, null);
    AppliedPhase applied = runner(PlanOptions.NONE).status(plan).get(0).applied();
    assertEquals(
        "{\"map\": {\"rot\": \"red\", \"it's\": \"a \\\"b\\\"\"}, \"force_reason\": \"now!\","
            + " \"soak_seconds\": 86400}",
        applied.options());
    assertEquals(2, applied.changes());
    assertEquals(1, applied.attempts());
    assertNotNull(applied.took());
    TableChange lamps = applied.tables().get(0);
    assertEquals(before, lamps.before());
    assertEquals(4, lamps.after().rows());
    assertTrue(!before.equals(lamps.after()), "one value was changed");
    assertEquals(new TableChange("none", null, null), applied.tables().get(1), "told as absent");
  }

  /** The old values are those of the moment, so the way back is exact, and says so. */
  @Test
  void theWayBackReadsTheKeptValuesAndLeavesNothingOfTheRunner() throws Exception {
    List<String> before = dump.lines();
    PlanRunner runner = runner(mapping());
    runner.apply(plan, null);
    PhaseResult result = runner.rollback(plan, null).get(0);
    assertEquals(Done.ROLLED_BACK, result.done());
    assertTrue(
        result.notes().get(0).startsWith("lamps is as it was before the phase: 4 rows"),
        result.notes().toString());
    assertEquals("", CatalogueDump.difference(before, dump.lines()));
    assertEquals(
        "lamps",
        database.value(
            "SELECT string_agg(relname, ' ') FROM pg_class WHERE relkind = 'r'"
                + " AND relnamespace = 'public'::regnamespace"));
  }

  @Test
  void whatWasWrittenSinceIsSaidOnTheWayBack() throws Exception {
    PlanRunner runner = runner(mapping());
    runner.apply(plan, null);
    database.execute("INSERT INTO lamps VALUES (5, 'blue')");
    String note = runner.rollback(plan, null).get(0).notes().get(0);
    assertTrue(note.matches("lamps: before the phase 4 rows, .*; now 5 rows, .*"), note);
  }

  /** A database's or a role's own setting must not stand in for what nobody gave. */
  @Test
  void whatWasNotGivenIsEmptyWhateverTheRoleHasSet() throws Exception {
    database.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET millwright.map = ''{\"rot\":\"x\"}''',"
            + " current_database()); END $$");
    runner(PlanOptions.NONE).apply(plan, null);
    assertEquals("rot", database.value("SELECT colour FROM lamps WHERE id = 2"));
    assertEquals(
        "{}", runner(PlanOptions.NONE).status(plan).get(0).applied().options(), "nothing given");
  }

  /** The values of a phase that fails are not kept either. */
  @Test
  void aPhaseThatFailsKeepsNothing() throws Exception {
    Phase failing = Phases.withMore(plan.phases().get(0), "SELECT 1 / 0");
    Plan failingPlan = new Plan("lamps", List.of(failing));
    assertThrows(PlanException.class, () -> runner(mapping()).apply(failingPlan, null));
    assertEquals(null, database.value("SELECT to_regclass('millwright_changes')"));
    assertEquals("RED", database.value("SELECT colour FROM lamps WHERE id = 3"));
  }

  /** An installation of an older version goes on where it stands. */
  @Test
  void anOlderVersionsTableOfRecordsIsReadAndGetsTheNewColumns() throws Exception {
    database.execute(
        "CREATE TABLE millwright_phases (plan text NOT NULL, phase text NOT NULL,"
            + " applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
            + " applied_by text NOT NULL DEFAULT session_user,"
            + " checksum text NOT NULL, PRIMARY KEY (plan, phase));"
            + " INSERT INTO millwright_phases (plan, phase, checksum) VALUES ('old', '1-old', 'x')");
    Phase old = Phases.phase("1-old", "", "SELECT 1", "SELECT 1");
    PlanRunner runner = runner(PlanOptions.NONE);
    PhaseStatus status = runner.status(new Plan("old", List.of(old))).get(0);
    assertEquals(State.CHANGED, status.state());
    assertEquals(null, status.applied().took());
    assertEquals(List.of(), status.applied().tables());
    runner.apply(plan, null);
    assertEquals(2, runner.status(plan).get(0).applied().tables().size());
    runner.rollback(plan, null);
    assertEquals(
        "old", database.value("SELECT plan FROM millwright_phases"), "another plan's record stays");
  }

  /** An older version must not pull the floor from under what a newer one has built. */
  @Test
  void aRollbackBelowANewerVersionsPhaseIsRefused() throws Exception {
    PlanRunner runner = runner(PlanOptions.NONE);
    Phase later = Phases.phase("2-later", "", "CREATE TABLE later ()", "DROP TABLE later");
    runner.apply(new Plan("lamps", List.of(plan.phases().get(0), later)), null);
    PlanException refused = assertThrows(PlanException.class, () -> runner.rollback(plan, null));
    assertEquals(List.of("2-later"), refused.reasons());
  }
}
