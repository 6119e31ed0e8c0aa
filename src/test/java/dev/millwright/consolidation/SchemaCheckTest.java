package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.SchemaCheck.Also;
import dev.millwright.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A schema that is not ours is named in its differences before anything is written to it. */
class SchemaCheckTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @Test
  void theSchemaAsAppliedHasNoDifferences() throws Exception {
    assertEquals(List.of(), SchemaCheck.differences(DATABASE.dataSource(), Set.of(Also.values())));
  }

  @Test
  void anEmptyDatabaseLacksEverything() throws Exception {
    try (TestDatabase empty = TestDatabase.empty().create()) {
      List<Difference> differences =
          SchemaCheck.differences(empty.dataSource(), Set.of(Also.values()));
      assertEquals(
          Set.of("missing"), Set.copyOf(differences.stream().map(Difference::actual).toList()));
      // Columns, constraints, triggers, functions, options: none of them goes unchecked.
      assertEquals(99, differences.size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE machine_components ALTER COLUMN type TYPE varchar(9) | machine_components.type: expected text; is character varying(9)
          ALTER TABLE machines ALTER COLUMN status DROP DEFAULT | machines.status: expected text not null default 'offline'::text; is text not null
          ALTER TABLE machines ALTER COLUMN updated_at DROP NOT NULL | machines.updated_at: expected timestamp with time zone not null default now(); is timestamp with time zone default now()
          ALTER TABLE machines DROP COLUMN progress | machines.progress: expected jsonb; is missing
          ALTER TABLE machines DROP CONSTRAINT machines_error_is_failure | machines: constraint machines_error_is_failure: expected CHECK (((status <> 'error'::text) OR is_failure_mode)); is missing
          ALTER TABLE machines DROP CONSTRAINT machines_serial_number_key | machines: UNIQUE (serial_number): expected present; is missing
          ALTER TABLE machines RESET (fillfactor) | machines: fillfactor: expected 30; is missing
          CREATE INDEX by_status ON machines (serial_number, status) | machines: index by_status: expected none on a column that changes with each transition; is CREATE INDEX by_status ON public.machines USING btree (serial_number, status)
          CREATE INDEX busy ON machines (serial_number) WHERE status = 'idle' | machines: index busy: expected none on a column that changes with each transition; is CREATE INDEX busy ON public.machines USING btree (serial_number) WHERE (status = 'idle'::text)
          ALTER TABLE machines DISABLE TRIGGER machines_record_transition | machines: trigger machines_record_transition: expected AFTER UPDATE ON machines FOR EACH ROW WHEN (old.state_seq IS DISTINCT FROM new.state_seq) EXECUTE FUNCTION machines_record_transition(); is AFTER UPDATE ON machines FOR EACH ROW WHEN (old.state_seq IS DISTINCT FROM new.state_seq) EXECUTE FUNCTION machines_record_transition() (disabled)
          DROP TRIGGER recipe_commands_notify ON recipe_commands | recipe_commands: trigger recipe_commands_notify: expected AFTER INSERT ON recipe_commands FOR EACH ROW WHEN (new.status = 'pending'::text) EXECUTE FUNCTION recipe_commands_notify(); is missing
          DROP INDEX recipe_commands_pending | recipe_commands: index recipe_commands_pending: expected btree (created_at) WHERE (status = 'pending'::text); is missing
          ALTER TABLE machine_transitions SET UNLOGGED | machine_transitions: kind: expected table; is unlogged table
          CREATE RULE quiet AS ON UPDATE TO machines DO INSTEAD NOTHING | machines: rule quiet: expected none; is CREATE RULE quiet AS ON UPDATE TO machines DO INSTEAD NOTHING;
          GRANT EXECUTE ON FUNCTION machines_number_transition() TO PUBLIC | function machines_number_transition(): expected as invoker, search_path ours then pg_temp, its owner's alone, body 91752a8f755eb899a6b60365bf88f4a0; is as invoker, search_path ours then pg_temp, also for PUBLIC, body 91752a8f755eb899a6b60365bf88f4a0
          GRANT ALL ON FUNCTION machines_number_transition() TO pg_monitor | function machines_number_transition(): expected as invoker, search_path ours then pg_temp, its owner's alone, body 91752a8f755eb899a6b60365bf88f4a0; is as invoker, search_path ours then pg_temp, also for pg_monitor, body 91752a8f755eb899a6b60365bf88f4a0
          GRANT SELECT, TRIGGER, UPDATE (event) ON machine_transitions TO pg_monitor | machine_transitions: rights of pg_monitor: expected SELECT at most; is TRIGGER, UPDATE: REVOKE TRIGGER, UPDATE ON machine_transitions FROM pg_monitor
          GRANT DELETE ON millwright_phases TO PUBLIC | millwright_phases: rights of PUBLIC: expected SELECT at most; is DELETE: REVOKE DELETE ON millwright_phases FROM PUBLIC
          ALTER FUNCTION recipe_commands_notify() SECURITY DEFINER | function recipe_commands_notify(): expected as invoker, body 5bff70ecc35ab7c5b1699fca65158e0e; is as owner, body 5bff70ecc35ab7c5b1699fca65158e0e
          ALTER FUNCTION machines_record_transition() OWNER TO pg_monitor | function machines_record_transition(): its owner: expected may INSERT into machine_transitions; is pg_monitor, who may not
          ALTER TABLE machines ADD COLUMN lab text | nothing
          CREATE INDEX by_update ON machines (serial_number) INCLUDE (id) | nothing
          """)
  void oneDifferenceIsNamedAsWhatItIs(String change, String named) throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute(change);
      List<String> words =
          SchemaCheck.differences(database.dataSource(), Set.of()).stream()
              .map(difference -> difference.toString().replaceAll("\\s+", " "))
              .toList();
      assertEquals(named.equals("nothing") ? List.of() : List.of(named), words);
    }
  }

  /** Somebody "repaired" the trigger by hand: it no longer numbers, and nothing else would tell. */
  @Test
  void aFunctionThatWasReplacedIsNamed() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute(
          "CREATE OR REPLACE FUNCTION machines_number_transition() RETURNS trigger"
              + " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
      List<Difference> differences = SchemaCheck.differences(database.dataSource(), Set.of());
      assertEquals(
          List.of("function machines_number_transition()"),
          differences.stream().map(Difference::subject).toList());
      assertEquals(
          "as invoker, search_path the caller's, its owner's alone, body 29f0bbb17c21ffbb5f6ebd1e21dbcdf5",
          differences
              .get(0)
              .actual()
              .replaceAll("[0-9a-f]{32}", "29f0bbb17c21ffbb5f6ebd1e21dbcdf5"));
    }
  }

  /** What the daemon's own role has: enough for everything that it does, and not a bit more. */
  @Test
  void aRoleIsToldWhichRightsItLacks() throws Exception {
    DATABASE.execute(
        "CREATE ROLE press_host LOGIN PASSWORD 'press_host';"
            + " GRANT SELECT ON machines, machine_components TO press_host;"
            + " GRANT UPDATE (status, current_process_id, updated_at, state_since, is_failure_mode,"
            + " failure_component, failure_description, state_seq, last_event, last_transition_id,"
            + " progress) ON machines TO press_host");
    try {
      assertEquals(
          List.of(
              "role press_host: expected SELECT on machine_transitions; is not granted:"
                  + " GRANT SELECT ON machine_transitions TO press_host",
              "role press_host: expected INSERT (serial_number) on machines; is not granted:"
                  + " GRANT INSERT (serial_number) ON machines TO press_host",
              "role press_host: expected UPDATE (last_detail) on machines; is not granted:"
                  + " GRANT UPDATE (last_detail) ON machines TO press_host"),
          words("press_host", Set.of(Also.REGISTER)));
      DATABASE.execute(
          "GRANT SELECT ON machine_transitions TO press_host;"
              + " GRANT UPDATE (last_detail) ON machines TO press_host");
      assertEquals(List.of(), words("press_host", Set.of()));
      assertEquals(1 + 7 + 3, words("press_host", Set.of(Also.COMMANDS)).size());
    } finally {
      DATABASE.execute("DROP OWNED BY press_host; DROP ROLE press_host");
    }
  }

  /** A daemon that only watches goes on with the database of the version before. */
  @Test
  void onlyWhoTakesCommandsNeedsWhatRecipesNeed() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      new PlanRunner(database.dataSource()).rollback(Plan.load("schema"), "03-commands");
      assertEquals(
          List.of(), SchemaCheck.differences(database.dataSource(), Set.of(Also.REGISTER)));
      List<Difference> differences =
          SchemaCheck.differences(database.dataSource(), Set.of(Also.COMMANDS));
      assertEquals(16, differences.size(), differences.toString());
      assertTrue(
          differences.toString().contains("recipe_commands.claimed_by: expected uuid; is missing"),
          differences.toString());
    }
  }

  /** Ninety-five times "missing" would hide the one thing that is wrong. */
  @Test
  void aSearchPathWithoutASchemaIsTheOneDifference() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere',"
              + " current_database()); END $$");
      List<Difference> found = SchemaCheck.differences(database.dataSource(), Set.of());
      assertEquals(1, found.size(), found.toString());
      assertEquals("search_path", found.get(0).subject());
      assertEquals("\"nowhere\"", found.get(0).actual());
    }
  }

  /** The administrator asks on behalf of the daemon's role, which may not even get in. */
  @Test
  void anotherRolesRightsAreCheckedToo() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute("CREATE ROLE oven_host; REVOKE USAGE ON SCHEMA public FROM PUBLIC");
      try {
        List<Difference> lacking =
            SchemaCheck.lacking(database.dataSource(), Set.of(), "oven_host");
        assertEquals(
            "role oven_host: expected USAGE on SCHEMA public; is not granted:"
                + " GRANT USAGE ON SCHEMA public TO oven_host",
            lacking.get(0).toString());
        assertEquals(1 + 3 + 11, lacking.size(), lacking.toString());
      } finally {
        database.execute("DROP ROLE oven_host");
      }
      PlanException unknown =
          assertThrows(
              PlanException.class,
              () -> SchemaCheck.lacking(database.dataSource(), Set.of(), "nobody"));
      assertTrue(
          unknown.getMessage().contains("role \"nobody\" does not exist"), unknown.getMessage());
    }
  }

  private static List<String> words(String role, Set<Also> also) throws PlanException {
    return SchemaCheck.differences(DATABASE.dataSourceAs(role), also).stream()
        .map(Difference::toString)
        .toList();
  }
}
