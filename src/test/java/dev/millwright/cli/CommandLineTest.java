package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person meets who writes a command (DESIGN section 8): every error says what to do. */
class CommandLineTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "check",
        "status",
        "history",
        "why",
        "migrate",
        "simulate",
        "journal",
        "ports",
        "probe",
        "trace",
        "replay",
        "browse",
        "discover",
        "recipe"
      })
  void every_command_has_help_with_an_example(String command) {
    Console help = Console.run(command, "--help");
    assertEquals(Exit.OK, help.exitCode());
    assertTrue(help.out().contains("Example: millwright " + command + " "), help.out());
    assertTrue(Console.run("--help").out().contains("  " + command + " "), "listed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "retry", "discard", "verify"})
  void every_command_of_journal_has_help_with_an_example(String command) {
    Console help = Console.run("journal", command, "--help");
    assertEquals(Exit.OK, help.exitCode());
    assertTrue(help.out().contains("Example: millwright journal " + command + " "), help.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stauts                                 | millwright status
          status --jsn                           | --json
          history                                | 'MACHINE'
          why                                    | 'MACHINE'
          history M --last 0                     | --last: 0 is not between 1 and 10000
          history M --last many                  | 'many'
          status --database postgres://h/x       | "postgres://h/x" is not a jdbc:postgresql:// URL; write
          run --database mysql://h/x --config C  | no file C
          migrate plan                           | Missing required option
          migrate aply --plan schema             | is none of plan, apply, verify, rollback, status, report; did you mean "apply"?
          migrate plan --plan shcema             | there is no plan "shcema"; there are: schema
          migrate plan --plan schema --to 02     | has no phase "02"; it has: 01-machines, 02-history
          migrate plan --plan no/plan            | --plan: no/plan: there is no file phases.txt, which a plan needs
          migrate apply --plan schema --force    | --force needs --reason TEXT
          migrate apply --plan schema --reason x | --reason goes with --force only
          migrate apply --plan schema --map x    | x
          migrate apply --plan schema --soak 1   | '1' is not a time such as
          migrate apply --plan schema --json     | --json: of no use to migrate apply; it is for status, verify
          migrate status --plan schema --sql     | --sql: of no use to migrate status; it is for plan
          migrate verify --plan schema --map a=b | --map, --soak and --force: of no use to migrate verify
          demo --for 10                          | '10' is not a time such as 500ms, 30s
          demo --for 0s                          | --for: 0ms is not between 1s and 365d
          demo --speed 0                         | --speed: 0.0 is not between 0.1 and 100
          demo --database http://h               | is not a jdbc:postgresql:// URL
          demo --config FILE                     | '--config'
          journal                                | which of list, retry, discard and verify?
          journal lst                            | Did you mean: journal list
          journal retry                          | 'ID'
          journal discard x                      | 'x'
          probe                                  | 'MACHINE|ADDRESS'
          probe M --for 0s                       | --for: 0ms is not between 1s and 365d
          trace M                                | '--to=FILE'
          trace M --to F --max-size 1KiB         | --max-size: 1KiB is not between 64KiB and 1TiB
          trace M --to F --max-size many         | 'many' is not a size such as
          replay                                 | 'FILE'
          browse                                 | 'URL'
          discover http://h --security None      | endpoint: "http://h" does not begin with opc.tcp://
          simulate --plant P                     | '--truth=FILE'
          simulate --plant P --truth T --speed x | 'x'
          """)
  void a_wrong_command_names_what_is_wrong(String arguments, String words) {
    Console wrong = Console.run(arguments.split(" "));
    assertTrue(wrong.err().contains(words), wrong.err());
    assertEquals(words.startsWith("no file") ? Exit.CONFIG : Exit.USAGE, wrong.exitCode());
    assertFalse(wrong.err().contains("\tat "), "a stack trace is for faults of this program");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "check",
        "status",
        "why M",
        "history M",
        "migrate plan --plan schema",
        "journal list",
        "journal verify",
        "ports"
      })
  void a_missing_configuration_is_named_and_how_to_name_another(String command) {
    String[] arguments = (command + " --config " + folder.resolve("my.toml")).split(" ");
    Console missing = Console.run(arguments);
    assertEquals(Exit.CONFIG, missing.exitCode());
    assertTrue(
        missing.err().contains("there is no file " + folder.resolve("my.toml")), missing.err());
    assertTrue(missing.err().contains("--config FILE"), missing.err());
  }

  @Test
  void a_folder_is_no_configuration_but_may_have_one_in_it() {
    Console wrong = Console.run("check", "--config", folder.toString());
    assertEquals(Exit.CONFIG, wrong.exitCode());
    assertTrue(wrong.err().contains(folder.resolve("millwright.toml").toString()), wrong.err());
  }

  /** At 3 a.m. a mistake in one machine's file must not hide the rows of all. */
  @Test
  void a_mistake_in_a_machines_file_stops_check_and_not_status() throws Exception {
    Path main = folder.resolve("millwright.toml");
    Files.writeString(main, "[database]\nurl = \"jdbc:postgresql://localhost:1/plant\"\n");
    Path machine = Files.createDirectory(folder.resolve("machines")).resolve("a.toml");
    Files.writeString(machine, "serial_numbr = \"A\"\n");

    Console check = Console.run("check", "--config", main.toString());
    assertEquals(Exit.CONFIG, check.exitCode());
    assertTrue(check.err().contains(machine + ":1: unknown key \"serial_numbr\""), check.err());

    Console status = Console.run("status", "--config", main.toString());
    assertEquals(Exit.UNAVAILABLE, status.exitCode());
    assertTrue(status.err().contains("localhost:1/plant: connection refused"), status.err());
  }

  /** The journal is on whenever nothing is said of it; what is said of it is judged. */
  @Test
  void check_tells_where_the_journal_is_and_each_mistake_about_it() throws Exception {
    Path main = folder.resolve("millwright.toml");
    String database = "[database]\nurl = \"jdbc:postgresql://localhost:1/plant\"\n";
    Files.writeString(main, database);
    Files.createDirectory(folder.resolve("machines"));
    Files.copy(Path.of("conf/machines/virt-01.toml"), folder.resolve("machines/virt-01.toml"));
    Console check = Console.run("check", "--config", main.toString());
    assertEquals(Exit.OK, check.exitCode(), check.err());
    assertTrue(
        check.out().contains("journal   /var/lib/millwright/journal.db, at most 512MiB"),
        check.out());

    Files.writeString(
        main,
        database + "[journal]\npath = \"journal.db\"\nmax_size = \"512KiB\"\nmaxsize = \"1GiB\"\n");
    Console wrong = Console.run("check", "--config", main.toString());
    assertEquals(Exit.CONFIG, wrong.exitCode());
    for (String words :
        new String[] {
          main + ":4: path: \"journal.db\" is not a whole path",
          main + ":5: max_size: 512KiB is not between 1MiB and 1TiB",
          main + ":6: unknown key \"maxsize\"",
        }) {
      assertTrue(wrong.err().contains(words), wrong.err());
    }
  }

  @Test
  void a_truth_file_that_cannot_be_written_is_named_before_anything_is_started() throws Exception {
    Path plant = Path.of("conf", "plant");
    Path truth = folder.resolve("missing/truth.jsonl");
    Console wrong =
        Console.run("simulate", "--plant", plant.toString(), "--truth", truth.toString());
    assertEquals(Exit.IO_ERROR, wrong.exitCode());
    assertTrue(
        wrong.err().contains("--truth: " + truth + " cannot be written: no such file or folder"),
        wrong.err());
  }
}
