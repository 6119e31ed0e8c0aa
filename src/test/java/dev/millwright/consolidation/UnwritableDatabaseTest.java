package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.PhaseStatus.State;
import dev.millwright.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database where nothing can be written says so in words, and is told about all the same. */
class UnwritableDatabaseTest {

  @TempDir private Path folder;

  private EmbeddedPostgres server() throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(folder)
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "off")
        .start();
  }

  /** A server that replays, as after a failover to the wrong side. */
  @Test
  @Tag("host")
  void aStandbyIsReadAndNotWritten() throws Exception {
    Plan plan = Plan.load("schema");
    try (EmbeddedPostgres primary = server()) {
      new PlanRunner(primary.getPostgresDatabase()).apply(plan, "02-history");
    }
    Files.createFile(folder.resolve("standby.signal"));
    try (EmbeddedPostgres standby = server()) {
      PlanRunner runner = new PlanRunner(standby.getPostgresDatabase());
      PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
      assertTrue(
          refused.getMessage().contains("is a standby")
              && refused.getMessage().contains("targetServerType=primary"),
          refused.getMessage());
      assertEquals(List.of(), runner.verify(plan, "02-history"));
      assertEquals(State.PENDING, runner.plan(plan, null).get(2).state());
      assertEquals(
          List.of(), SchemaCheck.lacking(standby.getPostgresDatabase(), Set.of(), "postgres"));
    }
  }

  @Test
  void aRoleWithoutRightsIsToldWhoseBusinessItIs() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute("CREATE ROLE passer_by LOGIN PASSWORD 'passer_by'");
      try {
        PlanRunner runner = new PlanRunner(database.dataSourceAs("passer_by"));
        PlanException refused =
            assertThrows(PlanException.class, () -> runner.status(Plan.load("schema")));
        assertTrue(
            refused.getMessage().contains("permission denied for table millwright_phases")
                && refused.getMessage().contains("the role that owns the tables"),
            refused.getMessage());
      } finally {
        database.execute("DROP ROLE passer_by");
      }
    }
  }

  /** A name that was mistyped must not make a second schema somewhere else. */
  @Test
  void aSearchPathWithoutASchemaIsAReasonAgainstAnyPlan() throws Exception {
    try (TestDatabase database = TestDatabase.empty().create()) {
      database.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere',"
              + " current_database()); END $$");
      Plan plan = new Plan("any", List.of(Phases.phase("1", "", "SELECT 1", "SELECT 1")));
      PlanRunner runner = new PlanRunner(database.dataSource());
      PlanException refused = assertThrows(PlanException.class, () -> runner.apply(plan, null));
      assertTrue(refused.getMessage().contains("currentSchema=NAME"), refused.getMessage());
      List<String> reasons = runner.plan(plan, null).get(0).reasons();
      assertTrue(reasons.get(0).contains("is \"nowhere\""), reasons.toString());
    }
  }
}
