package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.testing.InstalledPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What pg_dump says of an old installation before and after the whole way: somebody else's
 * judgement beside that of {@link CatalogueDump}.
 */
@Tag("host") // needs the system's own PostgreSQL, which has a pg_dump
class PgDumpTest {

  @TempDir private Path folder;

  @Test
  void theDumpAfterTheWayUpAndDownIsTheOneOfBefore() throws Exception {
    Optional<Path> programs = InstalledPostgres.programs();
    assumeTrue(programs.isPresent(), "no PostgreSQL under " + InstalledPostgres.PLACE);
    try (InstalledPostgres server = InstalledPostgres.start(programs.get(), folder)) {
      DataSource database = server.dataSource();
      makeOldInstallation(database);
      List<String> schema = server.dump("--schema-only");
      List<String> everything = sorted(server.dump());
      assertTrue(everything.size() > schema.size(), "there are rows");
      PlanRunner runner = new PlanRunner(database, OldInstallation.AT_ONCE);
      Plan functions = Plan.load("functions");
      runner.apply(OldInstallation.plan(), OldInstallation.CUTOVER);
      runner.apply(functions, null);
      runner.apply(OldInstallation.plan(), null);
      assertNotEquals(schema, server.dump("--schema-only"));
      runner.rollback(functions, null);
      runner.rollback(OldInstallation.plan(), null);
      assertEquals(String.join("\n", schema), String.join("\n", server.dump("--schema-only")));
      assertEquals(everything, sorted(server.dump()));
    }
  }

  /** With functions of its own, and grants on everything. */
  private static void makeOldInstallation(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String script : List.of("old-tables.sql", "old-installation.sql", "old-functions.sql")) {
        statement.execute(OldInstallation.script(script));
      }
      statement.execute(
          """
          CREATE ROLE recipe_flow;
          CREATE ROLE reporting;
          GRANT SELECT, INSERT, UPDATE ON machines, machine_state, recipe_commands TO recipe_flow;
          GRANT SELECT ON ALL TABLES IN SCHEMA public TO reporting;
          GRANT UPDATE (failure_description) ON machine_state TO reporting WITH GRANT OPTION;
          REVOKE EXECUTE ON FUNCTION atomic_error_machine_state FROM PUBLIC;
          GRANT EXECUTE ON FUNCTION atomic_error_machine_state TO recipe_flow WITH GRANT OPTION
          """);
    }
  }

  /** The rows of a table come in no order. */
  private static List<String> sorted(List<String> dump) {
    return dump.stream().sorted().toList();
  }
}
