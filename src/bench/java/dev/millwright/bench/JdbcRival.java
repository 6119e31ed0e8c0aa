package dev.millwright.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Statements through pgjdbc on one connection in auto-commit, each machine in its turn; starts and
 * completions alternate. Nothing is kept on disk before, and nobody asks what became of it.
 */
final class JdbcRival implements Rival {

  /** What a statement's parameters are. */
  interface Binding {
    void bind(PreparedStatement statement, Step step) throws SQLException;
  }

  /**
   * One change of one machine.
   *
   * @param process the run; null when it has ended
   * @param seq the number of the state before
   */
  record Step(UUID machine, String status, UUID process, long seq) {}

  private record Statement(PreparedStatement prepared, Binding binding) {}

  private final Connection connection;
  private final List<Statement> statements = new ArrayList<>();
  private final int machines;
  private long done;

  private JdbcRival(DataSource database, int machines) throws SQLException {
    this.connection = database.getConnection();
    this.machines = machines;
  }

  private JdbcRival with(String sql, Binding binding) throws SQLException {
    statements.add(new Statement(connection.prepareStatement(sql), binding));
    return this;
  }

  /** As the old system did: one fact in two tables, by two statements of a commit each. */
  static JdbcRival twoUpdates(DataSource database, int machines) throws SQLException {
    return new JdbcRival(database, machines)
        .with(
            "UPDATE machines SET status = ?, current_process_id = ?, updated_at = now()"
                + " WHERE id = ?",
            JdbcRival::bindOld)
        .with(
            "UPDATE machine_state SET current_state = ?, process_id = ?, state_since = now(),"
                + " is_failure_mode = false, failure_component = NULL, failure_description = NULL,"
                + " updated_at = now() WHERE machine_id = ?",
            JdbcRival::bindOld);
  }

  /** The stored function that was to replace them: see {@link OldTables#FUNCTION}. */
  static JdbcRival function(DataSource database, int machines) throws SQLException {
    return new JdbcRival(database, machines)
        .with("SELECT atomic_set_machine_state(?, ?, ?)", JdbcRival::bindOld);
  }

  /** What anyone would write for our table, with the guard; no history, no journal. */
  static JdbcRival bareUpdate(DataSource database, int machines) throws SQLException {
    return new JdbcRival(database, machines)
        .with(
            """
            UPDATE machines
               SET status = ?, current_process_id = ?, state_since = now(),
                   is_failure_mode = false, failure_component = NULL, failure_description = NULL,
                   state_seq = state_seq + 1, last_event = ?, last_transition_id = ?,
                   last_detail = CAST(? AS jsonb), updated_at = clock_timestamp()
             WHERE id = ? AND state_seq = ?
            """,
            (update, step) -> {
              update.setString(1, step.status());
              update.setObject(2, step.process(), Types.OTHER);
              update.setString(3, step.process() == null ? "complete" : "start");
              update.setObject(4, UUID.randomUUID());
              update.setString(
                  5,
                  "{\"source\": \"machine\", \"recipe\": \"R42\", \"cycle\": " + step.seq() + "}");
              update.setObject(6, step.machine());
              update.setLong(7, step.seq());
            });
  }

  private static void bindOld(PreparedStatement statement, Step step) throws SQLException {
    statement.setString(1, step.status());
    statement.setObject(2, step.process(), Types.OTHER);
    statement.setObject(3, step.machine());
  }

  @Override
  public void persist(int transitions) throws SQLException {
    for (int i = 0; i < transitions; i++) {
      long seq = done / machines;
      boolean starts = seq % 2 == 0;
      Step step =
          new Step(
              OldTables.id((int) (done % machines) + 1),
              starts ? "processing" : "idle",
              starts ? UUID.randomUUID() : null,
              seq);
      for (Statement statement : statements) {
        statement.binding().bind(statement.prepared(), step);
        if (!statement.prepared().execute() && statement.prepared().getUpdateCount() != 1) {
          throw new IllegalStateException("not one row: " + step);
        }
      }
      done++;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
