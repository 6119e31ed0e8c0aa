package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.HostRoles.Change;
import dev.millwright.consolidation.SchemaCheck.Also;
import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.store.Addressed;
import dev.millwright.store.CommandClaim;
import dev.millwright.store.CommandEnd;
import dev.millwright.store.CommandRow;
import dev.millwright.store.CommandSession;
import dev.millwright.store.CommandStore;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Outcome;
import dev.millwright.store.Outcome.Kind;
import dev.millwright.store.RecipeVersions;
import dev.millwright.store.Row;
import dev.millwright.store.RunProgress;
import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Document 002's tenants, as this project has them: a host reaches its own machines only. */
class HostRolesTest {

  private static final String EAST = "millwright_east";
  private static final String WEST = "millwright_west";

  /** All that this command changes in a database, and what everybody's rights are. */
  private static final String TRACES =
      """
      SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT concat_ws(' ', relname, relrowsecurity, reloptions,
                 coalesce(relacl, acldefault('r', relowner))) AS line
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
        UNION ALL SELECT concat_ws(' ', tablename, policyname, permissive, roles, qual)
          FROM pg_policies
        UNION ALL SELECT concat_ws(' ', attrelid::regclass, attname, attacl)
          FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid > 16384
        UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'millwright_%'
        UNION ALL SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public') AS lines
      """;

  private final TestDatabase database = TestDatabase.withSchema();
  private HostRoles roles;

  @BeforeEach
  void threeMachines() throws Exception {
    database.create();
    roles = new HostRoles(database.dataSource());
    database.execute(
        "INSERT INTO machines (serial_number) VALUES ('E1'), ('E2'), ('W1');"
            + " INSERT INTO machine_components (machine_id, name) SELECT id, 'Pump' FROM machines");
  }

  @AfterEach
  void drop() throws Exception {
    remove("east");
    remove("west");
    database.close();
  }

  /** Millwright's own delivery, with its trigger, under a role that may do no more than it must. */
  @Test
  void aHostDeliversForItsOwnMachines() throws Exception {
    add("east", "E1", "E2");
    assertEquals(
        List.of(), SchemaCheck.differences(database.dataSourceAs(EAST), Set.of(Also.COMMANDS)));
    MachineStore store = new MachineStore(database.dataSourceAs(EAST));
    assertEquals(Set.of("E1", "E2"), store.all().readable().keySet());
    assertEquals(
        List.of(Kind.WRITTEN, Kind.WRITTEN),
        kinds(
            store.deliver(
                List.of(
                    start(store.all().readable().get("E1")),
                    start(store.all().readable().get("E2"))))));
    assertEquals("start", store.history("E1", 9).get(0).event());
    if (knowsInvokers()) {
      assertEquals("2", as(EAST, "SELECT count(*) FROM process_runs"));
    } else {
      assertThrows(SQLException.class, () -> as(EAST, "SELECT FROM process_runs"));
    }
  }

