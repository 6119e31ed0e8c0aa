package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two plans of another kind than ours, read from folders as a person's own would be: document 003's
 * progress tables folded into jsonb on one, and document 004's rename, merge and split. Those
 * documents lost data both ways; here content is what is compared, not numbers of rows.
 */
class ExamplePlansTest {

  /** Every row of every table of the old shape, whatever it is by now: a table or a view. */
  private static final String PROGRESS =
      content(
          "workflow_progress",
          "import_processing_steps",
          "crewai_flow_state_extensions",
          "data_import_sessions");

  private static final String ALIGNMENT =
      content("detection_events", "git_sessions", "git_commits", "technology_knowledge");

  /** Columns, defaults, keys, indexes and grants of all that there is but the runner's tables. */
  private static final String CATALOG =
      """
      SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT format('%s %s.%s %s %s %s', relkind, relname, attname,
                 format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) AS line
          FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
          LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
         WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
           AND relkind IN ('r', 'v', 'S')
        UNION ALL
        SELECT relname || ' ' || relacl::text FROM pg_class WHERE relacl IS NOT NULL
           AND relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT indexdef FROM pg_indexes WHERE schemaname = 'public') AS lines
       WHERE line NOT LIKE '%millwright%'
      """;

  private final TestDatabase database = TestDatabase.empty();
  private PlanRunner runner;

