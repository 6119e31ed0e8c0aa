package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class MigrateRolesTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private static final String EXISTS =
      "SELECT count(*) FROM pg_roles WHERE rolname = 'millwright_cli-host.1'";

  @TempDir Path folder;

  /** What a dry run shows is a script that a DBA can run himself, to the same end. */
  @Test
  void a_dry_run_prints_what_psql_can_run_and_changes_nothing() throws Exception {
    DATABASE.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01'), ('PRESS-02')");
    Console shown = roles("--machine PRESS-01 PRESS-02 --dry-run");
    assertEquals(Exit.OK, shown.exitCode(), shown.err());
    assertEquals("0", DATABASE.value(EXISTS));
    DATABASE.execute(shown.out());
    Console again = roles("--machine PRESS-01 PRESS-02 --dry-run");
    assertFalse(again.out().contains("CREATE"), again.out());
    assertEquals(
        "role millwright_cli-host.1: removed from it: PRESS-02\n",
        roles("--remove --machine PRESS-02").out());
    assertEquals("PRESS-01", DATABASE.value("SELECT serial_number FROM millwright_host_machines"));
    DATABASE.execute(roles("--remove --dry-run").out());
    assertEquals("0", DATABASE.value(EXISTS));
    assertTrue(roles("--remove").out().startsWith("note: nothing to do"));
  }

  /** A password is never an argument, and never printed. */
  @Test
  void a_password_comes_from_a_file() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "hush-hush\n");
    String asked = "--register --machine NEW-01 --password-file " + file;
    Console shown = roles(asked + " --dry-run");
    assertTrue(shown.out().contains("CREATE ROLE \"millwright_cli-host.1\" LOGIN;"), shown.out());
    assertTrue(shown.out().contains("the password of millwright_cli-host.1"), shown.out());
    Console done = roles(asked);
    try {
      // Before PostgreSQL 15 a note on process_runs comes first.
      assertTrue(
          done.out().endsWith("role millwright_cli-host.1: its machines now include: NEW-01\n"),
          done.out());
      assertFalse((shown.out() + done.out() + done.err()).contains("hush"));
    } finally {
      roles("--remove");
    }
    Console missing = roles("--machine X --password-file " + folder.resolve("none"));
    assertEquals(Exit.USAGE, missing.exitCode());
    assertTrue(missing.err().contains("--password-file: what it names is not a regular file"));
  }

  @Test
  void what_is_missing_or_wrong_is_said() {
    Console help = Console.run("migrate", "roles", "--help");
    assertTrue(help.out().contains("Example: millwright migrate roles "), help.out());
    assertTrue(roles("").err().contains("--machine: which machines is host cli-host.1 to have?"));
    Console unknown = roles("--machine PRES-99");
    assertEquals(Exit.CONFIG, unknown.exitCode());
    assertTrue(unknown.err().contains("no row with serial_number PRES-99"), unknown.err());
    Console plan = Console.run("migrate", "apply");
    assertEquals(Exit.USAGE, plan.exitCode());
    assertTrue(plan.err().contains("Missing required option: '--plan=NAME'"), plan.err());
    assertEquals(Exit.USAGE, Console.run("migrate").exitCode());
  }

  private static Console roles(String arguments) {
    return Console.run(
        Stream.concat(
                Stream.of(
                    "migrate",
                    "roles",
                    "--host",
                    "cli-host.1",
                    "--database",
                    DATABASE.url() + "?user=postgres&password=postgres"),
                Arrays.stream(arguments.split(" ")).filter(word -> !word.isEmpty()))
            .toArray(String[]::new));
  }
}
