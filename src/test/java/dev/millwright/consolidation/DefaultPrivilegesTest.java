package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.consolidation.HostRoles.Change;
import dev.millwright.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A site where whatever is made is everybody's from the start, as some hosted databases are set up:
 * who may write a table that a plan or a trigger relies on acts as their owner.
 */
class DefaultPrivilegesTest {

  /** All relations and functions with a right for anybody but their owner. */
  private static final String OTHERS =
      """
      SELECT string_agg(DISTINCT object || ' ' || grantee::regrole, ', ') FROM (
        SELECT relname AS object, relowner AS owner, relacl AS acl
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
        UNION ALL
        SELECT proname, proowner, coalesce(proacl, acldefault('f', proowner))
          FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS objects, aclexplode(acl)
       WHERE grantee <> owner""";

  private final TestDatabase database = TestDatabase.empty();

  @BeforeEach
  void everybodyMayDoAll() throws Exception {
    database.create();
    database.execute(
        "CREATE ROLE privileges_anon;"
            + " ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO privileges_anon;"
            + " ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;"
            + " ALTER DEFAULT PRIVILEGES GRANT ALL ON FUNCTIONS TO privileges_anon");
  }

  @AfterEach
  void drop() throws Exception {
    database.execute("DROP OWNED BY privileges_anon; DROP ROLE privileges_anon");
    database.close();
  }

  @Test
  void whatPlansMakeIsTheirOwnersAlone() throws Exception {
    PlanRunner runner = new PlanRunner(database.dataSource());
    runner.apply(Plan.load("schema"), null);
    String preview =
        "SELECT 'machines' AS table_name, '1' AS row_key, 'status' AS column_name, '' AS before,"
            + " '' AS after, '' AS why";
    runner.apply(
        new Plan("kept", List.of(Phases.phase("1", preview, "SELECT 1", "SELECT 1"))), null);
    assertEquals("1", database.value("SELECT count(*) FROM millwright_changes"));
    assertEquals(null, database.value(OTHERS));
    assertEquals(List.of(), runner.verify(Plan.load("schema")));
  }

  @Test
  void theListOfHostsIsItsOwnersAloneAsWell() throws Exception {
    new PlanRunner(database.dataSource()).apply(Plan.load("schema"), null);
    HostRoles roles = new HostRoles(database.dataSource());
    roles.run(new HostRole("privileges", List.of("E1"), true), Change.ADD, null);
    try {
      assertEquals(
          "millwright_privileges SELECT",
          database.value(
              "SELECT string_agg(grantee::regrole || ' ' || privilege_type, ', ')"
                  + " FROM pg_class, aclexplode(relacl)"
                  + " WHERE relname = 'millwright_host_machines' AND grantee <> relowner"));
    } finally {
      roles.run(new HostRole("privileges", List.of(), false), Change.REMOVE, null);
    }
  }
}