  /** What belongs to the other one is neither seen nor changed, in none of the tables. */
  @Test
  void twoHostsDoNotReachEachOther() throws Exception {
    add("east", "E1", "E2");
    add("west", "W1");
    MachineStore all = new MachineStore(database.dataSource());
    MachineStore east = new MachineStore(database.dataSourceAs(EAST));
    MachineStore west = new MachineStore(database.dataSourceAs(WEST));
    Addressed first = start(all.all().readable().get("W1"));
    assertEquals(List.of(Kind.CONFLICT), kinds(east.deliver(List.of(first))));
    assertEquals("0", database.value("SELECT count(*) FROM machine_transitions"));
    assertEquals(List.of(Kind.WRITTEN), kinds(west.deliver(List.of(first))));
    database.execute(
        "INSERT INTO recipe_commands (type, machine_id) SELECT 'stop_recipe', id FROM machines;"
            + " INSERT INTO recipe_commands (type) VALUES ('stop_recipe')");
    String counts =
        "SELECT concat_ws(' ', (SELECT string_agg(serial_number, ',' ORDER BY 1) FROM machines),"
            + " (SELECT count(*) FROM machine_components), (SELECT count(*) FROM recipe_commands),"
            + " (SELECT count(*) FROM machine_transitions),"
            + (knowsInvokers() ? " (SELECT count(*) FROM process_runs)," : "")
            + " (SELECT count(*) FROM millwright_host_machines))";
    // A command for any machine is for both of them.
    assertEquals("E1,E2 2 3 0" + (knowsInvokers() ? " 0 2" : " 2"), as(EAST, counts));
    assertEquals("W1 1 2 1" + (knowsInvokers() ? " 1 1" : " 1"), as(WEST, counts));
    assertEquals(
        "3", changedAs(EAST, "UPDATE recipe_commands SET status = 'processing'"), "claimed");
    assertEquals("2", changedAs(EAST, "UPDATE machines SET last_detail = '{}'"));
    for (String denied :
        List.of(
            "UPDATE machines SET serial_number = 'W1' WHERE serial_number = 'E1'",
            "INSERT INTO machines (serial_number) VALUES ('E9')",
            "DELETE FROM machines",
            "TRUNCATE machine_transitions",
            "INSERT INTO millwright_host_machines VALUES ('millwright_east', 'W1')",
            "SELECT FROM recipe_versions",
            "DELETE FROM recipe_versions",
            "UPDATE recipe_commands SET parameters = '{}'",
            "UPDATE recipe_commands SET machine_id = gen_random_uuid() WHERE machine_id IS NULL",
            "ALTER TABLE machines DISABLE ROW LEVEL SECURITY",
            "SET row_security = off; SELECT FROM machines")) {
      SQLException refused = assertThrows(SQLException.class, () -> changedAs(EAST, denied));
      assertEquals("42501", refused.getSQLState(), () -> denied + ": " + refused.getMessage());
    }
  }

  /** The daemon's own statements, under a role that may do no more than it must. */
  @Test
  void aHostTakesItsOwnCommandsAndThoseForAnybody() throws Exception {
    add("east", "E1", "E2");
    database.execute(
        "INSERT INTO recipe_commands (type, machine_id) SELECT 'start_recipe', id FROM machines"
            + " WHERE serial_number IN ('E1', 'W1');"
            + " INSERT INTO recipe_commands (type) VALUES ('start_recipe'), ('stop_recipe')");
    Duration life = Duration.ofMinutes(5);
    try (CommandSession session =
        new CommandStore(database.dataSourceAs(EAST), Duration.ofMinutes(1)).open()) {
      List<CommandRow> rows = session.pending(List.of("E1", "E2", "W1"), life, 10);
      assertEquals(
          List.of("stop_recipe null", "start_recipe E1", "start_recipe null"),
          rows.stream().map(row -> row.type() + " " + row.machine()).toList());
      UUID mine = UUID.randomUUID();
      List<CommandClaim> claims =
          List.of(
              new CommandClaim(rows.get(0).id(), "E2", mine),
              new CommandClaim(rows.get(1).id(), "E1", mine),
              new CommandClaim(rows.get(2).id(), "W1", mine));
      assertEquals(2, session.claim(claims, life).size());
      assertEquals(2, session.claim(claims, life).size(), "sent again, they are the same");
      assertEquals(Set.of(rows.get(2).id()), session.stillPending(List.of(rows.get(2).id())));
      assertTrue(session.refuse(rows.get(2).id(), "too old"));
      assertEquals(
          Set.of(rows.get(1).id()),
          session.end(
              List.of(
                  new CommandEnd(rows.get(1).id(), mine, true, null, mine),
                  new CommandEnd(rows.get(0).id(), UUID.randomUUID(), true, null, null))));
    }
    MachineStore store = new MachineStore(database.dataSourceAs(EAST));
    UUID run = UUID.randomUUID();
    RunProgress progress =
        new RunProgress(
            run, "R42", "running", "1", "fill", 0, 0, 2, "", Duration.ZERO, Duration.ZERO, 0, null);
    assertTrue(store.progress(store.all().readable().get("E1").id(), progress));
    RecipeVersions versions = new RecipeVersions(database.dataSourceAs(EAST));
    versions.keep("ab".repeat(32), "R42", "name = \"R42\"");
    versions.keep("ab".repeat(32), "R42", "name = \"R42\"");
    assertEquals(
        "R42 name = \"R42\"",
        database.value("SELECT string_agg(name || ' ' || source, ',') FROM recipe_versions"));
  }

