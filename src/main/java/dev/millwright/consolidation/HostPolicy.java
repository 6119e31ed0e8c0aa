package dev.millwright.consolidation;

import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * A row-level security policy that keeps hosts apart.
 *
 * <p>Its name holds a colon, which no host's name does: so no host can be named like another one's
 * policy, or like the one that is for everybody.
 *
 * @param permissive whether it lets rows through; if not, it keeps all others back
 * @param command as in pg_policy: * for all, r for SELECT
 * @param role whom it is for; null for everybody
 * @param using which rows, as SQL
 */
record HostPolicy(
    String table, String name, boolean permissive, String command, String role, String using) {

  static final String EVERYBODY = "millwright:everybody";

  /** What the names of all restrictive ones begin with. */
  static final String ONLY = "millwright:only:";

  /** On a table whose row-level security was off: lets everybody through, as before. */
  static HostPolicy everybody(String table) {
    return new HostPolicy(table, EVERYBODY, true, "*", null, "true");
  }

  static HostPolicy only(String table, HostRole host, String rows) {
    return new HostPolicy(table, ONLY + host.host(), false, "*", host.role(), rows);
  }

  static HostPolicy permit(String table, HostRole host, String rows) {
    return new HostPolicy(table, "millwright:permit:" + host.host(), true, "*", host.role(), rows);
  }

  /** On the list of machines: a host may read its own rows. */
  static HostPolicy list(HostRole host, String rows) {
    return new HostPolicy(
        HostScript.LIST, "millwright:list:" + host.host(), true, "r", host.role(), rows);
  }

  String create(PGConnection words) throws SQLException {
    return String.format(
        "CREATE POLICY %s ON %s AS %s FOR %s TO %s USING (%s)",
        words.escapeIdentifier(name),
        table,
        permissive ? "PERMISSIVE" : "RESTRICTIVE",
        command.equals("r") ? "SELECT" : "ALL",
        role == null ? "PUBLIC" : words.escapeIdentifier(role),
        using);
  }

  static String drop(PGConnection words, String table, String name) throws SQLException {
    return "DROP POLICY " + words.escapeIdentifier(name) + " ON " + table;
  }
}
