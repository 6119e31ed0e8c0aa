package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/**
 * The statements that give a host its role and rows, or take them; lines that begin with -- are
 * notes.
 *
 * <p>A host is kept to its machines by restrictive policies for its role alone. Row-level security
 * has to be on for that: where it was off, a policy for everybody lets everybody else through as
 * before.
 */
final class HostScript {

  static final String LIST = "millwright_host_machines";

  /** Each row of these belongs to a machine. */
  private static final List<String> OF_MACHINES =
      List.of("machines", "machine_components", "machine_transitions", "recipe_commands");

  /** A host adds recipes that it has run, and reads none. */
  static final List<String> TABLES =
      Stream.concat(OF_MACHINES.stream(), Stream.of("recipe_versions")).toList();

  static final List<String> TABLES_AND_VIEW =
      Stream.concat(TABLES.stream(), Stream.of("process_runs")).toList();

  private final HostFacts facts;
  private final HostViews views;
  private final HostRole host;
  private final PGConnection words;
  private final String role;
  private final List<String> script = new ArrayList<>();

  HostScript(Connection connection, HostRole host) throws SQLException {
    this.facts = new HostFacts(connection, host);
    this.views = new HostViews(facts, host);
    this.host = host;
    this.words = connection.unwrap(PGConnection.class);
    this.role = words.escapeIdentifier(host.role());
  }

  /**
   * @param login whether the role gets a password, and may then log in
   */
  List<String> adding(boolean login, String database, String schema) throws SQLException {
    if (!facts.roleExists()) {
      add(
          "CREATE ROLE " + role + (login ? " LOGIN" : " NOLOGIN"),
          "COMMENT ON ROLE "
              + role
              + " IS "
              + literal("the Millwright daemon of host " + host.host()));
    } else if (login && !facts.mayLogIn()) {
      add("ALTER ROLE " + role + " LOGIN");
    }
    add(
        "GRANT CONNECT ON DATABASE " + words.escapeIdentifier(database) + " TO " + role,
        "GRANT USAGE ON SCHEMA " + words.escapeIdentifier(schema) + " TO " + role);
    list();
    for (String table : OF_MACHINES) {
      policies(table);
    }
    rights();
    facts.publicRights().forEach(right -> add("-- " + right));
    return script;
  }

  private void list() throws SQLException {
    if (!facts.listExists()) {
      add(
          "CREATE TABLE "
              + LIST
              + " (role_name text NOT NULL, serial_number text NOT NULL,"
              + " PRIMARY KEY (role_name, serial_number))",
          "COMMENT ON TABLE " + LIST + " IS 'Which host''s role may see which machines'",
          "ALTER TABLE " + LIST + " ENABLE ROW LEVEL SECURITY",
          // Row-level security knows no TRUNCATE, and no trigger.
          Privacy.of(LIST));
    }
    ensure(HostPolicy.list(host, "role_name = " + literal(host.role())));
    for (String machine : host.machines()) {
      add(
          String.format(
              "INSERT INTO %s VALUES (%s, %s) ON CONFLICT DO NOTHING",
              LIST, literal(host.role()), literal(machine)));
    }
  }

  private void policies(String table) throws SQLException {
    boolean on = facts.hasRowSecurity(table);
    boolean theSites = on && !facts.hasPolicy(table, HostPolicy.EVERYBODY);
    if (!theSites) {
      ensure(HostPolicy.everybody(table));
    }
    if (!on) {
      add("ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY");
    }
    ensure(HostPolicy.only(table, host, own(table)));
    // Where the site has policies of its own, none of them may be for this role.
    if (theSites) {
      ensure(HostPolicy.permit(table, host, own(table)));
    }
  }

  /** A policy of the same name that is for others, or lets rows through, keeps nobody apart. */
  private void ensure(HostPolicy policy) throws SQLException {
    if (facts.has(policy)) {
      return;
    }
    if (facts.hasPolicy(policy.table(), policy.name())) {
      add(HostPolicy.drop(words, policy.table(), policy.name()));
    }
    add(policy.create(words));
  }

