package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * A schema as one sorted text: definitions, grants, comments and every row of every table. Two
 * databases with the same text cannot be told from each other, but for what is left out: sequences'
 * last values, which no rollback sets back, and what {@link #without} and {@link #masking} name.
 */
final class CatalogueDump {

  private static final String CATALOGUE =
      """
      WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = ?),
      relations AS (
        SELECT pg_class.* FROM pg_class WHERE relnamespace = (SELECT oid FROM here)
           AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')),
      -- A grant that was made and taken back leaves the same rights in other words, so each is
      -- written out.
      grants (line) AS (
        SELECT format('grant on %s: %s to %s by %s%s', granted.subject, privilege_type,
                 CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, grantor::regrole,
                 CASE WHEN is_grantable THEN ' with grant option' ELSE '' END)
          FROM (
            SELECT relname::text AS subject,
                   coalesce(relacl,
                            acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner)) AS acl
              FROM relations
            UNION ALL
            SELECT relname || '.' || attname, attacl
              FROM relations JOIN pg_attribute ON attrelid = relations.oid
             WHERE attacl IS NOT NULL AND NOT attisdropped
            UNION ALL
            SELECT 'function ' || pg_proc.oid::regprocedure, coalesce(proacl, acldefault('f', proowner))
              FROM pg_proc WHERE pronamespace = (SELECT oid FROM here)
            UNION ALL
            SELECT 'schema', coalesce(nspacl, acldefault('n', nspowner))
              FROM pg_namespace WHERE oid = (SELECT oid FROM here)) AS granted,
            aclexplode(granted.acl))
      SELECT format('relation %s: kind %s, owner %s, persistence %s, options %s, row security %s %s',
               relname, relkind, relowner::regrole, relpersistence, reloptions, relrowsecurity,
               relforcerowsecurity) AS line
        FROM relations
      UNION ALL
      SELECT format('column %s.%s: number %s, %s%s%s%s%s%s', relname, attname,
               -- Columns that were dropped still count in attnum.
               row_number() OVER (PARTITION BY attrelid ORDER BY attnum),
               format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' ELSE '' END,
               ' default ' || pg_get_expr(adbin, adrelid),
               CASE WHEN attidentity = '' THEN '' ELSE ' identity ' || attidentity::text END,
               CASE WHEN attgenerated = '' THEN '' ELSE ' generated ' || attgenerated::text END,
               CASE WHEN attcollation IN (0, 100) THEN ''
                    ELSE ' collate ' || attcollation::regcollation END)
        FROM relations JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
       WHERE NOT attisdropped
      UNION ALL
      SELECT format('constraint %s on %s: %s', conname, conrelid::regclass,
                    pg_get_constraintdef(pg_constraint.oid))
        FROM pg_constraint WHERE connamespace = (SELECT oid FROM here)
      UNION ALL
      SELECT format('index %s, valid %s, clustered %s, replica identity %s',
                    pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident)
        FROM pg_index JOIN relations ON relations.oid = indrelid
      UNION ALL
      SELECT format('trigger on %s: %s, enabled %s', relname, pg_get_triggerdef(pg_trigger.oid),
                    tgenabled)
        FROM pg_trigger JOIN relations ON relations.oid = tgrelid WHERE NOT tgisinternal
      UNION ALL
      SELECT format('function of %s: %s', proowner::regrole, pg_get_functiondef(pg_proc.oid))
        FROM pg_proc WHERE pronamespace = (SELECT oid FROM here) AND prokind IN ('f', 'p')
      UNION ALL
      SELECT format('view %s: %s', relname, pg_get_viewdef(oid))
        FROM relations WHERE relkind IN ('v', 'm')
      UNION ALL
      SELECT format('rule on %s: %s', relname, pg_get_ruledef(pg_rewrite.oid))
        FROM pg_rewrite JOIN relations ON relations.oid = ev_class WHERE rulename <> '_RETURN'
      UNION ALL
      SELECT format('policy %s on %s: %s %s for %s using (%s) check (%s)', polname, relname, polcmd,
               CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
               (SELECT string_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END, ', '
                                  ORDER BY role) FROM unnest(polroles) AS role),
               pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
        FROM pg_policy JOIN relations ON relations.oid = polrelid
      UNION ALL
      SELECT format('sequence %s: %s from %s by %s within %s to %s, cache %s, cycle %s', relname,
               format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
        FROM pg_sequence JOIN relations ON relations.oid = seqrelid
      UNION ALL
      SELECT format('type %s: %s', typname, coalesce(
               (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum
                 WHERE enumtypid = pg_type.oid),
               format_type(typbasetype, typtypmod)))
        FROM pg_type WHERE typnamespace = (SELECT oid FROM here) AND typtype IN ('e', 'd')
      UNION ALL
      SELECT format('statistics: %s', pg_get_statisticsobjdef(oid))
        FROM pg_statistic_ext WHERE stxnamespace = (SELECT oid FROM here)
      UNION ALL
      SELECT format('publication %s: %s', pubname, tablename)
        FROM pg_publication_tables
       WHERE schemaname = (SELECT nspname FROM pg_namespace WHERE oid = (SELECT oid FROM here))
      UNION ALL
      SELECT format('comment on %s: %s', (described.identity).identity, description)
        FROM (SELECT pg_identify_object(classoid, objoid, objsubid) AS identity, description
                FROM pg_description
               -- The catalogue's own objects.
               WHERE objoid >= 16384) AS described
       WHERE (described.identity).schema = (SELECT nspname FROM pg_namespace WHERE oid = (SELECT oid FROM here))
          OR (described.identity).type IN ('trigger', 'table constraint', 'rule', 'policy')
      UNION ALL
      SELECT line FROM grants
      """;

  private final DataSource dataSource;
  private final Set<String> without = new TreeSet<>();
  private final Set<String> masked = new TreeSet<>();

  private CatalogueDump(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Of the first schema in the search_path, with the runner's own tables left out. */
  static CatalogueDump of(DataSource dataSource) {
    return new CatalogueDump(dataSource).without("millwright_phases", "millwright_changes");
  }

  /** Leaves out tables, and all lines that name them. */
  CatalogueDump without(String... tables) {
    without.addAll(List.of(tables));
    return this;
  }

  /**
   * Leaves out the values of columns that differ from run to run, such as a time of writing; only
   * whether they are null remains.
   *
   * @param columns such as {@code machines.updated_at}
   */
  CatalogueDump masking(String... columns) {
    masked.addAll(List.of(columns));
    return this;
  }

  /** The whole, one fact in each paragraph, sorted. */
  String text() throws SQLException {
    return String.join("\n", lines());
  }

  /** The same, fact by fact. */
  List<String> lines() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      String schema = value(statement, "SELECT current_schema()");
      // With an empty path every name is written out in full, whoever asks and from where.
      statement.execute("SET LOCAL search_path = ''; SET LOCAL TimeZone = 'UTC'");
      List<String> lines = new ArrayList<>();
      try (PreparedStatement select = connection.prepareStatement(CATALOGUE)) {
        select.setString(1, schema);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            lines.add(row.getString(1));
          }
        }
      }
      lines.removeIf(line -> without.stream().anyMatch(line::contains));
      lines.sort(null);
      for (String table : tables(connection, schema)) {
        lines.addAll(rows(connection, schema, table));
      }
      return lines;
    }
  }

  /** What only one of two dumps has, for a failed test to show; empty when they are equal. */
  static String difference(List<String> before, List<String> after) {
    return only("- ", before, after) + only("+ ", after, before);
  }

  private static String only(String sign, List<String> these, List<String> those) {
    Set<String> known = Set.copyOf(those);
    List<String> found = these.stream().filter(line -> !known.contains(line)).toList();
    String lines = found.stream().limit(20).map(l -> sign + l + "\n").collect(Collectors.joining());
    return found.size() > 20 ? lines + sign + "… " + found.size() + " in all\n" : lines;
  }

  private List<String> tables(Connection connection, String schema) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = ? ORDER BY 1")) {
      select.setString(1, schema);
      List<String> tables = column(select);
      tables.removeAll(without);
      return tables;
    }
  }

  private List<String> rows(Connection connection, String schema, String table)
      throws SQLException {
    String all;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            SELECT string_agg(
                     CASE WHEN relname || '.' || attname = ANY (?)
                          THEN format('CASE WHEN %1$I IS NULL THEN ''null'' ELSE ''set'' END AS %1$I', attname)
                          ELSE quote_ident(attname) END, ', ' ORDER BY attname)
              FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
             WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = ?) AND relname = ?
               AND NOT attisdropped
            """)) {
      select.setArray(1, connection.createArrayOf("text", masked.toArray()));
      select.setString(2, schema);
      select.setString(3, table);
      all = column(select).get(0);
    }
    if (all == null) {
      return List.of();
    }
    String name = '"' + schema.replace("\"", "\"\"") + "\".\"" + table.replace("\"", "\"\"") + '"';
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 'row of "
                + table.replace("'", "''")
                + ": ' || row_to_json(content)::text FROM (SELECT "
                + all
                + " FROM "
                + name
                + ") AS content")) {
      List<String> rows = column(select);
      rows.sort(null);
      return rows;
    }
  }

  private static List<String> column(PreparedStatement select) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  private static String value(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
