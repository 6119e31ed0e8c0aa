package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.consolidation.PhaseResult.Done;
import dev.millwright.testing.Child;
import dev.millwright.testing.PostgresCable;
import dev.millwright.testing.PostgresCable.Moment;
import dev.millwright.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A plan goes through on a plant that does not stop for it, and through the loss of its session.
 */
class BusyTablesTest {

  private static final Patience MANY_TIMES =
      new Patience(Duration.ofSeconds(5), Duration.ofMillis(50), 40, Duration.ofMillis(10));

  private static final Duration LONG = Duration.ofMinutes(1);

  private final TestDatabase database = TestDatabase.empty();
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(1);
  private Plan schema;

  @BeforeEach
  void create() throws Exception {
    database.create();
    schema = Plan.load("schema");
  }

  @AfterEach
  void drop() throws Exception {
    later.shutdownNow();
    database.close();
  }

  private PlanRunner runner() {
    return new PlanRunner(database.dataSource(), PlanOptions.NONE, MANY_TIMES);
  }

  private AppliedPhase record(Plan plan, int phase) throws PlanException {
    return runner().status(plan).get(phase).applied();
  }

  @Test
  void aPhaseIsTriedAgainUntilTheTableIsFree() throws Exception {
    runner().apply(schema, "01-machines");
    try (Connection busy = database.connect();
        Statement statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("LOCK TABLE machines IN ROW EXCLUSIVE MODE");
      var free =
          later.schedule(
              () -> {
                busy.rollback();
                return null;
              },
              600,
              TimeUnit.MILLISECONDS);
      runner().apply(schema, null);
      free.get();
    }
    assertTrue(record(schema, 1).attempts() > 1, "it went through at once");
    assertEquals(List.of(), runner().verify(schema));
  }

  /** A deadlock and a serialization failure are nobody's fault: PostgreSQL says to try again. */
  @Test
  void whatPostgresqlSaysMayBeTriedAgainIsTriedAgain() throws Exception {
    for (String state : List.of("40001", "40P01", "55P03")) {
      // A sequence is the one thing that outlives the failed attempt.
      String apply =
          "DO $$ BEGIN IF nextval('attempts') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '"
              + state
              + "'; END IF; END $$";
      database.execute("DROP SEQUENCE IF EXISTS attempts; CREATE SEQUENCE attempts");
      Plan plan = new Plan("again-" + state, List.of(Phases.phase("1", "", apply, "SELECT 1")));
      runner().apply(plan, null);
      assertEquals(3, record(plan, 0).attempts(), state);
    }
  }

  /** lock.sql is first: what is previewed and kept is what is overwritten, whoever writes. */
  @Test
  void noValueIsOverwrittenThatWasNotKept() throws Exception {
    database.execute(
        "CREATE TABLE lamps (n int); INSERT INTO lamps VALUES (0); CREATE TABLE log (before int);"
            + " CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
            + " IF NEW.n < 0 THEN INSERT INTO log VALUES (OLD.n); END IF; RETURN NEW; END';"
            + " CREATE TRIGGER log BEFORE UPDATE ON lamps FOR EACH ROW EXECUTE FUNCTION log()");
    AtomicInteger written = new AtomicInteger();
    Phase plain =
        Phases.phase(
            "1",
            "SELECT 'lamps' AS table_name, '1' AS row_key, 'n' AS column_name, n::text AS before,"
                + " '-1' AS after, '' AS why FROM lamps, pg_sleep(0.1)",
            "UPDATE lamps SET n = -1",
            "SELECT 1");
    Phase locking =
        new Phase(
            plain.name(),
            "LOCK TABLE lamps IN SHARE ROW EXCLUSIVE MODE",
            plain.check(),
            plain.preview(),
            plain.apply(),
            plain.verify(),
            plain.rollback(),
            plain.tables());
    try (Connection writer = database.connect();
        Statement statement = writer.createStatement()) {
      var writing =
          later.submit(
              () -> {
                while (statement.executeUpdate("UPDATE lamps SET n = n + 1 WHERE n >= 0") > 0) {
                  written.incrementAndGet();
                }
                return null;
              });
      runner().apply(new Plan("lamps", List.of(locking)), null);
      writing.get(30, TimeUnit.SECONDS);
    }
    assertTrue(written.get() > 0, "nobody wrote meanwhile");
    assertEquals(
        database.value("SELECT before::text FROM log"),
        database.value("SELECT before FROM millwright_changes"));
  }

  /** Wherever the session is lost, the next run ends where an undisturbed one does. */
  @Test
  void aSessionThatIsLostAnywhereLeavesAPhaseAppliedOrNot() throws Exception {
    long seed = Long.getLong("millwright.seed", System.nanoTime());
    Random random = new Random(seed);
    CatalogueDump dump = CatalogueDump.of(database.dataSource());
    String empty = dump.text();
    long begin = System.nanoTime();
    runner().apply(schema, null);
    long took = System.nanoTime() - begin;
    String applied = dump.text();
    runner().rollback(schema, null);
    int lost = 0;
    for (int i = 0; i < 10; i++) {
      boolean up = i % 2 == 0;
      var end =
          later.schedule(
              this::endOtherSessions, (long) (random.nextDouble() * took), TimeUnit.NANOSECONDS);
      try {
        run(up);
      } catch (PlanException e) {
        lost++;
      }
      end.get();
      run(up);
      assertEquals(up ? applied : empty, dump.text(), () -> "seed " + seed);
    }
    assertTrue(lost > 0, "no session was lost; seed " + seed);
  }