  /** A command for any machine becomes one of the host's own; one of its own stays with it. */
  @Test
  void aHostClaimsForItsOwnMachinesOnly() throws Exception {
    add("east", "E1", "E2");
    add("west", "W1");
    database.execute(
        "INSERT INTO recipe_commands (type, machine_id) SELECT 'stop_recipe', id FROM machines"
            + " WHERE serial_number = 'E1';"
            + " INSERT INTO recipe_commands (type) VALUES ('stop_recipe'), ('stop_recipe')");
    String west = database.value("SELECT id FROM machines WHERE serial_number = 'W1'");
    for (String denied :
        List.of("machine_id = NULL", "machine_id = '" + west + "' WHERE machine_id IS NULL")) {
      assertThrows(
          SQLException.class, () -> changedAs(EAST, "UPDATE recipe_commands SET " + denied));
    }
    assertEquals(
        "2",
        changedAs(
            EAST,
            "UPDATE recipe_commands SET status = 'processing', claimed_by = gen_random_uuid(),"
                + " machine_id = (SELECT id FROM machines WHERE serial_number = 'E2')"
                + " WHERE machine_id IS NULL"));
    assertEquals("0", as(WEST, "SELECT count(*) FROM recipe_commands"));
    assertEquals(
        "1",
        changedAs(
            WEST,
            "INSERT INTO recipe_versions (hash, name, source) VALUES (repeat('a', 64), 'R', '')"
                + " ON CONFLICT DO NOTHING"));
  }

  /** A daemon with register = true makes rows of its own machines, and of no other one's. */
  @Test
  void aHostRegistersItsOwnMachinesOnly() throws Exception {
    roles.run(new HostRole("east", List.of("E1", "E3"), true), Change.ADD, EAST);
    MachineStore east = new MachineStore(database.dataSourceAs(EAST));
    assertTrue(east.register("E3"));
    assertFalse(east.register("E3"));
    assertThrows(SQLException.class, () -> east.register("E4"));
    assertEquals(
        List.of(), SchemaCheck.differences(database.dataSourceAs(EAST), Set.of(Also.values())));
  }

  /** The other programs of an installation: all rights, reading only, and the view alone. */
  @Test
  void whoHadRightsBeforeKeepsThemAllAndNoMore() throws Exception {
    database.execute(
        """
        CREATE ROLE roles_old_code LOGIN PASSWORD 'roles_old_code';
        GRANT ALL ON machines, machine_components, machine_transitions, recipe_commands,
          process_runs TO roles_old_code;
        CREATE ROLE roles_reader LOGIN PASSWORD 'roles_reader';
        GRANT SELECT ON process_runs TO roles_reader""");
    try {
      String before = database.value(TRACES);
      add("east", "E1");
      start("W1");
      assertEquals("3", changedAs("roles_old_code", "UPDATE machines SET last_event = 'x'"));
      assertEquals("1", changedAs("roles_old_code", "UPDATE machine_transitions SET event = 'y'"));
      assertEquals(
          "1", changedAs("roles_old_code", "INSERT INTO machines (serial_number) VALUES ('N')"));
      assertEquals(
          "2",
          changedAs(
              "roles_old_code",
              "DELETE FROM machines WHERE serial_number > 'E1'" + " AND serial_number < 'O'"));
      assertEquals("1", as("roles_old_code", "SELECT count(*) FROM process_runs"));
      // The view is all that this one may read: it stays its owner's, and is no host's.
      assertEquals("1", as("roles_reader", "SELECT count(*) FROM process_runs"));
      assertThrows(SQLException.class, () -> as("roles_reader", "SELECT FROM machines"));
      assertThrows(SQLException.class, () -> as(EAST, "SELECT FROM process_runs"));
      roles.run(new HostRole("east", List.of(), false), Change.REMOVE, null);
      assertEquals(before, database.value(TRACES));
    } finally {
      database.execute(
          "DROP OWNED BY roles_old_code, roles_reader; DROP ROLE roles_old_code, roles_reader");
    }
  }

