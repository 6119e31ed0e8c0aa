package dev.millwright.cli;

import dev.millwright.consolidation.HostRole;
import dev.millwright.consolidation.HostRoles;
import dev.millwright.consolidation.HostRoles.Change;
import dev.millwright.daemon.Logging;
import dev.millwright.settings.SecretFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "roles",
    mixinStandardHelpOptions = true,
    description = {
      "Makes database role millwright_NAME for the daemon of a host. It has the rights that a daemon"
          + " needs, and reaches the rows of its own machines only, in machines, machine_components,"
          + " machine_transitions, recipe_commands and process_runs.",
      "Machines are added to those that it has. Other roles keep what they had."
    },
    footer = {
      "",
      "Example: millwright migrate roles --host hall-2 --machine PRESS-01 --machine OVEN-01"
          + " --password-file hall-2.password --database jdbc:postgresql://localhost/plant"
    })
final class MigrateRolesCommand implements Callable<Integer> {

  @Option(
      names = "--host",
      required = true,
      paramLabel = "NAME",
      description = "The host's name, in lower case letters, digits, dots, hyphens, underscores.")
  private String host;

  @Option(
      names = "--machine",
      arity = "1..*",
      paramLabel = "SERIAL",
      description = "Serial numbers of its machines.")
  private List<String> machines = List.of();

  @Option(
      names = "--register",
      description = "Its daemon may insert the rows of its machines (register = true).")
  private boolean register;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "Holds the role's password, in one line; the role may then log in. Without it a new role"
              + " may not, until ALTER ROLE … LOGIN lets it (for certificate, peer or Kerberos).")
  private Path passwordFile;

  @Option(
      names = "--remove",
      description = "Takes these machines from it or, where none is named, removes the role.")
  private boolean remove;

  @Option(names = "--dry-run", description = "Prints the SQL and changes nothing.")
  private boolean dryRun;

  @Mixin private DatabaseOption database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    HostRole role = role();
    String password = password();
    Change change = remove ? Change.REMOVE : Change.ADD;
    return database.askAtLength(
        spec.commandLine().getErr(),
        asked -> {
          HostRoles roles = new HostRoles(asked);
          List<String> script =
              dryRun
                  ? roles.script(role, change, password != null)
                  : roles.run(role, change, password);
          print(script, role, password != null);
          return Exit.OK;
        });
  }

  private HostRole role() throws Failure {
    if (!remove && machines.isEmpty()) {
      throw new Failure(Exit.USAGE, "--machine: which machines is host " + host + " to have?");
    }
    try {
      return new HostRole(host, machines, register);
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, e.getMessage());
    }
  }

  private String password() throws Failure {
    if (passwordFile == null) {
      return null;
    }
    if (remove) {
      throw new Failure(Exit.USAGE, "--password-file: not together with --remove");
    }
    try {
      return SecretFile.read(passwordFile).reveal();
    } catch (SecretFile.Unusable e) {
      throw new Failure(Exit.USAGE, "--password-file: " + e.getMessage());
    }
  }

  /** A dry run is a script that psql takes; a real one tells what was done in a few words. */
  private void print(List<String> script, HostRole role, boolean password) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      out.println("BEGIN;");
      script.forEach(sql -> out.println(sql.startsWith("--") ? sql : sql + ";"));
      if (password) {
        out.println("-- and the password of " + role.role() + ", of which only the hash is sent");
      }
      out.println("COMMIT;");
      return;
    }
    script.stream()
        .filter(sql -> sql.startsWith("--"))
        .forEach(note -> out.println("note: " + note.substring(3)));
    if (!machines.isEmpty()) {
      String done = remove ? "removed from it: " : "its machines now include: ";
      out.println("role " + role.role() + ": " + done + String.join(", ", machines));
    } else if (script.stream().anyMatch(sql -> sql.startsWith("DROP ROLE"))) {
      out.println("role " + role.role() + ": removed");
    }
  }
}