  /**
   * The runner is stopped in the middle of a phase, as with Ctrl-Z: no connection closes, and its
   * session waits for the next statement with all locks. The plant goes on after some seconds.
   */
  @Test
  @Tag("host") // a process, and the server's patience
  void aRunnerThatStopsDoesNotStopThePlant(@TempDir Path folder) throws Exception {
    runner().apply(schema, null);
    Plan plan = writePlan(folder.resolve("slow"));
    String url = database.urlWithPassword();
    String planFolder = folder.resolve("slow").toString();
    try (Child runner =
        Child.startOfTests(
            folder.resolve("output"),
            MigrationProcess.class,
            List.of(url, "migrate", "apply", "--plan", planFolder, "--database", url))) {
      runner.awaitLine(MigrationProcess.READY, LONG);
      runner.say("go");
      await(() -> session("wait_event = 'PgSleep'"));
      runner.signal("STOP");
      await(() -> session("state = 'idle in transaction'"));
      database.execute(
          "SET lock_timeout = '30s'; INSERT INTO machines (serial_number) VALUES ('goes on')");
      runner.signal("CONT");
      await(() -> !runner.isAlive());
      assertTrue(runner.stop(LONG) > 0, "it said that it was done");
      String told = runner.tail();
      assertTrue(told.contains("idle-in-transaction timeout (this program or its host"), told);
      assertFalse(told.contains("host, port"), "the server was found, and left: " + told);
      assertEquals(null, record(plan, 0));
    }
  }

  /**
   * What has ended the session is said, and that nothing was done; also when all but the commit
   * was.
   */
  @Test
  void aSessionThatWasSilentForTooLongIsToldAsThat() throws Exception {
    for (String last : List.of("SELECT 1", "COMMIT")) {
      PlanException told =
          assertThrows(
              PlanException.class,
              () ->
                  Transactions.run(
                      database.dataSource(),
                      false,
                      "plan x, phase 1",
                      connection -> {
                        try (Statement statement = connection.createStatement()) {
                          statement.execute("SET LOCAL idle_in_transaction_session_timeout = 50");
                          await(() -> !session("state = 'idle in transaction'"));
                          return last.equals("COMMIT") || statement.execute(last);
                        }
                      }));
      assertTrue(
          told.getMessage()
              .matches(
                  "(?s)plan x, phase 1: .*idle-in-transaction timeout.* run this again\\)\\."
                      + " Nothing of it was changed"),
          told.getMessage());
      assertFalse(told.isOfConnecting());
    }
  }

  private static Plan writePlan(Path folder) throws Exception {
    Path phase = Files.createDirectories(folder.resolve("1"));
    Files.writeString(folder.resolve("phases.txt"), "1");
    Files.writeString(phase.resolve("check.sql"), Phases.NO_REASON);
    Files.writeString(phase.resolve("apply.sql"), "LOCK TABLE machines; SELECT FROM pg_sleep(2)");
    Files.writeString(phase.resolve("verify.sql"), Phases.NO_DIFFERENCE);
    Files.writeString(phase.resolve("rollback.sql"), "SELECT 1");
    return Plan.load(folder);
  }

  private boolean session(String doing) throws SQLException {
    return database.value(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND " + doing)
        != null;
  }

  private interface Condition {
    boolean holds() throws SQLException;
  }

  private static void await(Condition condition) throws SQLException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "not within " + LONG);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** I3: the server has committed and nobody has heard it. Whoever runs it again is right. */
  @Test
  void aCommitWhoseAnswerIsLostIsSaidToBeOpenAndTheNextRunKnows() throws Exception {
    int port = URI.create(database.url().substring("jdbc:".length())).getPort();
    for (Moment moment : Moment.values()) {
      try (PostgresCable cable = new PostgresCable(port)) {
        PGSimpleDataSource through = new PGSimpleDataSource();
        through.setUrl(
            database.urlWithPassword().replaceFirst(":" + port, ":" + cable.port())
                + "&sslmode=disable&gssEncMode=disable");
        cable.cutAt(moment);
        PlanRunner unlucky = new PlanRunner(through, PlanOptions.NONE, MANY_TIMES);
        PlanException lost =
            assertThrows(PlanException.class, () -> unlucky.apply(schema, "01-machines"));
        assertTrue(
            lost.getMessage().contains("lost in the commit, so it may have been done or not"),
            lost.getMessage());
        assertEquals(1, cable.cuts());
      }
      Done expected = moment == Moment.AFTER_COMMIT ? Done.ALREADY_APPLIED : Done.APPLIED;
      assertEquals(expected, runner().apply(schema, "01-machines").get(0).done());
      runner().rollback(schema, null);
    }
  }

  private void run(boolean up) throws PlanException {
    if (up) {
      runner().apply(schema, null);
    } else {
      runner().rollback(schema, null);
    }
  }

  private Void endOtherSessions() throws SQLException {
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    return null;
  }
}
