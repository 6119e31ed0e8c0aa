package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of databases that were consolidated before there were recipes. */
@Timeout(120)
class RecipesPlanTest {

  /** The shape that 02-columns had made then, and the record of another apply.sql. */
  private static final String BEFORE =
      """
      DROP TABLE recipe_versions;
      DROP TRIGGER recipe_commands_keep_machine ON recipe_commands;
      DROP FUNCTION recipe_commands_keep_machine();
      ALTER TABLE recipe_commands
        DROP COLUMN claimed_by, DROP COLUMN process_id, DROP COLUMN operator, DROP COLUMN reason;
      DELETE FROM consolidation_undo
       WHERE statement ~ 'recipe_versions'
          OR statement ~ 'recipe_commands DROP COLUMN (claimed_by|process_id|operator|reason)$'
          OR statement ~ 'recipe_commands_(operator|reason)_bounded';
      UPDATE millwright_phases SET checksum = 'another' WHERE phase = '02-columns';
      """;

  @Test
  void whatAnOlderConsolidationLacksIsAddedAndTakenBack() throws Exception {
    Plan recipes = Plan.load("recipes");
    try (TestDatabase database = OldInstallation.real()) {
      OldInstallation.apply(database, OldInstallation.CUTOVER);
      database.execute(BEFORE);
      PlanException stuck =
          assertThrows(PlanException.class, () -> OldInstallation.apply(database, null));
      assertTrue(stuck.getMessage().contains("recipe_versions"), stuck.getMessage());
      PlanRunner runner = OldInstallation.runner(database);
      runner.apply(recipes, null);
      assertEquals(List.of(), runner.verify(OldInstallation.plan(), OldInstallation.CUTOVER));
      assertEquals(
          List.of(),
          SchemaCheck.lacking(database.dataSource(), Set.of(SchemaCheck.Also.COMMANDS), null));
      runner.rollback(recipes, null);
      runner.apply(recipes, null);
      OldInstallation.apply(database, null);
      OldInstallation.rollback(database, null);
      runner.rollback(recipes, null);
      assertEquals(null, database.value("SELECT to_regclass('millwright_phases')"));
    }
  }

  @Test
  void theWayBackNeedsNothingThatAnOlderConsolidationHasNotMade() throws Exception {
    try (TestDatabase database = OldInstallation.real()) {
      OldInstallation.apply(database, OldInstallation.COLUMNS);
      database.execute(BEFORE);
      OldInstallation.rollback(database, null);
      assertEquals(null, database.value("SELECT to_regclass('machine_transitions')"));
    }
  }

  /** Plan schema has a phase of its own for it, whose record would be missing. */
  @Test
  void aDatabaseOfPlanSchemaIsSentThere() throws Exception {
    try (TestDatabase database = TestDatabase.empty().create()) {
      PlanRunner runner = new PlanRunner(database.dataSource());
      runner.apply(Plan.load("schema"), "03-commands");
      PlanException refused =
          assertThrows(PlanException.class, () -> runner.apply(Plan.load("recipes"), null));
      assertTrue(refused.getMessage().contains("apply --plan schema"), refused.getMessage());
    }
  }
}