  private String own(String table) throws SQLException {
    if (table.equals("machines")) {
      return String.format(
          "serial_number IN (SELECT list.serial_number FROM %s AS list WHERE list.role_name = %s)",
          LIST, literal(host.role()));
    }
    // From the list to the machines by their index: there may be a hundred thousand of others.
    String ofMachine =
        String.format(
            "machine_id IN (SELECT machine.id FROM machines AS machine"
                + " JOIN %s AS list USING (serial_number) WHERE list.role_name = %s)",
            LIST, literal(host.role()));
    // A command for any machine is for this host's as well.
    return table.equals("recipe_commands") ? "machine_id IS NULL OR " + ofMachine : ofMachine;
  }

  private void rights() throws SQLException {
    List<String> owners = views.runsNeedOwner();
    if (owners.isEmpty() && !views.runsAreReaders()) {
      add("ALTER VIEW process_runs SET (security_invoker = true)");
    }
    add("REVOKE ALL ON " + String.join(", ", TABLES_AND_VIEW) + " FROM " + role);
    script.addAll(facts.grants());
    add("GRANT SELECT ON " + LIST + " TO " + role);
    if (owners.isEmpty()) {
      add("GRANT SELECT ON process_runs TO " + role);
    } else {
      add("-- no right to process_runs, which shows all machines because of " + owners.get(0));
    }
  }

  /** Some of its machines, or the host as a whole where none is named. */
  List<String> removing(String database, String schema) throws SQLException {
    if (!facts.listExists() || !facts.roleExists()) {
      add("-- nothing to do: there is no role " + host.role() + " that this command has made here");
      return script;
    }
    for (String machine : host.machines()) {
      add(
          facts.listed().contains(machine)
              ? String.format(
                  "DELETE FROM %s WHERE role_name = %s AND serial_number = %s",
                  LIST, literal(host.role()), literal(machine))
              : "-- machine " + machine + " was none of its");
    }
    if (host.machines().isEmpty()) {
      removeRole(database, schema);
    }
    return script;
  }

  private void removeRole(String database, String schema) throws SQLException {
    // What a plan's way back has taken away or renamed meanwhile does not matter.
    for (String relation : facts.relationsGranted()) {
      add("REVOKE ALL ON " + relation + " FROM " + role);
    }
    add(
        "REVOKE ALL ON SCHEMA " + words.escapeIdentifier(schema) + " FROM " + role,
        "REVOKE ALL ON DATABASE " + words.escapeIdentifier(database) + " FROM " + role);
    drop(HostPolicy.only("", host, "").name());
    drop(HostPolicy.permit("", host, "").name());
    drop(HostPolicy.list(host, "").name());
    add("DELETE FROM " + LIST + " WHERE role_name = " + literal(host.role()));
    if (!facts.hasOthers()) {
      asBefore();
    }
    add(
        facts.isUsedElsewhere()
            ? "-- role " + host.role() + " stays, as another database of this server uses it"
            : "DROP ROLE " + role);
  }

  /** After the last host everything is as it was before the first one. */
  private void asBefore() throws SQLException {
    for (String table : facts.tablesWith(HostPolicy.EVERYBODY)) {
      add("ALTER TABLE " + table + " DISABLE ROW LEVEL SECURITY");
    }
    drop(HostPolicy.EVERYBODY);
    if (views.runsAreReaders()) {
      add("ALTER VIEW process_runs RESET (security_invoker)");
    }
    add("DROP TABLE " + LIST);
  }

  private void drop(String policy) throws SQLException {
    for (String table : facts.tablesWith(policy)) {
      add(HostPolicy.drop(words, table, policy));
    }
  }

  private String literal(String text) throws SQLException {
    return "'" + words.escapeLiteral(text) + "'";
  }

  private void add(String... statements) {
    script.addAll(List.of(statements));
  }
}
