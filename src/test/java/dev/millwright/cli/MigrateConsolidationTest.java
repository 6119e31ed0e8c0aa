package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.OldInstallation;
import dev.millwright.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a DBA sees of the plan consolidation on the command line. */
class MigrateConsolidationTest {

  private TestDatabase database;

  @BeforeEach
  void create() throws Exception {
    database = OldInstallation.real();
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  /** Who still uses the old way, and since when nobody did. */
  @Test
  void statusSaysWhoStillWritesTheOldWay() throws Exception {
    assertEquals(Exit.OK, migrate("apply --to 04-cutover").exitCode());
    Console quiet = migrate("status");
    assertTrue(
        quiet.out().contains("nobody but Millwright has written the state of machines"),
        quiet.out());
    database.execute(
        "SET application_name = 'recipe_flow'; UPDATE machine_state SET current_state = 'IDLE'");
    Console told = migrate("status");
    assertTrue(told.out().contains("written by others than Millwright, last "), told.out());
    assertTrue(
        told.out()
            .lines()
            .anyMatch(line -> line.matches("18 +update +postgres +recipe_flow +127.0.0.1 .*")),
        told.out());
    assertTrue(
        migrate("status --json")
            .out()
            .contains(
                "{\"foreign_writer\":\"postgres\",\"application\":\"recipe_flow\","
                    + "\"address\":\"127.0.0.1\",\"kind\":\"update\",\"writes\":18,"));
    Console refused = migrate("apply");
    assertTrue(refused.err().contains("recipe_flow"), refused.err());
    assertEquals(Exit.OK, migrate("apply --force --reason agreed").exitCode());
    assertEquals(Exit.OK, migrate("verify").exitCode());
  }

  /** Before: what it would do with each value. */
  @Test
  void planShowsWhatChangesRowByRow() {
    Console plan = migrate("plan");
    assertEquals(Exit.OK, plan.exitCode(), plan.err());
    assertTrue(plan.out().contains("VIRTUAL-DEV-001: upper case or white space"), plan.out());
  }

  private Console migrate(String action) {
    List<String> arguments = new ArrayList<>(List.of("migrate"));
    arguments.addAll(List.of(action.split(" ")));
    arguments.addAll(List.of("--plan", "consolidation", "--database", database.urlWithPassword()));
    return Console.run(arguments.toArray(String[]::new));
  }
}