  @Test
  void doingItTwiceChangesNothing() throws Exception {
    add("east", "E1");
    String first = database.value(TRACES);
    List<String> second = add("east", "E1");
    assertEquals(first, database.value(TRACES));
    assertEquals(
        List.of(),
        second.stream().filter(sql -> sql.matches("(CREATE|ALTER|DROP) .*")).toList(),
        "nothing that makes the plant wait");
  }

  @Test
  void machinesComeAndGoAndTheLastHostLeavesNoTrace() throws Exception {
    String before = database.value(TRACES);
    add("east", "E1");
    add("west", "W1");
    add("east", "E2");
    roles.run(new HostRole("east", List.of("E1"), false), Change.REMOVE, null);
    assertEquals("E2", as(EAST, "SELECT string_agg(serial_number, ',') FROM machines"));
    remove("east");
    assertEquals("W1", as(WEST, "SELECT string_agg(serial_number, ',') FROM machines"));
    assertThrows(SQLException.class, () -> as(EAST, "SELECT 1"));
    remove("west");
    assertEquals(before, database.value(TRACES));
    assertEquals(1, remove("west").size(), "a note that there is nothing to do");
  }

  /** The way back of another plan has taken tables away, and keeps one under another name. */
  @Test
  void aHostCanBeRemovedFromTheTablesThatAreLeft() throws Exception {
    add("east", "E1");
    add("west", "W1");
    database.execute(
        """
        DROP VIEW process_runs;
        DROP TRIGGER machines_record_transition ON machines;
        DROP TABLE machine_transitions;
        ALTER TABLE recipe_commands RENAME TO "commands kept";""");
    assertTrue(
        assertThrows(PlanException.class, () -> add("east", "E2"))
            .reasons()
            .contains("table recipe_commands is missing: apply plan schema first"));
    remove("east");
    assertEquals("W1", as(WEST, "SELECT string_agg(serial_number, ',') FROM machines"));
    remove("west");
    assertEquals("0", database.value("SELECT count(*) FROM pg_policy"));
    assertEquals("0", database.value("SELECT count(*) FROM pg_class WHERE relrowsecurity"));
    assertEquals(
        "0",
        database.value(
            "SELECT count(*) FROM pg_roles WHERE rolname IN ('" + EAST + "', '" + WEST + "')"));
    assertEquals(null, database.value("SELECT to_regclass('millwright_host_machines')"));
  }

  /** A site with policies of its own: they go on as they were, and let nobody else through. */
  @Test
  void aSitesOwnRowSecurityStaysAsItIs() throws Exception {
    database.execute(
        """
        CREATE ROLE roles_tenant LOGIN PASSWORD 'roles_tenant';
        GRANT SELECT ON machines TO roles_tenant;
        ALTER TABLE machines ENABLE ROW LEVEL SECURITY;
        CREATE POLICY tenant ON machines TO roles_tenant USING (serial_number = 'E2')""");
    try {
      String before = database.value(TRACES);
      add("east", "E1");
      assertEquals("E1", as(EAST, "SELECT string_agg(serial_number, ',') FROM machines"));
      assertEquals("E2", as("roles_tenant", "SELECT string_agg(serial_number, ',') FROM machines"));
      remove("east");
      assertEquals(before, database.value(TRACES));
    } finally {
      database.execute("DROP OWNED BY roles_tenant; DROP ROLE roles_tenant");
    }
  }

