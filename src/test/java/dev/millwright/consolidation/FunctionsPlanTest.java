package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plan functions going up and down: document 001's rollback dropped, and restored nothing. */
class FunctionsPlanTest {

  /** With each grant written out: NULL and the default in words are the same rights. */
  private static final String FUNCTIONS =
      """
      SELECT string_agg(pg_get_functiondef(oid) || (
               SELECT string_agg(format('%s%s by %s', grantee, is_grantable, grantor), ', '
                                 ORDER BY grantee, grantor)
                 FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))), E'\\n' ORDER BY oid)
        FROM pg_proc WHERE proname LIKE 'atomic%'""";

  private final TestDatabase database = TestDatabase.withSchema();
  private PlanRunner runner;
  private Plan plan;

  @BeforeEach
  void create() throws Exception {
    database.create();
    runner = new PlanRunner(database.dataSource());
    plan = Plan.load("functions");
  }

  @AfterEach
  void drop() throws Exception {
    database.close();
  }

  @Test
  void upDownUpIsTheSameAndDownLeavesNothing() throws Exception {
    runner.apply(plan, null);
    assertEquals(List.of(), runner.verify(plan));
    runner.rollback(plan, null);
    assertEquals(null, database.value(FUNCTIONS));
    runner.apply(plan, null);
    assertEquals(List.of(), runner.verify(plan));
  }

  /** A site's own repaired version of 001 is back afterwards: body, owner, grants, all. */
  @Test
  void legacy001_theFunctionsThatWereThereComeBack() throws Exception {
    database.execute(
        """
        CREATE ROLE functions_caller;
        GRANT SELECT, UPDATE ON machines TO functions_caller;
        CREATE FUNCTION atomic_complete_machine_state(p_machine_id uuid) RETURNS json
          LANGUAGE sql SECURITY DEFINER AS 'SELECT ''1''::json';
        CREATE FUNCTION atomic_processing_machine_state(p_machine_id uuid, p_process_id uuid)
          RETURNS json LANGUAGE sql AS 'SELECT ''2''::json';
        REVOKE EXECUTE ON FUNCTION atomic_complete_machine_state FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION atomic_complete_machine_state TO functions_caller""");
    try {
      String before = database.value(FUNCTIONS);
      runner.apply(plan, null);
      assertEquals(
          "false",
          database.value(
              "SELECT atomic_complete_machine_state(p_machine_id => gen_random_uuid())"
                  + " ->> 'success'"));
      runner.rollback(plan, null);
      assertEquals(before, database.value(FUNCTIONS));
    } finally {
      database.execute("DROP OWNED BY functions_caller; DROP ROLE functions_caller");
    }
  }

  /**
   * What is kept knows no guard, and this one has its owner's rights: nobody calls it meanwhile.
   */
  @Test
  void whatIsKeptIsCalledByItsOwnerAloneUntilTheWayBack() throws Exception {
    database.execute(
        """
        CREATE ROLE functions_old LOGIN PASSWORD 'functions_old';
        CREATE ROLE functions_gone;
        GRANT SELECT, UPDATE ON machines TO functions_old, functions_gone;
        CREATE FUNCTION atomic_complete_machine_state(p_machine_id uuid) RETURNS json
          LANGUAGE sql SECURITY DEFINER AS 'SELECT ''1''::json';
        CREATE FUNCTION atomic_processing_machine_state(p_machine_id uuid, p_process_id uuid)
          RETURNS json LANGUAGE sql AS 'SELECT ''2''::json';
        REVOKE EXECUTE ON FUNCTION atomic_complete_machine_state FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION atomic_complete_machine_state TO functions_old WITH GRANT OPTION;
        GRANT EXECUTE ON FUNCTION atomic_complete_machine_state TO functions_gone""");
    try {
      List<String> foretold = new ArrayList<>();
      runner.preview(
          plan.phases().get(0),
          10,
          change -> foretold.add(change.table() + " " + change.rowKey() + " " + change.before()));
      assertEquals(
          List.of(
              "atomic_complete_machine_state(uuid) functions_gone granted",
              "atomic_complete_machine_state(uuid) functions_old granted with grant option",
              "atomic_processing_machine_state(uuid, uuid) public granted"),
          foretold);
      runner.apply(plan, null);
      for (String call :
          List.of(
              "SELECT public.atomic_complete_machine_state_replaced(gen_random_uuid())",
              "SELECT public.atomic_processing_machine_state_replaced(NULL, NULL)")) {
        SQLException refused =
            assertThrows(SQLException.class, () -> callAs("functions_old", call));
        assertEquals("42501", refused.getSQLState(), refused.getMessage());
      }
      database.execute(
          "GRANT EXECUTE ON FUNCTION atomic_complete_machine_state_replaced TO functions_old");
      assertEquals(
          "[function atomic_complete_machine_state_replaced(uuid): expected for its owner alone;"
              + " is for functions_old]",
          runner.verify(plan).toString());
      database.execute("DROP OWNED BY functions_gone; DROP ROLE functions_gone");
      assertEquals(
          List.of(
              "role functions_gone is gone: its right to call atomic_complete_machine_state(uuid)"
                  + " is not given back"),
          runner.rollback(plan, null).get(0).notes());
      callAs("functions_old", "SELECT public.atomic_complete_machine_state(gen_random_uuid())");
      callAs("functions_old", "SELECT public.atomic_processing_machine_state(NULL, NULL)");
    } finally {
      database.execute(
          "DROP OWNED BY functions_old; DROP ROLE functions_old; DROP ROLE IF EXISTS functions_gone");
    }
  }

