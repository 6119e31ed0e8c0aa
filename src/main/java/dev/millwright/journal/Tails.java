package dev.millwright.journal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * What is known of each machine, as the file has it; its table is changed here alone. The end that
 * the next transition has to follow on is asked of the file once: it is the same until it is
 * changed here, as nobody else may write to the file, and after a rollback it is asked again.
 *
 * <p>To be used within a commit, by whoever has the file.
 */
final class Tails {

  private final JournalFile file;
  private final Map<String, Tail> asked = new HashMap<>();

  Tails(JournalFile file) {
    this.file = file;
  }

  /** Null when nothing is known of the machine. */
  Tail of(String machine) throws SQLException {
    Tail tail = asked.get(machine);
    if (tail == null) {
      tail = ask(machine);
      asked.put(machine, tail);
    }
    return tail;
  }

  private Tail ask(String machine) throws SQLException {
    PreparedStatement statement = file.prepared(Sql.TAIL);
    statement.setString(1, machine);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Codec.tail(row) : null;
    }
  }

  /** This is known from now on. */
  void know(Known known) throws SQLException {
    PreparedStatement upsert = file.prepared(Sql.KNOW);
    Codec.bind(upsert, known);
    upsert.executeUpdate();
    asked.put(known.machine(), Tail.of(known));
  }

  /** Nothing is known of the machine any more. */
  void forget(String machine) throws SQLException {
    PreparedStatement delete = file.prepared(Sql.FORGET);
    delete.setString(1, machine);
    delete.executeUpdate();
    asked.remove(machine);
  }

  /** The file may have again what it had before. */
  void rolledBack() {
    asked.clear();
  }
}