  /** A host may have any name, also one that a policy could have: it is kept apart all the same. */
  @Test
  void noHostsNameIsAPolicysName() throws Exception {
    database.execute(
        "CREATE ROLE roles_old_code LOGIN PASSWORD 'roles_old_code';"
            + " GRANT SELECT ON machines TO roles_old_code;"
            + " ALTER TABLE recipe_commands ENABLE ROW LEVEL SECURITY");
    List<String> hosts = List.of("x", "everybody", "x_permit", "only", "x_only");
    String seen = "SELECT string_agg(serial_number, ',' ORDER BY 1) FROM machines";
    try {
      String before = database.value(TRACES);
      for (String host : hosts) {
        add(host, host.equals("x") ? "E1" : "W1");
      }
      database.execute(
          "INSERT INTO recipe_commands (type, machine_id) SELECT 'stop_recipe', id FROM machines");
      assertEquals("E1", as("millwright_x", seen));
      for (String host : hosts.subList(1, hosts.size())) {
        assertEquals("W1", as("millwright_" + host, seen), host);
        assertEquals("1", as("millwright_" + host, "SELECT count(*) FROM recipe_commands"), host);
        assertEquals("1", changedAs("millwright_" + host, "UPDATE machines SET last_event = 'x'"));
        remove(host);
        assertEquals("E1", as("millwright_x", seen), "after " + host);
        assertEquals("1", as("millwright_x", "SELECT count(*) FROM recipe_commands"));
        assertEquals("E1,E2,W1", as("roles_old_code", seen));
      }
      remove("x");
      assertEquals(before, database.value(TRACES));
    } finally {
      for (String host : hosts) {
        remove(host);
      }
      database.execute("DROP OWNED BY roles_old_code; DROP ROLE roles_old_code");
    }
  }

  /** Somebody made one of the policies for others, or permissive: the next run mends it. */
  @Test
  void aPolicyThatKeepsNobodyBackIsMadeAgain() throws Exception {
    add("east", "E1");
    String meant = database.value(TRACES);
    database.execute(
        """
        ALTER POLICY "millwright:only:east" ON machines TO pg_monitor;
        DROP POLICY "millwright:only:east" ON recipe_commands;
        CREATE POLICY "millwright:only:east" ON recipe_commands TO millwright_east USING (true)""");
    add("east", "E1");
    assertEquals("E1", as(EAST, "SELECT string_agg(serial_number, ',') FROM machines"));
    assertEquals(meant, database.value(TRACES));
  }

