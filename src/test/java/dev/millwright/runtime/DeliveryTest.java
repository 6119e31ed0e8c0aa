package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.store.Addressed;
import dev.millwright.store.Database;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.testing.Cable;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** I3 across everything that a database can do to the one thread that writes to it. */
@Timeout(120)
class DeliveryTest {

  private static final int IDLE = 0;
  private static final int RUNS = 1;
  private static final int DONE = 3;

  /** Runs of each machine. */
  private static final int MUCH = 400;

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor a = scene.monitor("PRESS-01");
  private final MachineMonitor b = scene.monitor("PRESS-02");
  private final List<List<String>> foreign = new ArrayList<>();
  private final AtomicInteger checks = new AtomicInteger();
  private Duration retryAfter = Duration.ofMillis(5);
  private TestDatabase database;
  private Cable cable;
  private MachineStore store;
  private Delivery delivery;
  private Thread thread;

  @BeforeEach
  void twoMachines() throws Exception {
    MemoryWriter.clear();
    database = TestDatabase.withSchema().create();
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01'), ('PRESS-02')");
    store = new MachineStore(database.dataSource());
    cable = new Cable(port(), true);
  }

  @AfterEach
  void stopAll() throws Exception {
    if (thread != null) {
      stop();
    }
    cable.close();
    database.close();
  }

