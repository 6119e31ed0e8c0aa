package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.CLEANUP;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what with machine_state is the same before, during and after. */
class ConsolidationRightsTest {

  private static final String RIGHTS =
      """
      SELECT string_agg(entry, ', ' ORDER BY entry) FROM (
        SELECT privilege_type || coalesce('(' || column_name || ')', '') || ' ' || grantee
                 || CASE is_grantable WHEN 'YES' THEN '*' ELSE '' END AS entry
          FROM (SELECT grantee, privilege_type, is_grantable, NULL AS column_name
                  FROM information_schema.role_table_grants WHERE table_name = 'machine_state'
                UNION ALL
                SELECT grantee, privilege_type, is_grantable, column_name
                  FROM information_schema.role_column_grants AS granted WHERE table_name = 'machine_state'
                   AND grantee = 'old_clerk') AS granted
        UNION ALL
        SELECT 'owner ' || pg_get_userbyid(relowner) FROM pg_class
         WHERE oid = 'machine_state'::regclass) AS rights (entry)
      """;

  private TestDatabase database;

  @BeforeEach
  void create() throws Exception {
    database = OldInstallation.real();
    database.execute(
        """
        CREATE ROLE old_owner LOGIN PASSWORD 'old_owner';
        CREATE ROLE old_program LOGIN PASSWORD 'old_program';
        CREATE ROLE old_clerk LOGIN PASSWORD 'old_clerk';
        CREATE ROLE old_board LOGIN PASSWORD 'old_board';
        GRANT CREATE ON SCHEMA public TO old_owner;
        ALTER TABLE machines OWNER TO old_owner;
        ALTER TABLE machine_components OWNER TO old_owner;
        ALTER TABLE recipe_commands OWNER TO old_owner;
        ALTER TABLE machine_state OWNER TO old_owner;
        GRANT SELECT, INSERT, UPDATE, DELETE ON machine_state TO old_program;
        GRANT SELECT ON machine_state TO old_board WITH GRANT OPTION;
        GRANT SELECT (machine_id, current_state), UPDATE (failure_description) ON machine_state TO old_clerk;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO old_clerk;
        ALTER DEFAULT PRIVILEGES FOR ROLE old_owner IN SCHEMA public GRANT ALL ON TABLES TO old_clerk;
        """);
  }

  @AfterEach
  void drop() throws Exception {
    for (String role : List.of("old_clerk", "old_board", "old_program", "old_owner")) {
      database.execute("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
    }
    database.close();
  }

  /** Whoever applies it: a superuser, or the owner who is none. */
  @Test
  void ownerAndGrantsAreTheSameInEveryPhase() throws Exception {
    CatalogueDump dump = CatalogueDump.of(database.dataSource());
    List<String> before = dump.lines();
    String rights = database.value(RIGHTS);
    assertTrue(rights.contains("SELECT old_board*") && rights.contains("owner old_owner"), rights);
    for (String role : List.of("postgres", "old_owner")) {
      PlanRunner runner = new PlanRunner(database.dataSourceAs(role), OldInstallation.AT_ONCE);
      runner.apply(plan(), CUTOVER);
      assertEquals(rights, database.value(RIGHTS), role);
      runner.apply(plan(), CLEANUP);
      assertEquals(List.of(), runner.verify(plan()));
      runner.rollback(plan(), CUTOVER);
      assertEquals(rights, database.value(RIGHTS), role);
      runner.rollback(plan(), null);
      assertEquals("", CatalogueDump.difference(before, dump.lines()), role);
    }
  }

  /** A program that may write machine_state only needs no right on machines, nor on our tables. */
  @Test
  void aProgramNeedsNoNewRightAndGetsNone() throws Exception {
    OldInstallation.apply(database, CUTOVER);
    try (Connection connection = database.dataSourceAs("old_program").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE machine_state SET current_state = 'OFFLINE'");
      statement.execute(
          "INSERT INTO machine_state (machine_id, current_state) SELECT machine_id, 'BANANA'"
              + " FROM machine_state ON CONFLICT (machine_id) DO UPDATE"
              + " SET current_state = excluded.current_state");
      statement.execute("DELETE FROM machine_state");
      assertThrows(
          SQLException.class, () -> statement.execute("UPDATE machines SET status = 'idle'"));
      assertThrows(
          SQLException.class, () -> statement.execute("DELETE FROM consolidation_foreign_writes"));
    }
    try (Connection connection = database.dataSourceAs("old_clerk").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE machine_state SET failure_description = 'Dry'");
      assertThrows(
          SQLException.class, () -> statement.execute("SELECT process_id FROM machine_state"));
    }
    assertEquals("18", database.value("SELECT count(*) FROM machines WHERE status = 'offline'"));
    assertEquals(
        "old_clerk old_program",
        database.value(
            "SELECT string_agg(DISTINCT database_user, ' ' ORDER BY database_user)"
                + " FROM millwright_foreign_writers"));
  }

  /** Triggers run as the owner: what they call must not be chosen by whoever fires them. */
  @Test
  void aFunctionOfSomebodyElseIsNotCalledAsTheOwner() throws Exception {
    database.execute("GRANT CREATE ON SCHEMA public TO old_program");
    OldInstallation.apply(database, OldInstallation.NORMALISE);
    try (Connection connection = database.dataSourceAs("old_program").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE FUNCTION consolidation_status(told varchar) RETURNS text LANGUAGE plpgsql AS"
              + " $$ BEGIN RAISE EXCEPTION 'called as %', current_user; END $$");
      statement.execute("UPDATE machine_state SET current_state = ' OFFLINE'");
    }
    assertEquals(
        "5", database.value("SELECT count(*) FROM machine_state WHERE current_state = 'offline'"));
  }

  /** Some sites give new tables to everybody; the way back runs what is in one of ours. */
  @Test
  void nobodyElseWritesWhatTheWayBackExecutes() throws Exception {
    OldInstallation.apply(database, CUTOVER);
    try (Connection connection = database.dataSourceAs("old_clerk").getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : List.of("consolidation_undo", "consolidation_left")) {
        SQLException refused =
            assertThrows(SQLException.class, () -> statement.execute("DELETE FROM " + table));
        assertEquals("42501", refused.getSQLState());
      }
    }
    PlanRunner runner = OldInstallation.runner(database);
    assertEquals(List.of(), runner.verify(plan(), CUTOVER));
    database.execute("GRANT INSERT ON consolidation_undo TO old_clerk");
    assertEquals(
        "consolidation_undo: rights of old_clerk: expected SELECT at most; is INSERT:"
            + " REVOKE ALL ON TABLE consolidation_undo FROM old_clerk",
        runner.verify(plan(), CUTOVER).get(0).toString());
  }
}