  /**
   * A view asks with its owner's rights, whom no policy holds back: as machine_state does, with the
   * grants that the old table had, and whatever a site has made besides.
   */
  @Test
  void aViewThatEverybodyMayUseIsNoWayAround() throws Exception {
    database.execute(
        """
        CREATE VIEW machine_state AS SELECT id AS machine_id, status AS current_state FROM machines;
        GRANT SELECT, UPDATE (current_state) ON machine_state TO PUBLIC;
        CREATE VIEW board AS SELECT * FROM machine_state;
        GRANT SELECT ON board TO PUBLIC;
        CREATE MATERIALIZED VIEW report AS SELECT event FROM machine_transitions;
        GRANT SELECT ON report, process_runs TO PUBLIC;
        CREATE VIEW nobodys AS SELECT * FROM machines;
        CREATE VIEW of_no_machine AS SELECT 1;
        GRANT SELECT ON of_no_machine TO PUBLIC""");
    PlanException refused = assertThrows(PlanException.class, () -> add("east", "E1"));
    String revoke =
        "PUBLIC may use %1$s, which shows the machines of all hosts with the rights of its owner:"
            + " REVOKE ALL ON %1$s FROM PUBLIC, and grant it by name to the roles that need it";
    String alter =
        knowsInvokers()
            ? "; or, where they may use its tables too, ALTER VIEW %1$s SET (security_invoker = true)"
            : "";
    assertEquals(
        List.of(
            (revoke + alter).formatted("board"),
            (revoke + alter).formatted("machine_state"),
            (revoke + alter).formatted("process_runs"),
            revoke.formatted("report")),
        refused.reasons());
    assertEquals(
        "0", database.value("SELECT count(*) FROM pg_roles WHERE rolname = '" + EAST + "'"));
    database.execute(
        "REVOKE ALL ON machine_state, board, report, process_runs FROM PUBLIC;"
            + (knowsInvokers()
                ? " ALTER VIEW board SET (security_invoker = on); GRANT SELECT ON board TO PUBLIC"
                : ""));
    add("east", "E1");
    assertEquals("E1", as(EAST, "SELECT string_agg(serial_number, ',') FROM machines"));
    assertThrows(SQLException.class, () -> as(EAST, "SELECT FROM board"));
    database.execute("GRANT SELECT ON nobodys TO " + EAST);
    List<String> own = assertThrows(PlanException.class, () -> add("east", "E1")).reasons();
    assertTrue(own.get(0).startsWith(EAST + " may use nobodys, which shows"), own.toString());
    database.execute("REVOKE ALL ON nobodys FROM " + EAST);
  }

