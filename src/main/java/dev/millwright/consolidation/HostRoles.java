package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Keeps hosts apart: gives each its own database role, which reaches the rows of that host's
 * machines and no others. Doing the same twice changes nothing.
 */
public final class HostRoles {

  /** Whatever the server's own choice, which was MD5 before PostgreSQL 14. */
  private static final String HASH = "scram-sha-256";

  private final DataSource dataSource;

  public HostRoles(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** What is to become of the host. */
  public enum Change {
    /** It gets its role, and these machines besides those that it has. */
    ADD,
    /** It loses these machines or, if none is named, all, and its role. */
    REMOVE
  }

  /**
   * Shows what {@link #run} would do, as SQL; changes nothing.
   *
   * @param login whether there is a password
   */
  public List<String> script(HostRole host, Change change, boolean login) throws PlanException {
    return Transactions.run(
        dataSource, true, subject(host), connection -> script(connection, host, change, login));
  }

  /**
   * Does it, in one transaction. A busy table is left to others and tried again, as with plans.
   *
   * @param password which the role gets, and may log in with; null to leave it as it is. Only its
   *     hash reaches the server
   * @return what was done, as SQL
   */
  public List<String> run(HostRole host, Change change, String password) throws PlanException {
    return Transactions.runPatiently(
        dataSource,
        Patience.DEFAULT,
        subject(host),
        number -> connection -> run(connection, host, change, password));
  }

  private static List<String> run(
      Connection connection, HostRole host, Change change, String password)
      throws SQLException, PlanException {
    Surroundings.checkWritable(connection, subject(host));
    RunnerLock.take(connection, Patience.DEFAULT);
    List<String> script = script(connection, host, change, password != null);
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : script) {
        if (!sql.startsWith("--")) {
          statement.execute(sql);
        }
      }
    }
    if (password != null) {
      connection
          .unwrap(PGConnection.class)
          .alterUserPassword(host.role(), password.toCharArray(), HASH);
    }
    return script;
  }

  private static List<String> script(
      Connection connection, HostRole host, Change change, boolean login)
      throws SQLException, PlanException {
    HostFacts facts = new HostFacts(connection, host);
    refuseIfAny(host, facts.reasons());
    String schema = one(connection, "SELECT current_schema()");
    String database = one(connection, "SELECT current_database()");
    HostScript script = new HostScript(connection, host);
    if (change == Change.REMOVE) {
      return script.removing(database, schema);
    }
    refuseIfAny(host, facts.missing());
    refuseIfAny(host, new HostViews(facts, host).waysAround());
    if (!host.register()) {
      refuseIfAny(
          host,
          facts.unknownMachines().stream()
              .map(
                  serial ->
                      "table machines has no row with serial_number "
                          + serial
                          + ": correct it, insert the row, or let the host's daemon do so with"
                          + " --register")
              .toList());
    }
    return script.adding(login, database, schema);
  }

  private static String subject(HostRole host) {
    return "role " + host.role();
  }

  private static void refuseIfAny(HostRole host, List<String> reasons) throws PlanException {
    if (!reasons.isEmpty()) {
      throw new PlanException(subject(host) + " cannot be changed:", reasons);
    }
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