  @BeforeEach
  void create() throws Exception {
    database.create();
    runner = new PlanRunner(database.dataSource());
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  /** Up to each phase and back, and all the way and back: the same rows, to the last byte. */
  @ParameterizedTest
  @ValueSource(strings = {"progress", "alignment"})
  void everyPhaseGoesUpAndDownWithoutLosingAnything(String name) throws Exception {
    Plan plan = installed(name);
    String rows = name.equals("progress") ? PROGRESS : ALIGNMENT;
    String before = database.value(rows);
    String catalog = database.value(CATALOG);
    assertTrue(before.length() > 10_000, () -> "too little to prove anything: " + before);
    for (Phase phase : plan.phases()) {
      runner.apply(plan, phase.name());
      assertEquals(List.of(), runner.verify(plan, phase.name()));
      assertEquals(before, database.value(rows), "under the old names, after " + phase.name());
      runner.rollback(plan, null);
      assertEquals(before, database.value(rows), "after the way down from " + phase.name());
      assertEquals(catalog, database.value(CATALOG), "after the way down from " + phase.name());
    }
  }

  /** "The complete state in one read": all of a session's progress is in its one row. */
  @Test
  void progressIsInOnePlaceAndGoesBackFromThere() throws Exception {
    Plan plan = installed("progress");
    runner.apply(plan, null);
    assertEquals(
        "12 12 1 1",
        database.value(
            "SELECT concat_ws(' ', (SELECT sum(jsonb_array_length(value))"
                + " FROM jsonb_each(asset_progress)), jsonb_array_length(import_steps),"
                + " jsonb_array_length(processing_metrics), (SELECT count(*)"
                + " FROM jsonb_object_keys(step_completion))) FROM workflow_states ORDER BY id"));
    // Document 003's own statement for this, jsonb_insert(…, '$', …), is an error.
    database.execute(
        "UPDATE workflow_states SET import_steps = import_steps || jsonb_build_array("
            + "jsonb_build_object('id', gen_random_uuid(), 'data_import_id',"
            + " (SELECT min(id::text) FROM data_imports), 'step_name', 'written since',"
            + " 'step_order', 9, 'status', 'done')) WHERE id::text LIKE '%1'");
    runner.rollback(plan, null);
    assertEquals(
        "2 done",
        database.value(
            "SELECT count(*) || ' ' || min(status) FROM import_processing_steps"
                + " WHERE step_name = 'written since' AND input_data IS NULL"));
  }

  /** Document 003's UPDATE finds no row for these, and its DROP TABLE then ends them. */
  @Test
  void whatHasNoPlaceToGoIsAReasonAgainst() throws Exception {
    Plan plan = installed("progress");
    database.execute(
        "DELETE FROM crewai_flow_state_extensions; DELETE FROM workflow_states WHERE id::text LIKE '%10'");
    List<String> reasons =
        assertThrows(PlanException.class, () -> runner.apply(plan, null)).reasons();
    assertTrue(
        reasons.stream().anyMatch(reason -> reason.startsWith("workflow_progress ")),
        reasons.toString());
    database.execute(
        "INSERT INTO workflow_states (id, session_id)"
            + " SELECT gen_random_uuid(), session_id FROM workflow_states LIMIT 1");
    assertTrue(
        assertThrows(PlanException.class, () -> runner.apply(plan, null))
            .getMessage()
            .contains("has 2 rows"));
  }

  /** Old tables are kept until nobody writes them: who still does stops the retirement. */
  @Test
  void aTableThatIsStillWrittenIsNotRetired() throws Exception {
    Plan plan = installed("alignment");
    runner.apply(plan, "03-split");
    database.execute("UPDATE technology_knowledge SET confidence = 0.75 WHERE name = 'rust'");
    PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
    assertEquals(1, refused.reasons().size(), refused.getMessage());
    assertTrue(refused.getMessage().contains("0.75"), refused.getMessage());
    runner.rollback(plan, "01-rename");
    runner.apply(plan, null);
    assertEquals(
        "0.75", database.value("SELECT confidence FROM technology_patterns WHERE name = 'rust'"));
  }

  /** LEGACY, 004: two rows became one and two; counts cannot match, content does. */
  @Test
  void aSplitIsComparedByContentAndWhatWasWrittenSinceGoesBack() throws Exception {
    Plan plan = installed("alignment");
    runner.apply(plan, null);
    assertEquals(
        "5 4 2",
        database.value(
            "SELECT concat_ws(' ', (SELECT count(*) FROM technology_knowledge),"
                + " (SELECT count(*) FROM technology_templates),"
                + " (SELECT count(*) FROM technology_patterns))"));
    database.execute(
        """
        INSERT INTO detection_events (codebase) VALUES ('by the old name');
        UPDATE technology_patterns SET pattern = '\\.rs$|Cargo' WHERE name = 'rust';
        UPDATE technology_templates SET category = 'other' WHERE name = 'elixir'""");
    SQLException torn =
        (SQLException)
            assertThrows(PlanException.class, () -> runner.rollback(plan, null)).getCause();
    assertTrue(torn.getMessage().contains("say different things of "), torn.getMessage());
    database.execute("UPDATE technology_patterns SET category = 'other' WHERE name = 'elixir'");
    runner.rollback(plan, null);
    assertEquals(
        "other \\.rs$|Cargo detected",
        database.value(
            "SELECT concat_ws(' ', (SELECT category FROM technology_knowledge WHERE name = 'elixir'),"
                + " (SELECT pattern FROM technology_knowledge WHERE name = 'rust'),"
                + " (SELECT event_type FROM detection_events WHERE codebase = 'by the old name'))"));
  }

  /** Document 004's way down lost what its new tables held; ours says what it would lose. */
  @Test
  void whatTheOldShapeHasNoPlaceForKeepsTheWayDownShut() throws Exception {
    Plan plan = installed("alignment");
    runner.apply(plan, null);
    database.execute("INSERT INTO git_pending_merges (branch) VALUES ('b/1')");
    PlanException refused = assertThrows(PlanException.class, () -> runner.rollback(plan, null));
    assertTrue(refused.getMessage().contains("have 1 row(s)"), refused.getMessage());
    assertEquals("1", database.value("SELECT count(*) FROM git_pending_merges"));
  }

  @Test
  void aFolderThatIsNoPlanIsRefused(@TempDir Path folder) throws Exception {
    assertThrows(PlanException.class, () -> Plan.load(folder));
    Files.writeString(folder.resolve("phases.txt"), "01-first\n");
    assertThrows(PlanException.class, () -> Plan.load(folder));
    Files.writeString(folder.resolve("phases.txt"), "");
    assertThrows(PlanException.class, () -> Plan.load(folder));
  }

  private Plan installed(String name) throws Exception {
    Path examples = Path.of(ExamplePlansTest.class.getResource("examples").toURI());
    database.execute(Files.readString(examples.resolve(name + "-tables.sql")));
    return Plan.load(examples.resolve(name));
  }

  private static String content(String... tables) {
    StringBuilder sql = new StringBuilder("SELECT concat_ws(E'\\n'");
    for (String table : tables) {
      sql.append(
          String.format(
              ", (SELECT string_agg('%1$s ' || one::text, E'\\n' ORDER BY one::text) FROM %1$s AS one)",
              table));
    }
    return sql.append(")").toString();
  }
}