  /** Behind a lock that waits everybody waits: it is given up, and tried again. */
  @Test
  void aBusyTableIsWaitedForInTurns() throws Exception {
    try (Connection busy = database.connect();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("LOCK TABLE machines IN ACCESS SHARE MODE");
      CompletableFuture<Void> added =
          CompletableFuture.runAsync(
              () -> {
                try {
                  add("east", "E1");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      Thread.sleep(1_500);
      assertFalse(added.isDone());
      busy.rollback();
      added.get();
    }
    assertEquals("1", as(EAST, "SELECT count(*) FROM machines"));
  }

  @Test
  void whatCannotBeKeptApartIsRefused() throws Exception {
    assertEquals(
        List.of(
            "table machines has no row with serial_number E9: correct it, insert the row, or let the"
                + " host's daemon do so with --register"),
        assertThrows(PlanException.class, () -> add("east", "E1", "E9")).reasons());
    database.execute(
        "CREATE ROLE millwright_strong SUPERUSER; CREATE ROLE roles_group;"
            + " GRANT roles_group TO millwright_strong");
    try {
      List<String> reasons = assertThrows(PlanException.class, () -> add("strong", "E1")).reasons();
      assertEquals(2, reasons.size(), reasons.toString());
      assertTrue(reasons.get(0).startsWith("role millwright_strong exists already and is a super"));
    } finally {
      database.execute("DROP ROLE millwright_strong, roles_group");
    }
    for (String bad : List.of("", "East", "e st", "e'", "x".repeat(41))) {
      assertThrows(IllegalArgumentException.class, () -> new HostRole(bad, List.of(), false));
    }
    assertEquals(
        "E'\"\\",
        new HostRole("east", List.of("E'\"\\"), true).machines().get(0),
        "serial numbers may hold anything");
    roles.run(new HostRole("east", List.of("E'\"\\"), true), Change.ADD, EAST);
    assertTrue(new MachineStore(database.dataSourceAs(EAST)).register("E'\"\\"));
  }

  /** No superuser is needed: who owns the tables and may create roles, no more. */
  @Test
  void theOwnerOfTheTablesMayDoIt() throws Exception {
    database.execute(
        "CREATE ROLE roles_owner LOGIN CREATEROLE PASSWORD 'roles_owner';"
            + " CREATE ROLE roles_other LOGIN CREATEROLE PASSWORD 'roles_other'");
    try (TestDatabase owned = TestDatabase.empty().create()) {
      owned.execute("GRANT CREATE ON SCHEMA public TO roles_owner");
      DataSource owner = owned.dataSourceAs("roles_owner");
      new PlanRunner(owner).apply(Plan.load("schema"), null);
      owned.execute("INSERT INTO machines (serial_number) VALUES ('E1'), ('W1')");
      HostRole east = new HostRole("east", List.of("E1"), false);
      new HostRoles(owner).run(east, Change.ADD, EAST);
      MachineStore store = new MachineStore(owned.dataSourceAs(EAST));
      assertEquals(Set.of("E1"), store.all().readable().keySet());
      assertEquals(
          List.of(Kind.WRITTEN),
          kinds(store.deliver(List.of(start(store.all().readable().get("E1"))))));
      assertEquals(2, new MachineStore(owner).all().readable().size(), "the owner sees all");
      PlanException refused =
          assertThrows(
              PlanException.class,
              () -> new HostRoles(owned.dataSourceAs("roles_other")).run(east, Change.ADD, null));
      assertTrue(refused.getMessage().contains("machines belongs to roles_owner"));
      new HostRoles(owner).run(new HostRole("east", List.of(), false), Change.REMOVE, null);
    } finally {
      database.execute("DROP ROLE roles_owner, roles_other");
    }
  }

  /** The server gets a hash, also in its log; and whoever names no password gets no login. */
  @Test
  void aRoleMayLogInOnlyWithWhatItWasGiven() throws Exception {
    HostRole east = new HostRole("east", List.of("E1"), false);
    roles.run(east, Change.ADD, null);
    String state =
        "SELECT rolcanlogin || ' ' || coalesce(left(rolpassword, 14), '-') FROM pg_authid"
            + " WHERE rolname = 'millwright_east'";
    assertEquals("false -", database.value(state));
    assertEquals(
        0,
        roles.run(east, Change.ADD, "secret").stream().filter(s -> s.contains("secret")).count());
    assertEquals("true SCRAM-SHA-256$", database.value(state));
    roles.run(east, Change.ADD, null);
    assertEquals("true SCRAM-SHA-256$", database.value(state));
  }

  /** A view asks with its owner's rights before PostgreSQL 15, so none is a host's. */
  private boolean knowsInvokers() throws SQLException {
    return Integer.parseInt(database.value("SHOW server_version_num")) >= 150_000;
  }

  private List<String> add(String host, String... machines) throws Exception {
    return roles.run(
        new HostRole(host, List.of(machines), false), Change.ADD, "millwright_" + host);
  }

  private List<String> remove(String host) throws Exception {
    return roles.run(new HostRole(host, List.of(), false), Change.REMOVE, null);
  }

  private void start(String serial) throws SQLException {
    MachineStore store = new MachineStore(database.dataSource());
    assertEquals(
        List.of(Kind.WRITTEN),
        kinds(store.deliver(List.of(start(store.all().readable().get(serial))))));
  }

  private static List<Kind> kinds(List<Outcome> outcomes) {
    return outcomes.stream().map(Outcome::kind).toList();
  }

  private static Addressed start(Row row) {
    MachineState to =
        new MachineState(
            row.state().seq() + 1,
            Status.PROCESSING,
            UUID.randomUUID(),
            Instant.parse("2026-11-20T09:00:00Z"),
            null);
    Detail detail = new Detail(Detail.MACHINE, "R42", null, null, 0, null, false);
    return new Addressed(
        row.id(),
        row.lastTransitionId(),
        new Transition(UUID.randomUUID(), "start", row.state(), to, detail));
  }

  private String as(String role, String sql) throws SQLException {
    try (Connection connection = database.dataSourceAs(role).getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private String changedAs(String role, String sql) throws SQLException {
    try (Connection connection = database.dataSourceAs(role).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return String.valueOf(statement.getUpdateCount());
    }
  }
}
