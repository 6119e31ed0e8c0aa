package dev.millwright.consolidation;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** What stands between this user and a working daemon: the schema, and what it may do with it. */
public final class SchemaCheck {

  /** What a user wants to do beyond reading machines and delivering transitions. */
  public enum Also {
    /** Insert machines that the configuration names and the table does not hold. */
    REGISTER,
    /** Take commands from recipe_commands, and run recipes. */
    COMMANDS
  }

  /** What a daemon needs: also, relation, privilege, attribute (null: the whole relation). */
  static final String NEEDED =
      """
      SELECT NULL AS also, relation, 'SELECT' AS privilege, NULL AS attribute
        FROM unnest(ARRAY['machines', 'machine_components', 'machine_transitions']) AS relation
      UNION ALL
      SELECT NULL, 'machines', 'UPDATE', attribute
        FROM unnest(ARRAY['status', 'current_process_id', 'updated_at', 'state_since',
               'is_failure_mode', 'failure_component', 'failure_description', 'state_seq',
               'last_event', 'last_transition_id', 'last_detail']) AS attribute
      UNION ALL
      SELECT 'REGISTER', 'machines', 'INSERT', 'serial_number'
      UNION ALL
      SELECT 'COMMANDS', 'recipe_commands', 'SELECT', NULL
      UNION ALL
      SELECT 'COMMANDS', 'recipe_commands', 'UPDATE', attribute
        FROM unnest(ARRAY['machine_id', 'status', 'error_message', 'executed_at', 'updated_at',
               'claimed_by', 'process_id']) AS attribute
      UNION ALL
      SELECT 'COMMANDS', 'machines', 'UPDATE', 'progress'
      UNION ALL
      SELECT 'COMMANDS', 'recipe_versions', 'INSERT', attribute
        FROM unnest(ARRAY['hash', 'name', 'source']) AS attribute
      """;

  private static final String COMMANDS = "03-commands";
  private static final String RECIPES = "04-recipes";

  private static final String LACKING =
      """
      WITH asked AS (SELECT coalesce(?, current_user)::name AS role)
      SELECT 'role ' || role AS subject, privilege || ' on ' || object AS expected,
             'not granted: GRANT ' || privilege || ' ON ' || object || ' TO ' || quote_ident(role)
               AS actual
        FROM (
             SELECT 0 AS number, role, 'CONNECT' AS privilege,
                    'DATABASE ' || quote_ident(current_database()) AS object
               FROM asked WHERE NOT has_database_privilege(role, current_database(), 'CONNECT')
             UNION ALL
             SELECT 1, role, 'USAGE', 'SCHEMA ' || quote_ident(current_schema())
               FROM asked WHERE NOT has_schema_privilege(role, current_schema(), 'USAGE')
             UNION ALL
             SELECT 2, role, privilege || coalesce(' (' || attribute || ')', ''), relation
               FROM (
      """
          + NEEDED
          + """
                    ) AS needed
               JOIN pg_class AS class ON class.oid = to_regclass(relation)
              CROSS JOIN asked
              WHERE (also IS NULL OR also = ANY (?))
                AND CASE
                      WHEN attribute IS NULL THEN NOT has_table_privilege(role, class.oid, privilege)
                      -- A column that is missing is verify.sql's business.
                      ELSE EXISTS (
                           SELECT FROM pg_attribute
                            WHERE attrelid = class.oid AND attname = attribute
                              AND NOT has_column_privilege(role, class.oid, attnum, privilege))
                    END
             ) AS lacking
       ORDER BY number, object, privilege
      """;

  private SchemaCheck() {}

  /**
   * All differences from plan schema, then all rights that the current user lacks. Changes nothing.
   *
   * <p>Who takes no commands needs no phase 04-recipes: a daemon that only watches goes on with the
   * database that it had.
   *
   * @throws PlanException when the database cannot be asked
   */
  public static List<Difference> differences(DataSource dataSource, Set<Also> also)
      throws PlanException {
    String to = also.contains(Also.COMMANDS) ? RECIPES : COMMANDS;
    List<Difference> found =
        new ArrayList<>(new PlanRunner(dataSource).verify(Plan.load("schema"), to));
    found.addAll(lacking(dataSource, also, null));
    return found;
  }

  /**
   * What a role lacks on the tables that there are. Changes nothing.
   *
   * @param role null for the current user
   * @throws PlanException when the database cannot be asked, or has no such role
   */
  public static List<Difference> lacking(DataSource dataSource, Set<Also> also, String role)
      throws PlanException {
    return Transactions.run(
        dataSource,
        true,
        "check of what " + (role == null ? "this user" : "role " + role) + " may do",
        connection -> {
          List<Difference> lacking = new ArrayList<>();
          try (PreparedStatement select = connection.prepareStatement(LACKING)) {
            Object[] names = also.stream().map(Also::name).toArray();
            select.setString(1, role);
            select.setArray(2, connection.createArrayOf("text", names));
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                lacking.add(new Difference(row.getString(1), row.getString(2), row.getString(3)));
              }
            }
          }
          return lacking;
        });
  }
}