  /** They run with their caller's rights, and only for those who may change machines anyway. */
  @Test
  void onlyWhoMayChangeMachinesMayCall() throws Exception {
    database.execute(
        "CREATE ROLE functions_user LOGIN PASSWORD 'functions_user';"
            + " CREATE ROLE functions_reader LOGIN PASSWORD 'functions_reader';"
            + " GRANT SELECT ON machines TO functions_reader;"
            + " GRANT SELECT, UPDATE ON machines TO functions_user;"
            + " INSERT INTO machines (serial_number) VALUES ('A')");
    try {
      runner.apply(plan, null);
      String call =
          "SELECT atomic_processing_machine_state(id, gen_random_uuid()) ->> 'success'"
              + " FROM public.machines";
      assertThrows(SQLException.class, () -> callAs("functions_reader", call));
      // A temporary table of the caller's takes no table's place.
      callAs("functions_user", "CREATE TEMPORARY TABLE machines (id uuid); " + call);
      assertEquals("processing", database.value("SELECT status FROM machines"));
      assertEquals(
          "functions_user", database.value("SELECT detail ->> 'user' FROM machine_transitions"));
    } finally {
      database.execute(
          "DROP OWNED BY functions_user, functions_reader;"
              + " DROP ROLE functions_user, functions_reader");
    }
  }

  /** While machine_state is a table that old programs read, the functions would not write it. */
  @Test
  void whatStandsAgainstItIsSaid() throws Exception {
    database.execute(
        """
        CREATE TABLE machine_state (machine_id uuid);
        CREATE ROLE functions_poor;
        CREATE FUNCTION atomic_error_machine_state(p uuid) RETURNS json
          LANGUAGE sql SECURITY DEFINER AS 'SELECT ''1''::json';
        REVOKE EXECUTE ON FUNCTION atomic_error_machine_state FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION atomic_error_machine_state TO functions_poor;
        ALTER TABLE machines DISABLE TRIGGER machines_record_transition""");
    try {
      List<String> reasons =
          assertThrows(PlanException.class, () -> runner.apply(plan, null)).reasons();
      assertEquals(
          List.of(
              "table machines has no enabled trigger machines_record_transition, which numbers and"
                  + " records what the functions write: apply plan schema first or, in an old"
                  + " installation, plan consolidation",
              "machine_state is a table, which the functions would leave behind: apply plan"
                  + " consolidation to its cut-over first, which makes it a view",
              "role functions_poor may call atomic_error_machine_state, which changes machines with"
                  + " its owner's rights; the new one needs its caller's: GRANT SELECT, UPDATE ON"
                  + " machines TO functions_poor, or revoke the call"),
          reasons);
    } finally {
      database.execute("DROP OWNED BY functions_poor; DROP ROLE functions_poor");
    }
  }

  /** PostgreSQL gives every new function to everybody: a program that calls it would lose it. */
  @Test
  void whoMightCallTheOldOnesIsNotLockedOutUnsaid() throws Exception {
    database.execute(
        """
        CREATE ROLE functions_old LOGIN PASSWORD 'functions_old';
        CREATE FUNCTION atomic_complete_machine_state(p_machine_id uuid) RETURNS json
          LANGUAGE sql SECURITY DEFINER AS 'SELECT ''1''::json';
        CREATE FUNCTION atomic_processing_machine_state(p_machine_id uuid, p_process_id uuid)
          RETURNS json LANGUAGE sql AS 'SELECT ''2''::json'""");
    try {
      String call = "SELECT public.atomic_complete_machine_state(gen_random_uuid())";
      callAs("functions_old", call);
      assertEquals(
          List.of(
              "everybody may call atomic_complete_machine_state(uuid), which changes machines with"
                  + " its owner's rights; the new one needs its caller's: REVOKE EXECUTE ON FUNCTION"
                  + " atomic_complete_machine_state(uuid) FROM PUBLIC, and to the roles that call it"
                  + " GRANT EXECUTE on it, and SELECT, UPDATE ON machines"),
          assertThrows(PlanException.class, () -> runner.apply(plan, null)).reasons());
      callAs("functions_old", call);
      database.execute(
          "REVOKE EXECUTE ON FUNCTION atomic_complete_machine_state(uuid) FROM PUBLIC;"
              + " GRANT EXECUTE ON FUNCTION atomic_complete_machine_state(uuid) TO functions_old;"
              + " GRANT SELECT, UPDATE ON machines TO functions_old");
      runner.apply(plan, null);
      callAs("functions_old", call);
    } finally {
      database.execute("DROP OWNED BY functions_old; DROP ROLE functions_old");
    }
  }

  /** Default privileges give the new ones to nobody either; a right to some columns is enough. */
  @Test
  void whoMayChangeColumnsMayCallAndNobodyElse() throws Exception {
    database.execute(
        """
        CREATE ROLE functions_anon;
        CREATE ROLE functions_columns;
        ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO functions_anon;
        GRANT UPDATE (status) ON machines TO functions_columns""");
    try {
      runner.apply(plan, null);
      assertEquals(
          "functions_columns 4",
          database.value(
              "SELECT string_agg(DISTINCT grantee::regrole::text, ', ') || ' ' || count(*)"
                  + " FROM pg_proc, aclexplode(proacl)"
                  + " WHERE proname LIKE 'atomic%' AND grantee <> proowner"));
    } finally {
      database.execute(
          "DROP OWNED BY functions_anon, functions_columns;"
              + " DROP ROLE functions_anon, functions_columns");
    }
  }

  private void callAs(String role, String sql) throws SQLException {
    try (Connection connection = database.dataSourceAs(role).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
