package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Who other than Millwright has written the state of machines since plan consolidation counts them.
 *
 * @param user the database user who logged in
 * @param role the role that this user took; the user itself when it took none
 * @param application as it calls itself; may be empty
 * @param address where it comes from; {@code local} for this host's socket
 * @param kind what it did, such as {@code update} or {@code status not in lower case}
 * @param writes how often
 * @param firstAt when first
 * @param lastAt when last
 */
public record ForeignWriter(
    String user,
    String role,
    String application,
    String address,
    String kind,
    long writes,
    Instant firstAt,
    Instant lastAt) {

  /** More are not read: the newest ones say enough. */
  public static final int MOST = 100;

  /** The newest first; empty where nobody counts, too. */
  public static List<ForeignWriter> read(DataSource dataSource) throws PlanException {
    return Transactions.run(dataSource, true, "who else writes", ForeignWriter::read);
  }

  private static List<ForeignWriter> read(Connection connection) throws SQLException {
    List<ForeignWriter> writers = new ArrayList<>();
    if (!Records.exists(connection, "millwright_foreign_writers")) {
      return writers;
    }
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "SELECT database_user, role, application, address, kind, writes, first_at, last_at"
                    + " FROM millwright_foreign_writers ORDER BY last_at DESC, kind LIMIT "
                    + MOST)) {
      while (row.next()) {
        writers.add(
            new ForeignWriter(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                row.getObject(8, OffsetDateTime.class).toInstant()));
      }
    }
    return writers;
  }
}