  @Test
  void whatIsDecidedIsWrittenInOrder() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    show(a, RUNS, 6);
    show(a, DONE, 6);
    awaitDelivered();
    assertEquals("link_found start complete", history("PRESS-01"));
    assertTrue(MemoryWriter.of("PRESS-01").contains("INFO PRESS-01      row is offline  seq=0"));
    assertEquals(List.of(), MemoryWriter.of("database"), "all well goes without saying");
  }

  /** FIELD 24: absent at start is a normal state of affairs; said once. */
  @Test
  void aDatabaseMayBeAbsentAtStartAndComeLater() throws Exception {
    cable.unplug();
    start(throughCable());
    show(a, IDLE, 5);
    Scene.await("some attempts", () -> checks.get() >= 5);
    assertEquals(1, MemoryWriter.of("database").size());
    assertTrue(
        MemoryWriter.of("database").get(0).contains("0 transitions wait; machines are read on"));
    cable.plug();
    idle(a, 5);
    awaitDelivered();
    assertEquals("link_found", history("PRESS-01"));
    assertTrue(MemoryWriter.of("database").get(1).startsWith("INFO database      works again"));
  }

  /** I3: what waits meanwhile arrives, once and in order, when it is back. */
  @Test
  void whatIsDecidedWhileItIsAwayWaitsForIt() throws Exception {
    start(throughCable());
    idle(a, 5);
    awaitDelivered();
    cable.unplug();
    for (int cycle = 6; cycle < 26; cycle++) {
      show(a, RUNS, cycle);
      show(a, DONE, cycle);
    }
    Scene.await("noticed", () -> MemoryWriter.of("database").size() == 1);
    assertEquals(40, waiting());
    cable.plug();
    awaitDelivered();
    assertEquals("link_found" + " start complete".repeat(20), history("PRESS-01"));
    assertGapFree();
  }

  /** Whoever decides holds the machine for as long as the journal's disk takes. */
  @Test
  void whatWaitsIsWrittenWithoutWaitingForWhoeverDecides() throws Exception {
    start(throughCable());
    idle(a, 5);
    idle(b, 5);
    awaitDelivered();
    cable.unplug();
    show(a, RUNS, 6);
    Scene.await("noticed", () -> MemoryWriter.of("database").size() == 1);
    synchronized (a) {
      synchronized (b) {
        cable.plug();
        awaitDelivered();
      }
    }
    assertEquals("link_found start", history("PRESS-01"));
  }

  /** FIELD 22: connections of the pool are killed between two transitions. */
  @Test
  void aKilledConnectionCostsARetry() throws Exception {
    try (Database pool = new Database(database.settings())) {
      start(pool.dataSource());
      idle(a, 5);
      awaitDelivered();
      for (int cycle = 6; cycle < 9; cycle++) {
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        show(a, RUNS, cycle);
        awaitDelivered();
        show(a, DONE, cycle);
        awaitDelivered();
      }
      assertEquals("link_found" + " start complete".repeat(3), history("PRESS-01"));
      stop();
    }
  }

  /**
   * Decision 0011: a person with psql, in the middle of what waits. No run is lost, none doubled.
   */
  @Test
  void anotherWriterInTheMiddleOfWhatWaits() throws Exception {
    start(throughCable());
    idle(a, 5);
    idle(b, 1);
    awaitDelivered();
    cable.unplug();
    show(a, RUNS, 6);
    show(a, DONE, 6);
    show(a, RUNS, 7);
    show(b, RUNS, 2);
    // It brings state_seq to just the number that our second transition follows on.
    database.execute(
        "UPDATE machines SET status = 'offline', failure_description = 'looked at by hand'"
            + " WHERE serial_number = 'PRESS-01'");
    cable.plug();
    awaitDelivered();
    // The journal is empty a little before that is said.
    Scene.await(
        "the conflict is said", () -> MemoryWriter.of("PRESS-01").toString().contains("void: "));
    String told = MemoryWriter.of("PRESS-01").toString();
    assertTrue(
        told.contains(
            "WARN PRESS-01      start seq=2 does not follow on the row: the row is offline  seq=2 by"
                + " event external {"),
        told);
    assertTrue(told.contains("; void: start seq=2 to seq=4; I decide again"), told);
    assertEquals("link_found external", history("PRESS-01"));
    assertEquals("link_found start", history("PRESS-02"), "the others go on");
    show(a, RUNS, 7);
    awaitDelivered();
    assertEquals("link_found external link_found start", history("PRESS-01"));
    assertEquals("2", started("PRESS-01"), "6, which nobody saw, and 7");
    assertGapFree();
  }

  private interface Away {
    void run() throws Exception;
  }

  /** More than a batch, so that the next one is read while one is written. */
  private void decideMuch(Away away) throws Exception {
    idle(a, 0);
    idle(b, 0);
    awaitDelivered();
    away.run();
    for (int cycle = 1; cycle <= MUCH; cycle++) {
      for (MachineMonitor monitor : List.of(a, b)) {
        show(monitor, RUNS, cycle);
        show(monitor, DONE, cycle);
      }
    }
    assertEquals(4 * MUCH, waiting());
  }

  /** I3: what follows on a batch is read ahead, and must not be sent where the batch was not. */
  @Test
  void muchArrivesOnceAndInOrderHoweverOftenItIsInterrupted() throws Exception {
    AtomicInteger away = new AtomicInteger();
    Random random = new Random(7);
    start(
        failing(
            database.dataSource(),
            method -> {
              if (random.nextInt(100) < away.get()) {
                throw new SQLException("away", "08006");
              }
            }));
    decideMuch(() -> away.set(100));
    away.set(80);
    awaitDelivered();
    assertEquals("link_found" + " start complete".repeat(MUCH), history("PRESS-01"));
    assertEquals("link_found" + " start complete".repeat(MUCH), history("PRESS-02"));
    assertGapFree();
    assertFalse(MemoryWriter.of("PRESS-01").toString().contains("void"));
  }

  /** Decision 0011, while the next batch is read ahead: what is void by then is not sent. */
  @Test
  void anotherWriterInTheMiddleOfMuch() throws Exception {
    start(throughCable());
    decideMuch(cable::unplug);
    database.execute(
        "CREATE FUNCTION disturb() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " NEW.failure_description := 'by a trigger'; NEW.last_transition_id :="
            + " gen_random_uuid(); RETURN NEW; END $$; CREATE TRIGGER a_disturb BEFORE UPDATE ON"
            + " machines FOR EACH ROW WHEN (OLD.serial_number = 'PRESS-01' AND NEW.state_seq = 400)"
            + " EXECUTE FUNCTION disturb()");
    cable.plug();
    awaitDelivered();
    Scene.await(
        "the conflict is said", () -> MemoryWriter.of("PRESS-01").toString().contains("void: "));
    assertEquals("link_found" + " start complete".repeat(MUCH), history("PRESS-02"));
    show(a, RUNS, MUCH + 1);
    awaitDelivered();
    assertGapFree();
    assertEquals(
        Integer.toString(MUCH + 1), started("PRESS-01"), "also those whose transitions were void");
  }

  /**
   * Decision 0011: the row is not to be had just when it is asked for, after a conflict. What waits
   * is sent again and again until it is, and none of it lands.
   */
  @Test
  void nothingThatFollowsOnALostTransitionLands() throws Exception {
    AtomicInteger conflicts = new AtomicInteger();
    start(
        failing(
            database.dataSource(),
            method -> {
              // The second connection of a round with a conflict is for the row.
              if (method.equals("getConnection") && external() && conflicts.incrementAndGet() < 8) {
                if (conflicts.get() % 2 == 0) {
                  throw new SQLException("away just now", "08006");
                }
              }
            }));
    idle(a, 5);
    awaitDelivered();
    database.execute("UPDATE machines SET status = 'offline' WHERE serial_number = 'PRESS-01'");
    show(a, RUNS, 6);
    show(a, DONE, 6);
    awaitDelivered();
    assertEquals("link_found external", history("PRESS-01"));
    show(a, DONE, 6);
    scene.pass(Duration.ofSeconds(1)); // the counter has to settle
    show(a, DONE, 6);
    awaitDelivered();
    assertEquals("1", started("PRESS-01"));
    assertGapFree();
  }

  private boolean external() throws SQLException {
    return history("PRESS-01").contains("external");
  }

  /** I2, I3: killed with transitions on disk, and started again where the database is away. */
  @Test
  void aNewProcessDeliversWhatTheOldOneDecided() throws Exception {
    start(throughCable());
    idle(a, 5);
    awaitDelivered();
    cable.unplug();
    show(a, RUNS, 6);
    show(a, DONE, 6);
    stop();
    MachineMonitor again = scene.monitor("PRESS-01");
    again.observe(Scene.shows("PRESS-01", RUNS, 7));
    assertEquals(3, waiting());
    start(throughCable(), again);
    cable.plug();
    awaitDelivered();
    assertEquals("link_found start complete start", history("PRESS-01"));
    assertGapFree();
  }

  /**
   * I3: killed after the commit and before the journal knew: it is all sent again, and is there.
   */
  @Test
  void whatWasCommittedBeforeACrashIsNotWrittenAgain() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    show(a, DONE, 6);
    List<Addressed> sent =
        scene.journal.all(0, 9).stream()
            .map(entry -> new Addressed(entry.rowId(), entry.after(), entry.transition()))
            .toList();
    store.deliver(sent.subList(0, 1));
    start(database.dataSource(), scene.monitor("PRESS-01"));
    awaitDelivered();
    store.deliver(sent);
    assertEquals("link_found start complete", history("PRESS-01"));
    assertGapFree();
  }

  /** I8: a row that a forgotten transaction keeps locked; the others do not wait for it. */
  @Test
  void aLockedRowWaitsAlone() throws Exception {
    try (Database pool = new Database(database.settings());
        Connection technician = database.connect();
        Statement statement = technician.createStatement()) {
      start(pool.dataSource());
      idle(a, 5);
      idle(b, 1);
      awaitDelivered();
      technician.setAutoCommit(false);
      statement.execute("SELECT FROM machines WHERE serial_number = 'PRESS-01' FOR UPDATE");
      for (int cycle = 6; cycle < 600; cycle++) {
        show(a, RUNS, cycle);
        show(a, DONE, cycle);
      }
      show(b, RUNS, 2);
      Scene.await("B goes on", () -> historyIs("PRESS-02", "link_found start"));
      assertEquals("link_found", history("PRESS-01"));
      technician.rollback();
      scene.pass(Duration.ofSeconds(2));
      awaitDelivered();
      assertEquals("link_found" + " start complete".repeat(594), history("PRESS-01"));
      stop();
    }
  }

  /**
   * I8: all that waits is of machines whose rows a site's trigger fails for. A machine whose row is
   * sound is written at once, and they are when the trigger is mended, though this is said only
   * once.
   */
  @Test
  void machinesThatFailTogetherHoldUpNobodyElse() throws Exception {
    MachineMonitor sound = scene.monitor("OVEN-01");
    database.execute("INSERT INTO machines (serial_number) VALUES ('OVEN-01')");
    start(database.dataSource(), a, b, sound);
    idle(a, 5);
    idle(b, 5);
    idle(sound, 1);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    show(b, RUNS, 6);
    database.execute(
        """
        CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM FROM nowhere; RETURN NEW; END $$;
        CREATE TRIGGER site BEFORE UPDATE ON machines FOR EACH ROW
          WHEN (NEW.serial_number LIKE 'PRESS-%') EXECUTE FUNCTION site();""");
    retryAfter = Duration.ofMinutes(1);
    start(database.dataSource(), a, b, sound);
    Scene.await("both have failed", () -> MemoryWriter.of("database").size() == 1);
    assertTrue(
        MemoryWriter.of("database")
            .get(0)
            .contains(
                "the rows of several machines cannot be written: ERROR: relation \"nowhere\""),
        MemoryWriter.of("database").toString());
    show(sound, RUNS, 2);
    Scene.await("the sound one is written", () -> historyIs("OVEN-01", "link_found start"));
    database.execute("DROP TRIGGER site ON machines");
    scene.pass(Duration.ofSeconds(2));
    awaitDelivered();
    Scene.await("that is said", () -> MemoryWriter.of("database").size() == 2);
    assertTrue(
        MemoryWriter.of("database").get(1).contains("the rows can be written again"),
        MemoryWriter.of("database").toString());
    assertEquals("link_found start", history("PRESS-01"));
    assertEquals("link_found start", history("PRESS-02"));
  }

  /** A machine that is no longer configured had decided something: it is written all the same. */
  @Test
  void whatWaitsForAMachineThatIsNoLongerConfiguredIsWritten() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    start(database.dataSource(), b);
    awaitDelivered();
    assertEquals("link_found start", history("PRESS-01"));
    stop();
    show(a, DONE, 6);
    database.execute("UPDATE machines SET status = 'offline' WHERE serial_number = 'PRESS-01'");
    start(database.dataSource(), b);
    awaitDelivered();
    assertEquals("link_found start external", history("PRESS-01"));
    assertEquals(1, scene.journal.count().quarantined());
  }

  /** What was refused is written after all when a person says so and nothing has happened since. */
  @Test
  void aRetriedTransitionIsWrittenWhereItsBaseIsStillThere() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    Row row = store.load(List.of("PRESS-01")).readable().get("PRESS-01");
    Entry start = scene.journal.all(0, 9).get(0);
    a.refused(start, row, "not on a Friday");
    assertEquals(1, scene.journal.retry(List.of(start.id())));
    start(database.dataSource());
    awaitDelivered();
    assertEquals("link_found start", history("PRESS-01"));
    assertEquals(0, quarantined());
    scene.pass(RowWatch.EVERY);
    Scene.await("the row is the new base", () -> a.known().state().seq() == 2);
    show(a, RUNS, 6);
    show(a, DONE, 6);
    scene.pass(Duration.ofSeconds(15));
    show(a, DONE, 6);
    awaitDelivered();
    assertEquals("1", started("PRESS-01"));
  }

  /**
   * I3: a retried one, too. The row is not as it was left then; still it is not to be said that the
   * retry came too late.
   */
  @Test
  void aRetriedTransitionThatWasCommittedBeforeACrashIsConfirmed() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    Row row = store.load(List.of("PRESS-01")).readable().get("PRESS-01");
    Entry start = scene.journal.all(0, 9).get(0);
    a.refused(start, row, "not on a Friday");
    assertEquals(1, scene.journal.retry(List.of(start.id())));
    store.deliver(List.of(new Addressed(start.rowId(), start.after(), start.transition())));
    start(database.dataSource(), scene.monitor("PRESS-01"));
    awaitDelivered();
    assertEquals(0, quarantined());
    assertEquals("link_found start", history("PRESS-01"));
  }

  /** What was refused, and is tried again when the machine has moved on, spoils nothing. */
  @Test
  void aRetriedTransitionThatCameTooLateIsPutBack() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    stop();
    show(a, RUNS, 6);
    Row row = store.load(List.of("PRESS-01")).readable().get("PRESS-01");
    Entry start = scene.journal.all(0, 9).get(0);
    a.refused(start, row, "not on a Friday");
    a.delivered();
    show(a, RUNS, 6);
    assertEquals(1, scene.journal.retry(List.of(start.id())));
    show(a, DONE, 6);
    start(database.dataSource());
    Scene.await("put back", () -> quarantined() == 1);
    awaitDelivered();
    assertEquals("link_found start complete", history("PRESS-01"));
    assertTrue(
        MemoryWriter.of("PRESS-01")
            .toString()
            .contains("start seq=2 cannot be written, also not now: the machine has gone"),
        MemoryWriter.of("PRESS-01").toString());
  }

  @Test
  void aMissingRowIsNamedWithOneThatIsNearAndLookedForAgain() throws Exception {
    MachineMonitor misspelt = scene.monitor("PRESS-10");
    start(database.dataSource(), misspelt, a);
    idle(a, 5);
    awaitDelivered();
    assertEquals("link_found", history("PRESS-01"), "the others go on");
    assertEquals(
        List.of(
            "ERROR PRESS-10      table machines has no row with this serial_number; did you mean"
                + " \"PRESS-01\"? Correct the serial number, insert the row, or set"
                + " register = true; the other machines go on"),
        MemoryWriter.of("PRESS-10"));
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-10')");
    scene.pass(Duration.ofSeconds(15));
    idle(misspelt, 1);
    awaitDelivered();
    assertEquals("link_found", history("PRESS-10"));
  }

  @Test
  void aMachineThatRegistersGetsItsRow() throws Exception {
    MachineMonitor fresh = scene.monitor(Scene.settings("NEW", true));
    start(database.dataSource(), fresh);
    idle(fresh, 1);
    awaitDelivered();
    assertEquals("link_found", history("NEW"));
    assertTrue(MemoryWriter.of("NEW").contains("INFO NEW           row created (register = true)"));
  }

  /** A site's own rule refuses one machine's row; that is no reason to leave the others without. */
  @Test
  void aRowThatMayNotBeCreatedStopsNobodyElse() throws Exception {
    database.execute("ALTER TABLE machines ADD CHECK (serial_number <> 'NEW')");
    MachineMonitor fresh = scene.monitor(Scene.settings("NEW", true));
    start(database.dataSource(), fresh, a);
    idle(a, 5);
    awaitDelivered();
    assertEquals("link_found", history("PRESS-01"));
    assertTrue(
        MemoryWriter.of("NEW").get(0).contains("its row cannot be created"),
        MemoryWriter.of("NEW").toString());
  }

  @Test
  void anUnreadableRowIsNamedAndTakenUpOnceItIsCorrected() throws Exception {
    database.execute(
        "ALTER TABLE machines DROP CONSTRAINT machines_status_known;"
            + " UPDATE machines SET status = 'broken' WHERE serial_number = 'PRESS-01'");
    start(database.dataSource());
    idle(b, 5);
    awaitDelivered();
    assertEquals(
        List.of(
            "ERROR PRESS-01      row of machine PRESS-01 cannot be understood: status \"broken\" is"
                + " none of offline, idle, processing, error. Correct the row; the other machines"
                + " go on"),
        MemoryWriter.of("PRESS-01"));
    database.execute("UPDATE machines SET status = 'offline' WHERE serial_number = 'PRESS-01'");
    scene.pass(Duration.ofSeconds(15));
    idle(a, 5);
    awaitDelivered();
    assertEquals("external external link_found", history("PRESS-01"));
  }

  @Test
  void aRowThatWasDeletedAndMadeAnewIsTakenUp() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    database.execute("DELETE FROM machines WHERE serial_number = 'PRESS-01'");
    show(a, RUNS, 6);
    Scene.await("missed", () -> MemoryWriter.of("PRESS-01").toString().contains("has no row"));
    Scene.await("kept, out of the way", () -> quarantined() == 1);
    show(a, DONE, 6);
    database.execute("INSERT INTO machines (serial_number) VALUES ('PRESS-01')");
    scene.pass(Duration.ofSeconds(15));
    Scene.await("the new row", () -> showUntil(a, IDLE, 6, "link_found"));
  }

  /** A refusal is said, holds nobody back, and is not repeated with every poll (I8). */
  @Test
  void aRefusedTransitionIsTriedAgainOnlyNowAndThen() throws Exception {
    database.execute(
        """
        CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'not on a Friday'; END $$;
        CREATE TRIGGER site BEFORE UPDATE ON machines FOR EACH ROW
          WHEN (NEW.status = 'processing' AND NEW.serial_number = 'PRESS-01')
          EXECUTE FUNCTION site();""");
    start(database.dataSource());
    idle(a, 5);
    idle(b, 1);
    for (int i = 0; i < 20; i++) {
      show(a, RUNS, 6);
      show(b, i % 2 == 0 ? RUNS : DONE, 2 + i / 2);
      awaitDelivered();
    }
    assertEquals("link_found" + " start complete".repeat(10), history("PRESS-02"));
    assertEquals("link_found", history("PRESS-01"));
    assertEquals(1, refusals(), MemoryWriter.of("PRESS-01").toString());
    database.execute("DROP TRIGGER site ON machines");
    scene.pass(Duration.ofSeconds(15));
    Scene.await("started at last", () -> showUntil(a, RUNS, 6, "link_found start"));
    assertEquals("1", started("PRESS-01"));
  }

  /** A site's trigger that swallows the UPDATE: as a refusal, or it would go on with every poll. */
  @Test
  void anUpdateThatTheDatabaseSwallowsIsARefusal() throws Exception {
    database.execute(
        """
        CREATE FUNCTION hold_still() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER hold_still BEFORE UPDATE ON machines FOR EACH ROW
          WHEN (NEW.status = 'processing') EXECUTE FUNCTION hold_still();""");
    start(database.dataSource());
    idle(a, 5);
    for (int i = 0; i < 20; i++) {
      show(a, RUNS, 6);
      awaitDelivered();
    }
    assertEquals(1, quarantined());
    assertTrue(
        MemoryWriter.of("PRESS-01").toString().contains("the UPDATE changed nothing, though"),
        MemoryWriter.of("PRESS-01").toString());
  }

  /** Somebody is about to insert the very row that is to be created, and goes to lunch. */
  @Test
  void anInsertThatWaitsForSomebodyStopsNobodyElse() throws Exception {
    MachineMonitor fresh = scene.monitor(Scene.settings("NEW", true));
    try (Database pool = new Database(database.settings());
        Connection technician = database.connect();
        Statement statement = technician.createStatement()) {
      technician.setAutoCommit(false);
      statement.execute("INSERT INTO machines (serial_number) VALUES ('NEW')");
      start(pool.dataSource(), fresh, a);
      idle(a, 5);
      Scene.await("A goes on", () -> historyIs("PRESS-01", "link_found"));
      technician.commit();
      scene.pass(RowWatch.EVERY);
      idle(fresh, 1);
      stop();
    }
  }

  /** DESIGN 4, I1: a database that is not ours is not touched, and that is said once. */
  @Test
  void aForeignSchemaEndsItWithNothingWritten() throws Exception {
    List<String> differences = List.of("column machines.state_seq is missing");
    start(database.dataSource(), () -> differences, a, b);
    thread.join(Scene.PATIENCE.toMillis());
    assertFalse(thread.isAlive());
    delivery.stop();
    assertEquals(List.of(differences), foreign);
    assertEquals("", history("PRESS-01"));
  }

  /** A database that was right once may be so again: nothing that waits is given up (I3). */
  @Test
  void aSchemaThatIsGoneForAWhileIsWaitedFor() throws Exception {
    AtomicReference<List<String>> differences = new AtomicReference<>(List.of());
    start(throughCable(), differences::get, a, b);
    idle(a, 5);
    awaitDelivered();
    cable.unplug();
    show(a, RUNS, 6);
    Scene.await("noticed", () -> MemoryWriter.of("database").size() == 1);
    // It comes back while it is being restored from a backup.
    differences.set(List.of("column machines.state_seq is missing"));
    cable.plug();
    Scene.await("said", () -> MemoryWriter.of("database").toString().contains("no longer"));
    assertEquals("link_found", history("PRESS-01"));
    assertEquals(List.of(), foreign);
    differences.set(List.of());
    awaitDelivered();
    assertEquals("link_found start", history("PRESS-01"));
  }

  @Test
  void aStopWritesWhatWaits() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    for (int cycle = 6; cycle < 26; cycle++) {
      show(a, RUNS, cycle);
      show(a, DONE, cycle);
    }
    a.leave();
    stop();
    assertEquals(0, waiting());
    assertEquals("link_found" + " start complete".repeat(20) + " link_lost", history("PRESS-01"));
    assertEquals(
        "offline", database.value("SELECT status FROM machines WHERE serial_number = 'PRESS-01'"));
  }

  /** Deciding and delivering use the journal for different things, and may fail one by one. */
  @Test
  void aJournalThatFailsDeliveryDoesNotClaimThatNothingIsDecided() throws Exception {
    start(database.dataSource());
    idle(a, 5);
    awaitDelivered();
    scene.journal.close();
    Scene.await("said", () -> !MemoryWriter.of("journal").isEmpty());
    String told = MemoryWriter.of("journal").get(0);
    assertTrue(told.contains("; delivery tries again until it works"), told);
    assertFalse(told.contains("nothing is decided"), told);
    show(a, RUNS, 6);
    Scene.await("said by the other side", () -> MemoryWriter.of("journal").size() == 2);
    told = MemoryWriter.of("journal").get(1);
    assertTrue(told.contains("; nothing is decided until that is over"), told);
    scene.intake.keep(List.of(a.known()));
    told = MemoryWriter.of("journal").get(2);
    assertTrue(told.contains("; after a crash now, gaps would seem to begin earlier"), told);
  }

  /** I8: it tries once more, and no longer. */
  @Test
  void aStopWhileItIsAwayIsNotHeldUp() throws Exception {
    start(throughCable());
    idle(a, 5);
    awaitDelivered();
    cable.unplug();
    show(a, RUNS, 6);
    Scene.await("noticed", () -> MemoryWriter.of("database").size() == 1);
    stop();
    assertEquals(1, waiting());
  }

  /** It never dies silently: a fault of ours or of a driver's is said and tried again. */
  @Test
  void anUnexpectedExceptionDoesNotEndIt() throws Exception {
    AtomicInteger faults = new AtomicInteger(3);
    start(
        failing(
            database.dataSource(),
            method -> {
              if (faults.getAndDecrement() > 0) {
                throw new IllegalStateException("odd");
              }
            }));
    idle(a, 5);
    awaitDelivered();
    assertEquals("link_found", history("PRESS-01"));
    assertTrue(
        MemoryWriter.of("database").get(0).contains("unexpected IllegalStateException: odd"),
        MemoryWriter.of("database").toString());
  }

  /** I3, I8: rows whose triggers hang wait in turn; who stands behind them is written meanwhile. */
  @Test
  @Tag("host") // the server's patience, several times
  void rowsThatTakeTooLongWaitAloneAndArriveInOrder() throws Exception {
    List<String> hanging = List.of("HANG-1", "HANG-2", "HANG-3", "HANG-4");
    List<MachineMonitor> all = new ArrayList<>(List.of(b));
    for (String name : hanging) {
      database.execute("INSERT INTO machines (serial_number) VALUES ('" + name + "')");
      all.add(scene.monitor(name));
    }
    try (Database pool =
        new Database(database.settings().withSocketTimeout(Duration.ofSeconds(2)))) {
      start(pool.dataSource(), all.toArray(MachineMonitor[]::new));
      for (MachineMonitor monitor : all) {
        idle(monitor, 5);
      }
      awaitDelivered();
      stop();
      for (MachineMonitor monitor : all) {
        show(monitor, RUNS, 6);
        show(monitor, DONE, 6);
      }
      database.execute(
          """
          CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
          CREATE TRIGGER site BEFORE UPDATE ON machines FOR EACH ROW
            WHEN (NEW.serial_number LIKE 'HANG-%') EXECUTE FUNCTION site();""");
      start(pool.dataSource(), all.toArray(MachineMonitor[]::new));
      Scene.await("B", () -> historyIs("PRESS-02", "link_found start complete"));
      for (String name : hanging) {
        assertEquals("link_found", history(name));
      }
      assertEquals(8, waiting());
      database.execute("DROP TRIGGER site ON machines");
      scene.pass(Duration.ofSeconds(30));
      awaitDelivered();
      for (String name : hanging) {
        assertEquals("link_found start complete", history(name));
      }
      assertEquals(0, quarantined());
      assertGapFree();
      stop();
    }
  }

  /** I8: a fault of ours or of a driver's in what is one machine's keeps no other waiting. */
  @Test
  void anUnexpectedExceptionForOneMachineHoldsUpNobodyElse() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    String row = database.value("SELECT id FROM machines WHERE serial_number = 'PRESS-01'");
    retryAfter = Duration.ofMinutes(1);
    start(breaking(DataSource.class, database.dataSource(), row, broken));
    idle(a, 5);
    idle(b, 1);
    Scene.await("B is written", () -> historyIs("PRESS-02", "link_found"));
    Scene.await("that is said", () -> MemoryWriter.of("database").size() == 1);
    String told = MemoryWriter.of("database").get(0);
    assertTrue(told.contains("PRESS-01: unexpected IllegalStateException: odd; what waits"), told);
    assertEquals("", history("PRESS-01"));
    show(b, RUNS, 2);
    Scene.await("B goes on", () -> historyIs("PRESS-02", "link_found start"));
    broken.set(false);
    scene.pass(Duration.ofSeconds(30));
    awaitDelivered();
    assertEquals("link_found", history("PRESS-01"));
    Scene.await("its end is said", () -> MemoryWriter.of("database").size() == 2);
  }

  /** What happens to the statements of one row, while it is broken. */
  private static <T> T breaking(Class<T> type, Object real, String row, AtomicBoolean broken) {
    Object[] bound = {null};
    return type.cast(
        Proxy.newProxyInstance(
            DeliveryTest.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("setObject") && arguments[0].equals(11)) {
                bound[0] = arguments[1];
              }
              if (method.getName().equals("addBatch")
                  && broken.get()
                  && row.equals(String.valueOf(bound[0]))) {
                throw new IllegalStateException("odd");
              }
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof PreparedStatement
                    ? breaking(PreparedStatement.class, result, row, broken)
                    : result instanceof Connection
                        ? breaking(Connection.class, result, row, broken)
                        : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private void start(DataSource dataSource, MachineMonitor... machines) {
    start(
        dataSource, () -> List.of(), machines.length == 0 ? new MachineMonitor[] {a, b} : machines);
  }

  private void start(DataSource dataSource, DatabaseCheck differences, MachineMonitor... machines) {
    MachineStore used = new MachineStore(dataSource);
    DatabaseCheck check =
        () -> {
          checks.incrementAndGet();
          used.load(List.of());
          return differences.differences();
        };
    delivery =
        new Delivery(
            new Delivery.Parts(
                used,
                check,
                scene.journal,
                scene.intake,
                Roster.of(List.of(machines)),
                new RunNotes(used, null, scene.journal, new Roster(), scene.time),
                scene.time,
                new Backoff(retryAfter, retryAfter.multipliedBy(10), () -> 0.5),
                scene.heard),
            foreign::add);
    thread = new Thread(delivery, "delivery under test");
    thread.start();
  }

  private void stop() throws InterruptedException {
    delivery.stop();
    thread.join(Scene.PATIENCE.toMillis());
    assertFalse(thread.isAlive());
  }

  /** Shows idle until that is decided, which needs the row. */
  private void idle(MachineMonitor monitor, long counter) throws InterruptedException {
    String name = monitor.name();
    Scene.await(
        "the row of " + name,
        () -> {
          show(monitor, IDLE, counter);
          return MemoryWriter.of(name).stream().anyMatch(line -> line.contains("link_found"));
        });
  }

  private static void show(MachineMonitor monitor, int state, long counter) {
    monitor.observe(Scene.shows(monitor.name(), state, counter));
  }

  private boolean showUntil(MachineMonitor monitor, int state, long counter, String history) {
    show(monitor, state, counter);
    return historyIs(monitor.name(), history);
  }

  private void awaitDelivered() throws InterruptedException {
    Scene.await("an empty journal", () -> waiting() == 0);
  }

  private long waiting() {
    return count().waiting();
  }

  private long quarantined() {
    return count().quarantined();
  }

  private Journal.Count count() {
    try {
      return scene.journal.count();
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean historyIs(String serial, String events) {
    try {
      return history(serial).equals(events);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String history(String serial) throws SQLException {
    return String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList());
  }

  /** Runs that were started or proved. */
  private String started(String serial) throws SQLException {
    return database.value(
        "SELECT sum(1 + coalesce((detail ->> 'missed_runs')::int, 0)) FROM machine_transitions t"
            + " JOIN machines m ON m.id = machine_id WHERE event = 'start' AND serial_number = '"
            + serial
            + "'");
  }

  private void assertGapFree() throws SQLException {
    assertEquals(
        "t",
        database.value(
            "SELECT bool_and(n = seq) FROM (SELECT count(t.*) AS n, state_seq AS seq FROM machines m"
                + " LEFT JOIN LATERAL (SELECT FROM machine_transitions WHERE machine_id = m.id) t"
                + " ON true GROUP BY m.id, state_seq) AS each"));
  }

  private static long refusals() {
    return MemoryWriter.of("PRESS-01").stream()
        .filter(line -> line.contains("the database refuses start seq=2: ERROR: not on a Friday"))
        .count();
  }

  private int port() {
    return URI.create(database.url().substring("jdbc:".length())).getPort();
  }

  private DataSource throughCable() {
    PGSimpleDataSource dataSource = (PGSimpleDataSource) database.dataSource();
    dataSource.setPortNumbers(new int[] {cable.port()});
    return dataSource;
  }

  /** What happens before each call. */
  private interface Before {
    void call(String method) throws SQLException;
  }

  private static DataSource failing(DataSource real, Before before) {
    return (DataSource)
        Proxy.newProxyInstance(
            DeliveryTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) -> {
              before.call(method.getName());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
