package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The daemon as systemd sees it: what it logs, what it survives, how it ends. */
@Tag("host")
class RunProcessTest {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir private Path folder;

  private Child run(Sites sites) throws IOException {
    return Child.start(
        folder, Map.of("LANG", "C", "LC_ALL", "C"), "run", "--config", sites.file().toString());
  }

  private static String url(TestDatabase database) {
    return database.urlWithPassword();
  }

  /** FIELD 25: a clean stop is a success, also when nothing answers. */
  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void a_stop_is_a_success_while_the_database_is_away(String signal) throws Exception {
    Sites sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.virtual("VIRT-01", true);
    sites.ascii("ABSENT", "/dev/nothing");
    try (Child daemon = run(sites)) {
      daemon.awaitOut("link virtual VIRT-01 is open", SOON);
      assertTrue(daemon.out().contains("starting without it"), daemon.out());
      daemon.signal(signal);
      assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out() + daemon.err());
    }
  }

  @Test
  void a_stop_is_a_success_while_the_database_says_nothing() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      Sites sites =
          new Sites(folder, "jdbc:postgresql://localhost:" + mute.getLocalPort() + "/p?user=u");
      sites.connectWithin("1s");
      sites.virtual("VIRT-01", true);
      try (Child daemon = run(sites)) {
        daemon.awaitOut("link virtual VIRT-01 is open", SOON);
        daemon.signal("TERM");
        assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out() + daemon.err());
      }
    }
  }

  /** Asked to stop before it has begun, it does not wait for the database first. */
  @Test
  void a_stop_during_the_start_is_a_success() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      Sites sites =
          new Sites(folder, "jdbc:postgresql://localhost:" + mute.getLocalPort() + "/p?user=u");
      sites.connectWithin("5m");
      sites.virtual("VIRT-01", true);
      mute.setSoTimeout((int) SOON.toMillis());
      try (Child daemon = run(sites);
          Socket asked = mute.accept()) {
        assertTrue(asked.isConnected());
        daemon.signal("TERM");
        assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out());
      }
    }
  }

  /**
   * FIELD 25: before our first line the JVM ends by itself, with 143. Whoever stops the service
   * then has not seen it fail: the unit knows.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 50, 100, 200, 400, 800, 1_600})
  void a_stop_while_the_JVM_begins_is_a_success_to_systemd(long millis) throws Exception {
    Sites sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.virtual("VIRT-01", true);
    Matcher unit =
        Pattern.compile("(?m)^SuccessExitStatus=(\\d+)$")
            .matcher(Files.readString(Path.of("systemd/millwright.service")));
    assertTrue(unit.find());
    try (Child daemon = run(sites)) {
      Thread.sleep(millis);
      daemon.signal("TERM");
      int code = daemon.awaitExit(STOP_LIMIT);
      assertTrue(
          code == Exit.OK || code == Integer.parseInt(unit.group(1)),
          () -> code + ": " + daemon.out() + daemon.err());
    }
  }

  /** FIELD 24: a database that is away is a normal state of affairs. */
  @Test
  void a_database_that_arrives_later_gets_its_rows() throws Exception {
    try (TestDatabase late = TestDatabase.withSchema()) {
      Sites sites = new Sites(folder, url(late));
      sites.virtual("VIRT-01", true);
      try (Child daemon = run(sites)) {
        daemon.awaitOut("does not exist; starting without it", SOON);
        daemon.awaitOut("link virtual VIRT-01 is open", SOON);
        late.create();
        daemon.awaitOut("VIRT-01       row created (register = true)", SOON);
        daemon.awaitOut("idle → processing", SOON);
        daemon.signal("TERM");
        assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out());
      }
      assertEquals("offline", late.value("SELECT status FROM machines"), "I4: nobody watches it");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_foreign_schema_ends_the_daemon_before_it_writes(boolean arrivesLater) throws Exception {
    try (TestDatabase foreign = TestDatabase.empty()) {
      Sites sites = new Sites(folder, url(foreign));
      sites.add("[log]\nfile = \"" + folder.resolve("log/m.log") + "\"\n");
      sites.virtual("VIRT-01", true);
      if (!arrivesLater) {
        makeForeign(foreign);
      }
      try (Child daemon = run(sites)) {
        if (arrivesLater) {
          daemon.awaitOut("link virtual VIRT-01 is open", SOON);
          makeForeign(foreign);
        }
        assertEquals(Exit.CONFIG, daemon.awaitExit(SOON), daemon.out());
        for (String words :
            List.of(
                "nothing was written to it",
                "machines.state_seq: expected bigint not null default 0; is missing",
                "millwright migrate apply --plan schema")) {
          assertTrue(daemon.err().contains(words), daemon.err());
          assertTrue(Files.readString(folder.resolve("log/m.log")).contains(words), "in the log");
        }
        assertFalse(daemon.err().contains("\tat "), daemon.err());
      }
      assertEquals("0", foreign.value("SELECT count(*) FROM machines"));
    }
  }

  private static void makeForeign(TestDatabase database) throws Exception {
    database.create();
    database.execute("CREATE TABLE machines (serial_number text, status text)");
  }

  @Test
  void a_lacking_grant_ends_the_daemon_with_the_statement_that_grants_it() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      database.execute(
          """
          CREATE ROLE cli_daemon LOGIN PASSWORD 'cli_daemon';
          GRANT SELECT ON machines, machine_components, machine_transitions TO cli_daemon;
          INSERT INTO machines (serial_number) VALUES ('VIRT-01')
          """);
      Sites sites = new Sites(folder, database.url() + "?user=cli_daemon&password=cli_daemon");
      sites.virtual("VIRT-01", false);
      try (Child daemon = run(sites)) {
        assertEquals(Exit.CONFIG, daemon.awaitExit(SOON), daemon.out());
        assertTrue(
            daemon.err().contains("GRANT UPDATE (status) ON machines TO cli_daemon"), daemon.err());
      } finally {
        database.execute("DROP OWNED BY cli_daemon; DROP ROLE cli_daemon");
      }
    }
  }

  /** Not even at the level that tells most, with everything failing that a secret is used for. */
  @Test
  void secrets_are_nowhere_in_the_log() throws Exception {
    String secret = "Zwiebelkuchen";
    Path passwords = Files.writeString(folder.resolve("p"), secret + "1\n");
    Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
    Path log = folder.resolve("m.log");
    Sites sites =
        new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u&password=" + secret);
    sites.add("[log]\nfile = \"" + log + "\"\nlevel = \"debug\"\n");
    sites.virtual("VIRT-01", true);
    Files.writeString(
        folder.resolve("machines/press.toml"),
        """
        serial_number = "PRESS-01"
        protocol = "opcua"
        stale_after = "5s"
        [opcua]
        endpoint = "opc.tcp://localhost:1"
        user = "millwright"
        password_file = "%s"
        [tags.state]
        node = "ns=1;s=State"
        [lifecycle]
        state = { tag = "state", idle = [0], processing = [1], complete = [3], stopped = [4], error = [9] }
        """
            .formatted(passwords));
    try (Child daemon = run(sites)) {
      daemon.awaitOut("starting without it", SOON);
      daemon.awaitOut("PRESS-01      ", SOON);
      daemon.awaitOut("transitions wait", SOON);
      daemon.signal("TERM");
      assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT), daemon.out() + daemon.err());
      String all = daemon.out() + daemon.err() + Files.readString(log);
      assertTrue(all.contains(" DEBUG "), all);
      assertFalse(all.contains(secret), all);
    }
  }

  @Test
  void a_log_that_cannot_be_written_is_told_before_the_start() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    Sites sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.add("[log]\nfile = \"" + file + "/m.log\"\n");
    sites.virtual("VIRT-01", true);
    try (Child daemon = run(sites)) {
      assertEquals(Exit.IO_ERROR, daemon.awaitExit(SOON), daemon.out());
      assertTrue(
          daemon.err().contains("[log] file: " + file + "/m.log cannot be written"), daemon.err());
    }
  }

  /** I8, and readable over any ssh: bounded files, arrows in UTF-8 also under LANG=C. */
  @Test
  void the_logs_file_rolls_within_its_bounds() throws Exception {
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      Sites sites = new Sites(folder, url(database));
      Path log = folder.resolve("log/m.log");
      sites.add("[log]\nfile = \"" + log + "\"\nmax_size = \"64KiB\"\nkeep = 2\n");
      for (int i = 10; i < 40; i++) {
        sites.virtual("VIRT-" + i, true);
      }
      try (Child daemon = run(sites)) {
        Child.await(
            "more lines than the files may hold", () -> daemon.out().length() > 250_000, SOON);
        daemon.signal("TERM");
        assertEquals(Exit.OK, daemon.awaitExit(STOP_LIMIT));
        // The present file has two names: its number, and the one that the configuration gives.
        List<Long> sizes;
        try (Stream<Path> files = Files.list(log.getParent())) {
          sizes = files.filter(file -> !file.equals(log)).map(RunProcessTest::size).toList();
        }
        assertTrue(sizes.size() <= 2, () -> sizes + " bytes");
        assertTrue(sizes.stream().allMatch(size -> size <= 64 << 10), () -> sizes + " bytes");
        assertTrue(Files.readString(log).contains(" → "), "UTF-8");
        assertTrue(Files.readString(log).strip().endsWith("daemon        stopped"), "to the last");
      }
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
