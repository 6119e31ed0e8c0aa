package dev.millwright.consolidation;

import java.sql.SQLException;
import java.util.List;

/** Which views there are on the tables of a host, and with whose rights they read them. */
final class HostViews {

  private final HostFacts facts;
  private final HostRole host;

  HostViews(HostFacts facts, HostRole host) {
    this.facts = facts;
    this.host = host;
  }

  /** Whether process_runs reads its tables with the rights of whoever asks. */
  boolean runsAreReaders() throws SQLException {
    return facts.is(
        "SELECT FROM pg_class WHERE oid = to_regclass(?)"
            + " AND 'security_invoker=true' = ANY (reloptions)",
        "process_runs");
  }

  /**
   * Who would lose the view if it asked for the rights of whoever reads it; empty when nobody would
   * and the server has such views (15 and later).
   */
  List<String> runsNeedOwner() throws SQLException {
    return facts.texts(
        """
        SELECT 'PostgreSQL ' || current_setting('server_version') || ', which knows no security_invoker'
         WHERE current_setting('server_version_num')::int < 150000
        UNION ALL
        SELECT DISTINCT reader.name || ', which may read the view and not its tables'
          FROM pg_class AS view
         CROSS JOIN aclexplode(coalesce(relacl, acldefault('r', relowner))) AS acl
         CROSS JOIN LATERAL (SELECT CASE grantee WHEN 0 THEN 'public'
                                    ELSE pg_get_userbyid(grantee)::text END AS name) AS reader
         WHERE view.oid = to_regclass(?) AND privilege_type = 'SELECT'
           AND NOT (has_table_privilege(reader.name, 'machines', 'SELECT')
                    AND has_table_privilege(reader.name, 'machine_transitions', 'SELECT'))
        """,
        "process_runs");
  }

  /**
   * Views that show or change these tables with their owner's rights, whom no policy holds back,
   * and that this role may use. Those that run with the rights of whoever asks let nobody around
   * the policies, unless another view stands before them.
   */
  List<String> waysAround() throws SQLException {
    return facts.texts(
        """
        WITH RECURSIVE views (oid) AS (
          SELECT ev_class FROM pg_depend JOIN pg_rewrite AS rule ON rule.oid = objid
           WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
             AND refobjid IN (SELECT to_regclass(name) FROM unnest(?::text[]) AS name)
             AND ev_class <> refobjid
          UNION
          SELECT ev_class FROM views, pg_depend JOIN pg_rewrite AS rule ON rule.oid = objid
           WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
             AND refobjid = views.oid AND ev_class <> refobjid
        ), who (name) AS (
          SELECT coalesce((SELECT rolname FROM pg_roles WHERE rolname = '%s'), 'public')
        )
        SELECT format('%%1$s may use %%2$s, which shows the machines of all hosts with the rights of its '
                      'owner: REVOKE ALL ON %%2$s FROM %%1$s, and grant it by name to the roles that need it%%3$s',
                      CASE WHEN by_public THEN 'PUBLIC' ELSE quote_ident(name) END, class.oid::regclass,
                      CASE WHEN relkind = 'v' AND current_setting('server_version_num')::int >= 150000
                           THEN format('; or, where they may use its tables too, ALTER VIEW %%s SET '
                                       '(security_invoker = true)', class.oid::regclass) END)
          FROM views JOIN pg_class AS class USING (oid)
          JOIN pg_namespace AS schema ON schema.oid = relnamespace
         CROSS JOIN who
         CROSS JOIN LATERAL (
               SELECT has_any_column_privilege('public', class.oid, 'SELECT, INSERT, UPDATE')
                      OR has_table_privilege('public', class.oid, 'DELETE')) AS usable (by_public)
         WHERE relkind IN ('v', 'm')
           AND (SELECT option_value::boolean FROM pg_options_to_table(reloptions)
                 WHERE option_name = 'security_invoker') IS NOT TRUE
           -- Of this one the role's own rights are taken, and the view is made its reader's where it can be.
           AND (class.oid IS DISTINCT FROM to_regclass('process_runs') OR by_public AND %s)
           AND (nspname = current_schema() OR has_schema_privilege(name, schema.oid, 'USAGE'))
           AND (by_public OR has_any_column_privilege(name, class.oid, 'SELECT, INSERT, UPDATE')
                OR has_table_privilege(name, class.oid, 'DELETE'))
         ORDER BY 1
        """
            .formatted(host.role(), !runsNeedOwner().isEmpty()),
        facts.array(HostScript.TABLES));
  }
}
