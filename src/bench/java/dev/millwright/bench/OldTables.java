package dev.millwright.bench;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;

/** Databases with machines, of the old system and of ours. */
final class OldTables {

  private static final String OLD = "/dev/millwright/consolidation/old-tables.sql";

  /**
   * The old plan's function as it was meant: callable, in one transaction, for machines without a
   * state row too, and refused where the machine is in that state already.
   */
  static final String FUNCTION =
      """
      CREATE FUNCTION atomic_set_machine_state(p_status text, p_process uuid, p_machine uuid)
      RETURNS json LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE machines
           SET status = p_status, current_process_id = p_process, updated_at = now()
         WHERE id = p_machine AND status <> p_status;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'machine % is not there, or is % already', p_machine, p_status;
        END IF;
        INSERT INTO machine_state (machine_id, current_state, process_id, state_since,
          is_failure_mode, failure_component, failure_description, updated_at)
        VALUES (p_machine, p_status, p_process, now(), false, NULL, NULL, now())
        ON CONFLICT (machine_id) DO UPDATE
           SET current_state = EXCLUDED.current_state, process_id = EXCLUDED.process_id,
               state_since = EXCLUDED.state_since, is_failure_mode = false,
               failure_component = NULL, failure_description = NULL, updated_at = now();
        RETURN json_build_object('success', true);
      END
      $$\
      """;

  private static final String ID =
      "('00000000-0000-4000-8000-' || lpad(CAST(n AS text), 12, '0'))::uuid";

  private OldTables() {}

  /** The key of the n-th machine, from 1 on. */
  static UUID id(int n) {
    return new UUID(0x4000L, 0x8000000000000000L | Long.parseLong(Integer.toString(n), 16));
  }

  /** The two tables and the function, with machines that are idle. */
  static TestDatabase old(int machines) throws IOException, SQLException {
    TestDatabase database = TestDatabase.empty().create();
    try (InputStream sql = OldTables.class.getResourceAsStream(OLD)) {
      database.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
    }
    database.execute(FUNCTION);
    database.execute(
        "INSERT INTO machines (id, serial_number, lab_name, status) SELECT "
            + ID
            + ", 'M-' || n, 'lab', 'idle' FROM generate_series(1, "
            + machines
            + ") AS n; INSERT INTO machine_state (machine_id) SELECT id FROM machines");
    return settled(database);
  }

  /** Plan schema, with machines of which nothing is known yet. */
  static TestDatabase ours(int machines) throws SQLException {
    TestDatabase database = TestDatabase.withSchema().create();
    database.execute(
        "INSERT INTO machines (id, serial_number) SELECT "
            + ID
            + ", 'M-' || n FROM generate_series(1, "
            + machines
            + ") AS n");
    return settled(database);
  }

  /** The same without the history, for those who keep none. */
  static TestDatabase bare(int machines) throws SQLException {
    TestDatabase database = ours(machines);
    database.execute("ALTER TABLE machines DISABLE TRIGGER USER");
    return database;
  }

  private static TestDatabase settled(TestDatabase database) throws SQLException {
    database.execute("VACUUM ANALYZE");
    return database;
  }
}
