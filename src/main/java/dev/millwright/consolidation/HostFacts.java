package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the catalog says of a host's role and of the tables that it is to use. */
final class HostFacts {

  private static final String HERE =
      "class.relnamespace = quote_ident(current_schema())::regnamespace";

  private final Connection connection;
  private final HostRole host;

  HostFacts(Connection connection, HostRole host) {
    this.connection = connection;
    this.host = host;
  }

  boolean roleExists() throws SQLException {
    return is("SELECT FROM pg_roles WHERE rolname = ?", host.role());
  }

  boolean mayLogIn() throws SQLException {
    return is("SELECT FROM pg_roles WHERE rolname = ? AND rolcanlogin", host.role());
  }

  /** Tables that a host needs and that are not here. */
  List<String> missing() throws SQLException {
    return texts(
        """
        SELECT format('table %s is missing: apply plan schema first', name)
          FROM unnest(?::text[]) AS name WHERE to_regclass(name) IS NULL
        """,
        array(HostScript.TABLES));
  }

  /** Why this role or the tables that are here cannot be used; empty when they can. */
  List<String> reasons() throws SQLException {
    List<String> reasons = new ArrayList<>();
    reasons.addAll(
        texts(
            """
            SELECT format('%s belongs to %s: run this as that role or a superuser',
                          class.oid::regclass, relowner::regrole)
              FROM unnest(?::text[]) AS name JOIN pg_class AS class ON class.oid = to_regclass(name)
             WHERE NOT pg_has_role(relowner, 'USAGE')
            """,
            array(HostScript.TABLES)));
    // A role with more than its own rights could not be kept to its machines.
    reasons.addAll(
        texts(
            """
            SELECT format('role %I exists already and %s: choose another --host, or take that from it',
                          rolname, why)
              FROM pg_roles AS role CROSS JOIN LATERAL (
                   SELECT 'is a superuser, or may create roles or databases, replicate or bypass '
                          'row-level security' AS why
                    WHERE rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
                   UNION ALL
                   SELECT 'is a member of ' || string_agg(roleid::regrole::text, ', ')
                     FROM pg_auth_members WHERE member = role.oid HAVING count(*) > 0
                   UNION ALL
                   SELECT 'owns ' || string_agg(relname, ', ') FROM pg_class
                    WHERE relowner = role.oid HAVING count(*) > 0) AS found
             WHERE rolname = ?
            """,
            host.role()));
    return reasons;
  }

  /** Machines that the table does not hold. */
  List<String> unknownMachines() throws SQLException {
    return texts(
        "SELECT serial FROM unnest(?::text[]) AS serial"
            + " WHERE NOT EXISTS (SELECT FROM machines WHERE serial_number = serial)",
        array(host.machines()));
  }

  boolean listExists() throws SQLException {
    return is(
        "SELECT FROM pg_class WHERE oid = to_regclass(quote_ident(current_schema()) || '.' || ?)",
        HostScript.LIST);
  }

  /** The machines of this host. */
  List<String> listed() throws SQLException {
    return texts(
        "SELECT serial_number FROM millwright_host_machines WHERE role_name = ? ORDER BY 1",
        host.role());
  }

  /** Whether another host has policies here, and so needs what all share. */
  boolean hasOthers() throws SQLException {
    return is(
        String.format(
            "SELECT FROM pg_policy JOIN pg_class AS class ON class.oid = polrelid"
                + " WHERE %s AND starts_with(polname::text, '%s') AND polname <> ?",
            HERE, HostPolicy.ONLY),
        HostPolicy.only("", host, "").name());
  }

  /** The tables that have a policy of this name, whatever they are called by now. */
  List<String> tablesWith(String policy) throws SQLException {
    return texts(
        "SELECT class.oid::regclass FROM pg_policy JOIN pg_class AS class ON class.oid = polrelid"
            + (" WHERE " + HERE + " AND polname = ? ORDER BY class.oid"),
        policy);
  }

  /** The tables and views that the role has rights to. */
  List<String> relationsGranted() throws SQLException {
    return texts(
        """
        SELECT DISTINCT class.oid::regclass::text
          FROM pg_class AS class
          LEFT JOIN pg_attribute ON attrelid = class.oid AND attacl IS NOT NULL
         CROSS JOIN LATERAL (
               SELECT grantee FROM aclexplode(relacl) UNION SELECT grantee FROM aclexplode(attacl)) AS acl
          JOIN pg_roles AS role ON role.oid = grantee
         WHERE relkind IN ('r', 'p', 'v', 'm') AND rolname = ? AND\s"""
            + HERE
            + " ORDER BY 1",
        host.role());
  }

  boolean hasRowSecurity(String table) throws SQLException {
    return is("SELECT FROM pg_class WHERE oid = to_regclass(?) AND relrowsecurity", table);
  }

  boolean hasPolicy(String table, String policy) throws SQLException {
    return is(
        "SELECT FROM pg_policy WHERE polrelid = to_regclass('" + table + "') AND polname = ?",
        policy);
  }

  /** Whether the policy is there, and for whom and what it is meant to be. */
  boolean has(HostPolicy policy) throws SQLException {
    return is(
        String.format(
            "SELECT FROM pg_policy WHERE polrelid = to_regclass('%s') AND polpermissive = %s"
                + " AND polcmd = '%s' AND polname = ? AND polroles ="
                + " ARRAY[coalesce((SELECT oid FROM pg_roles WHERE rolname = %s), 0)]",
            policy.table(),
            policy.permissive(),
            policy.command(),
            policy.role() == null ? "NULL" : "'" + policy.role() + "'"),
        policy.name());
  }

  /** What everybody may do, and this role with them. */
  List<String> publicRights() throws SQLException {
    return texts(
        """
        SELECT format('PUBLIC may %s %s, and so may this role', privilege, name)
          FROM unnest(?::text[]) AS name,
               unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
         WHERE has_table_privilege('public', to_regclass(name), privilege)
        """,
        array(HostScript.TABLES_AND_VIEW));
  }

  /** Whether rights of the role are left in other databases of this server. */
  boolean isUsedElsewhere() throws SQLException {
    return is(
        """
        SELECT FROM pg_shdepend, pg_database AS here
         WHERE refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(?)
           AND here.datname = current_database()
           AND CASE dbid WHEN 0 THEN classid = 'pg_database'::regclass AND objid <> here.oid
                         ELSE dbid <> here.oid END
        """,
        '"' + host.role() + '"');
  }

  /** One GRANT for each relation and right that SchemaCheck looks for. */
  List<String> grants() throws SQLException {
    return texts(
        """
        SELECT format('GRANT %s%s ON %s TO %I', privilege,
                      coalesce(' (' || string_agg(quote_ident(attribute), ', ' ORDER BY attribute) || ')', ''),
                      relation, ?)
          FROM (
        """
            + SchemaCheck.NEEDED
            + ") AS needed WHERE also IS DISTINCT FROM 'REGISTER' OR "
            + host.register()
            + " GROUP BY privilege, relation ORDER BY relation, privilege",
        host.role());
  }

  java.sql.Array array(List<String> texts) throws SQLException {
    return connection.createArrayOf("text", texts.toArray());
  }

  boolean is(String sql, String parameter) throws SQLException {
    return !texts("SELECT '' WHERE EXISTS (" + sql + ")", parameter).isEmpty();
  }

  /** The first column of each row. */
  List<String> texts(String sql, Object parameter) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setObject(1, parameter);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          texts.add(row.getString(1));
        }
      }
    }
    return texts;
  }
}
