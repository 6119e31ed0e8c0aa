package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import dev.millwright.store.Outcome.Kind;
import dev.millwright.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** I1 and I3: each transition once, in order, and nothing on top of what is not there. */
class DeliveryTest {

  /** A site's own: a process is booked once, which is checked at the commit. */
  private static final String BOOKED_ONCE =
      "CREATE TABLE booked (process uuid UNIQUE DEFERRABLE INITIALLY DEFERRED);"
          + " CREATE FUNCTION book() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
          + " INSERT INTO booked VALUES (NEW.current_process_id); RETURN NULL; END $$;"
          + " CREATE TRIGGER book AFTER UPDATE ON machines FOR EACH ROW"
          + " WHEN (NEW.status = 'processing') EXECUTE FUNCTION book()";

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  private final MachineStore store = new MachineStore(DATABASE.dataSource());

  @BeforeEach
  void threeMachines() throws Exception {
    DATABASE.execute(
        "DELETE FROM machines; DELETE FROM machine_transitions;"
            + " INSERT INTO machines (serial_number) VALUES ('A'), ('B'), ('C')");
  }

  @Test
  void severalTransitionsOfSeveralMachinesGoInOneBatch() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    List<Outcome> outcomes =
        store.deliver(List.of(a.found(), b.found(), a.start(), a.complete(), b.start()));
    assertEquals(Collections.nCopies(5, Outcome.WRITTEN), outcomes);
    assertEquals(a.state(), row("A").state());
    assertEquals(b.state(), row("B").state());
    assertHistoryIs("A", "link_found start complete");
    assertHistoryIs("B", "link_found start");
    // One commit: each row's last version and the whole history are of the same transaction.
    assertEquals(
        "1",
        DATABASE.value(
            "SELECT count(DISTINCT x) FROM (SELECT xmin::text AS x FROM machine_transitions"
                + " UNION ALL SELECT xmin::text FROM machines WHERE state_seq > 0) AS written"));
  }

  /**
   * I8: a technician who left a transaction open on one row holds up that machine, and no other.
   */
  @Test
  void aRowThatSomebodyKeepsLockedWaitsAlone() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    List<Addressed> batch = List.of(a.found(), b.found(), a.start(), b.start());
    try (Database pool = new Database(DATABASE.settings())) {
      MachineStore pooled = new MachineStore(pool.dataSource());
      try (Connection technician = DATABASE.connect();
          Statement statement = technician.createStatement()) {
        technician.setAutoCommit(false);
        statement.execute("SELECT FROM machines WHERE serial_number = 'A' FOR UPDATE");
        List<Kind> kinds = pooled.deliver(batch).stream().map(Outcome::kind).toList();
        assertEquals(List.of(Kind.LATER, Kind.WRITTEN, Kind.LATER, Kind.WRITTEN), kinds);
        assertEquals(b.state(), row("B").state());
        technician.rollback();
      }
      List<Kind> kinds = pooled.deliver(batch).stream().map(Outcome::kind).toList();
      assertEquals(List.of(Kind.WRITTEN, Kind.ALREADY, Kind.WRITTEN, Kind.ALREADY), kinds);
    }
    assertHistoryIs("A", "link_found start");
    assertHistoryIs("B", "link_found start");
  }

  /** I8: a second for each of 40 locked rows would hold up everybody for 40 seconds. */
  @Test
  void manyLockedRowsCostLittleMoreThanOne() throws Exception {
    DATABASE.execute(
        "INSERT INTO machines (serial_number) SELECT 'L' || n FROM generate_series(1, 15) AS n");
    List<Addressed> batch = new ArrayList<>();
    for (int n = 1; n <= 15; n++) {
      batch.add(steps("L" + n).found());
    }
    batch.add(steps("A").found());
    try (Database pool = new Database(DATABASE.settings());
        Connection technician = DATABASE.connect();
        Statement statement = technician.createStatement()) {
      MachineStore pooled = new MachineStore(pool.dataSource());
      technician.setAutoCommit(false);
      statement.execute("SELECT FROM machines WHERE serial_number LIKE 'L%' FOR UPDATE");
      List<Outcome> expected = new ArrayList<>(Collections.nCopies(15, Outcome.LOCKED));
      expected.add(Outcome.WRITTEN);
      assertTimeout(Duration.ofSeconds(10), () -> assertEquals(expected, pooled.deliver(batch)));
      technician.rollback();
      // What was shortened is not left behind in the pool.
      try (Connection used = pool.dataSource().getConnection();
          Statement show = used.createStatement();
          ResultSet row = show.executeQuery("SHOW lock_timeout")) {
        assertTrue(row.next());
        assertEquals("1s", row.getString(1));
      }
    }
  }

  /** I1: a transition costs one new version of its row, and no more. */
  @Test
  void aTransitionIsOneUpdateOfTheRow() throws Exception {
    try (TestDatabase counting = TestDatabase.withSchema().create()) {
      counting.execute(
          """
          CREATE TABLE versions (seq bigint);
          CREATE FUNCTION count_version() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO versions VALUES (NEW.state_seq); RETURN NULL; END $$;
          CREATE TRIGGER count_version AFTER UPDATE ON machines
            FOR EACH ROW EXECUTE FUNCTION count_version();
          INSERT INTO machines (serial_number) VALUES ('A')""");
      MachineStore counted = new MachineStore(counting.dataSource());
      Steps a = new Steps(counted.all().readable().get("A"));
      counted.deliver(List.of(a.found(), a.start(), a.error("Pump", "Dry"), a.lost()));
      assertEquals(
          "1 2 3 4",
          counting.value("SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM versions"));
    }
  }

  /** I3: what was delivered before the answer was lost is confirmed, not written again. */
  @Test
  void whatIsThereAlreadyIsNotWrittenAgain() throws Exception {
    Steps a = steps("A");
    List<Addressed> batch = List.of(a.found(), a.start(), a.complete());
    store.deliver(batch);
    String before = DATABASE.value("SELECT xmin FROM machines WHERE serial_number = 'A'");
    assertEquals(Collections.nCopies(3, Outcome.ALREADY), store.deliver(batch));
    assertEquals(before, DATABASE.value("SELECT xmin FROM machines WHERE serial_number = 'A'"));
    assertHistoryIs("A", "link_found start complete");
  }

  /**
   * I3: the database commits and the answer does not arrive; the same batch is sent again, longer.
   */
  @Test
  void aCommitWhoseAnswerIsLostCountsOnce() throws Exception {
    Steps a = steps("A");
    Addressed found = a.found();
    Addressed start = a.start();
    MachineStore deaf = new MachineStore(losingTheAnswerOfCommit(DATABASE.dataSource()));
    SQLException lost = assertThrows(SQLException.class, () -> deaf.deliver(List.of(found, start)));
    assertEquals(Trouble.AWAY, Trouble.of(lost));
    assertEquals(
        List.of(Outcome.ALREADY, Outcome.ALREADY, Outcome.WRITTEN),
        store.deliver(List.of(found, start, a.complete())));
    assertHistoryIs("A", "link_found start complete");
  }

  /** I3: the connection dies before the commit. */
  @Test
  void aBatchThatDiesBeforeItsCommitLeavesNothing() throws Exception {
    Steps a = steps("A");
    Addressed found = a.found();
    try (Connection holder = DATABASE.connect();
        Statement hold = holder.createStatement()) {
      holder.setAutoCommit(false);
      hold.execute("SELECT FROM machines WHERE serial_number = 'B' FOR UPDATE");
      Thread killer = new Thread(DeliveryTest::killWhoeverWaits, "killer");
      killer.start();
      SQLException dead =
          assertThrows(SQLException.class, () -> store.deliver(List.of(found, steps("B").found())));
      assertEquals(Trouble.AWAY, Trouble.of(dead));
      killer.join();
      holder.rollback();
    }
    assertEquals(0, row("A").state().seq());
    assertEquals(List.of(Outcome.WRITTEN), store.deliver(List.of(found)));
  }

  /** LEGACY 2 and 3: someone else was there first, and the guard sees it. */
  @Test
  void aRowThatSomeoneElseWroteIsAConflict() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    DATABASE.execute("UPDATE machines SET status = 'idle' WHERE serial_number = 'A'");
    List<Outcome> outcomes = store.deliver(List.of(a.found(), b.found()));
    assertEquals(Kind.CONFLICT, outcomes.get(0).kind());
    assertEquals(Outcome.WRITTEN, outcomes.get(1));
    assertHistoryIs("A", "external");
  }

  /**
   * The other writer brings state_seq to just the number that our second transition follows on. The
   * number alone would let that through, on top of a state that it knows nothing of.
   */
  @Test
  void nothingIsWrittenOnTopOfATransitionThatWasNot() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    UUID theirs = UUID.randomUUID();
    DATABASE.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '"
            + theirs
            + "' WHERE serial_number = 'A'");
    List<Outcome> outcomes =
        store.deliver(List.of(a.found(), b.found(), a.start(), a.complete(), b.start()));
    assertEquals(
        List.of(Kind.CONFLICT, Kind.WRITTEN, Kind.CONFLICT, Kind.CONFLICT, Kind.WRITTEN),
        kinds(outcomes));
    assertEquals(theirs, row("A").state().processId());
    assertEquals(b.state(), row("B").state());
  }

  /** The same when the second is sent alone: by a caller who forgot, or who died in between. */
  @Test
  void aLaterTransitionFindsNoBaseByItself() throws Exception {
    Steps a = steps("A");
    a.found();
    Addressed start = a.start();
    DATABASE.execute("UPDATE machines SET failure_description = 'x' WHERE serial_number = 'A'");
    assertEquals(1, row("A").state().seq());
    assertEquals(Kind.CONFLICT, store.deliver(List.of(start)).get(0).kind());
    assertHistoryIs("A", "external");
  }

  /** A machine that is gone is not written, and is not the end of the others. */
  @Test
  void aMachineThatIsGoneIsAConflict() throws Exception {
    Steps a = steps("A");
    DATABASE.execute("DELETE FROM machines WHERE serial_number = 'A'");
    List<Outcome> outcomes = store.deliver(List.of(a.found(), steps("B").found()));
    assertEquals(Kind.CONFLICT, outcomes.get(0).kind());
    assertEquals(Outcome.WRITTEN, outcomes.get(1));
  }

  /** FIELD 19: bytes off a bad line, which jsonb and text refuse. The others do not wait. */
  @Test
  void aPoisonedTransitionIsRefusedAndHoldsBackOnlyItsOwnMachine() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    Steps c = steps("C");
    List<Outcome> outcomes =
        store.deliver(
            List.of(
                a.found(),
                b.found(),
                b.error("Pump", "garbled \0 text"),
                c.found(),
                b.lost(),
                a.start()));
    assertEquals(
        List.of(
            Kind.WRITTEN, Kind.WRITTEN, Kind.REFUSED, Kind.WRITTEN, Kind.CONFLICT, Kind.WRITTEN),
        kinds(outcomes));
    assertTrue(outcomes.get(2).why().contains("SQLSTATE 22021"), outcomes.get(2).why());
    assertEquals(a.state(), row("A").state());
    assertEquals(Status.IDLE, row("B").state().status());
    assertHistoryIs("B", "link_found");
    assertHistoryIs("C", "link_found");
  }

  /**
   * I8: a time that no calendar holds fails here, before the database sees it; one that only the
   * column does not hold fails there. Neither is a reason to stop.
   */
  @Test
  void aValueThatCannotBeWrittenDownIsRefusedAndTheOthersGoOn() throws Exception {
    Steps a = steps("A");
    Steps b = steps("B");
    Steps c = steps("C");
    List<Addressed> batch =
        List.of(
            a.found(), b.found(), startedBefore(b, Instant.MAX), c.found(), b.lost(), a.start());
    List<Kind> kinds =
        List.of(
            Kind.WRITTEN, Kind.WRITTEN, Kind.REFUSED, Kind.WRITTEN, Kind.CONFLICT, Kind.WRITTEN);
    List<Outcome> outcomes = store.deliver(batch);
    assertEquals(kinds, kinds(outcomes));
    assertTrue(outcomes.get(2).why().contains("DateTimeException"), outcomes.get(2).why());
    assertEquals(a.state(), row("A").state());
    assertHistoryIs("B", "link_found");
    // Sent again, and beside one that makes the rest go one by one, it is the same.
    Addressed poisoned = c.error("Pump", "garbled \0 text");
    List<Addressed> longer = new ArrayList<>(batch);
    longer.add(poisoned);
    assertEquals(
        List.of(
            Kind.ALREADY,
            Kind.ALREADY,
            Kind.REFUSED,
            Kind.ALREADY,
            Kind.CONFLICT,
            Kind.ALREADY,
            Kind.REFUSED),
        kinds(store.deliver(longer)));
  }

  /** A date that the calendar holds and the column does not. */
  @Test
  void aTimeBeyondTheColumnIsRefusedByTheDatabase() throws Exception {
    Steps a = steps("A");
    MachineState far =
        new MachineState(1, Status.IDLE, null, Instant.parse("+300000-01-01T00:00:00Z"), null);
    Addressed late =
        new Addressed(
            a.machine,
            null,
            new Transition(UUID.randomUUID(), "link_found", a.state(), far, Steps.NOTHING_ELSE));
    List<Outcome> outcomes = store.deliver(List.of(late, steps("B").found()));
    assertEquals(List.of(Kind.REFUSED, Kind.WRITTEN), kinds(outcomes));
  }

  /** A site's own trigger may refuse too; its words are what the technician reads. */
  @Test
  void anExceptionThatATriggerRaisesIsARefusal() throws Exception {
    try (TestDatabase site = TestDatabase.withSchema().create()) {
      site.execute(
          """
          CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'not on a Friday'; END $$;
          CREATE TRIGGER site BEFORE UPDATE ON machines
            FOR EACH ROW WHEN (NEW.status = 'processing') EXECUTE FUNCTION site();
          INSERT INTO machines (serial_number) VALUES ('A')""");
      MachineStore siteStore = new MachineStore(site.dataSource());
      Steps a = new Steps(siteStore.all().readable().get("A"));
      List<Outcome> outcomes = siteStore.deliver(List.of(a.found(), a.start()));
      assertEquals(Outcome.WRITTEN, outcomes.get(0));
      assertEquals(Kind.REFUSED, outcomes.get(1).kind());
      assertTrue(outcomes.get(1).why().contains("not on a Friday"), outcomes.get(1).why());
    }
  }

  /** A deferred constraint speaks at the commit, when the batch has long been taken. */
  @Test
  void aConstraintThatIsDeferredRefusesOnlyItsOwnTransition() throws Exception {
    try (TestDatabase site = site("")) {
      site.execute(BOOKED_ONCE);
      MachineStore siteStore = new MachineStore(site.dataSource());
      Steps a = steps(siteStore, "A");
      Steps b = steps(siteStore, "B");
      Addressed start = a.start();
      UUID taken = start.transition().to().processId();
      Addressed twice = b.step("start", Status.PROCESSING, taken, null, Steps.NOTHING_ELSE);
      List<Outcome> outcomes =
          siteStore.deliver(List.of(start, twice, a.complete(), b.complete(), a.start()));
      assertEquals(
          List.of(Kind.WRITTEN, Kind.REFUSED, Kind.WRITTEN, Kind.CONFLICT, Kind.WRITTEN),
          kinds(outcomes));
      assertTrue(outcomes.get(1).why().contains("SQLSTATE 23505"), outcomes.get(1).why());
      assertEquals(a.state(), siteStore.all().readable().get("A").state());
      assertEquals("0", site.value("SELECT state_seq FROM machines WHERE serial_number = 'B'"));
    }
  }

  /** One alone commits itself: what speaks at the commit is heard there too, and nothing stands. */
  @Test
  void aConstraintThatIsDeferredRefusesATransitionThatIsAlone() throws Exception {
    try (TestDatabase site = site("")) {
      site.execute(BOOKED_ONCE);
      MachineStore siteStore = new MachineStore(site.dataSource());
      Steps a = steps(siteStore, "A");
      Steps b = steps(siteStore, "B");
      Addressed start = a.start();
      UUID taken = start.transition().to().processId();
      assertEquals(List.of(Kind.WRITTEN), kinds(siteStore.deliver(List.of(start))));
      Addressed twice = b.step("start", Status.PROCESSING, taken, null, Steps.NOTHING_ELSE);
      List<Outcome> outcomes = siteStore.deliver(List.of(twice));
      assertEquals(List.of(Kind.REFUSED), kinds(outcomes));
      assertTrue(outcomes.get(0).why().contains("SQLSTATE 23505"), outcomes.get(0).why());
      assertEquals("0", site.value("SELECT state_seq FROM machines WHERE serial_number = 'B'"));
      assertEquals(List.of(Kind.WRITTEN), kinds(siteStore.deliver(List.of(a.complete()))));
    }
  }

  /** I8: whatever a site's own trigger raises for one machine's row, the others are written. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "42501", "42P01", "42883", "P0002", "21000", "XX001", "28000", "MW001", "40001", "40P01",
        "57014"
      })
  void troubleOfOneRowHoldsBackOnlyItsOwnMachine(String state) throws Exception {
    try (TestDatabase site = site(raising(state, "B"))) {
      MachineStore siteStore = new MachineStore(site.dataSource());
      Steps a = steps(siteStore, "A");
      Steps b = steps(siteStore, "B");
      Steps c = steps(siteStore, "C");
      List<Addressed> batch =
          List.of(b.found(), a.found(), b.start(), c.found(), a.start(), c.start());
      List<Outcome> outcomes = siteStore.deliver(batch);
      assertEquals(
          List.of(Kind.LATER, Kind.WRITTEN, Kind.LATER, Kind.WRITTEN, Kind.WRITTEN, Kind.WRITTEN),
          kinds(outcomes));
      assertTrue(outcomes.get(0).why().contains("not this one (SQLSTATE " + state + ")"));
      // Alone it is no reason either to make others wait.
      assertEquals(List.of(Kind.LATER), kinds(siteStore.deliver(batch.subList(0, 1))));
      // And it is written when the trouble is over.
      site.execute("DROP TRIGGER site ON machines");
      assertEquals(
          List.of(
              Kind.WRITTEN, Kind.ALREADY, Kind.WRITTEN, Kind.ALREADY, Kind.ALREADY, Kind.ALREADY),
          kinds(siteStore.deliver(batch)));
      assertEquals(b.state(), siteStore.all().readable().get("B").state());
    }
  }

  /**
   * I8: rows whose triggers hang. The server cancels them; the sound one is written, some rounds
   * later at most, and none of them waits for the others' sake.
   */
  @Test
  void rowsThatTakeTooLongWaitAloneAndTheTimeForThemIsBounded() throws Exception {
    String hanging =
        "CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;"
            + " CREATE TRIGGER site BEFORE UPDATE ON machines FOR EACH ROW"
            + " WHEN (NEW.serial_number <> 'B' AND NEW.last_event <> 'external')"
            + " EXECUTE FUNCTION site();"
            + " INSERT INTO machines (serial_number) VALUES ('D'), ('E')";
    try (TestDatabase site = site(hanging);
        Database pool = new Database(impatient(site.settings()))) {
      MachineStore siteStore = new MachineStore(pool.dataSource());
      Steps b = steps(siteStore, "B");
      List<Addressed> batch = new ArrayList<>();
      for (String serial : List.of("A", "C", "D", "E")) {
        batch.add(steps(siteStore, serial).found());
      }
      batch.add(1, b.found());
      batch.add(b.start());
      List<Outcome> outcomes = siteStore.deliver(batch);
      assertEquals(
          List.of(Kind.LATER, Kind.WRITTEN, Kind.LATER, Kind.LATER, Kind.UNTRIED, Kind.UNTRIED),
          kinds(outcomes));
      assertTrue(outcomes.get(0).why().contains("SQLSTATE 57014"), outcomes.get(0).why());
      assertEquals(List.of(Kind.WRITTEN), kinds(siteStore.deliver(batch.subList(5, 6))));
      assertEquals(b.state(), siteStore.all().readable().get("B").state());
      // What was shortened is not left behind in the pool.
      try (Connection used = pool.dataSource().getConnection();
          Statement show = used.createStatement();
          ResultSet row = show.executeQuery("SHOW statement_timeout")) {
        assertTrue(row.next());
        assertEquals("666ms", row.getString(1));
      }
    }
  }

  /** Two seconds for each answer. */
  private static DatabaseSettings impatient(DatabaseSettings settings) {
    return settings.withSocketTimeout(Duration.ofSeconds(2));
  }

  /** What became of the others must be told, though none of them stands. */
  @Test
  void aConflictIsToldBesideAnotherMachinesTrouble() throws Exception {
    try (TestDatabase site = site(raising("42501", "B"))) {
      MachineStore siteStore = new MachineStore(site.dataSource());
      Steps a = steps(siteStore, "A");
      Steps b = steps(siteStore, "B");
      site.execute("UPDATE machines SET status = 'idle' WHERE serial_number = 'A'");
      assertEquals(
          List.of(Kind.LATER, Kind.CONFLICT),
          kinds(siteStore.deliver(List.of(b.found(), a.found()))));
    }
  }

  /** If no machine's row can be written, it is the database that is wrong. */
  @Test
  void troubleOfEveryRowIsThatOfTheDatabase() throws Exception {
    try (TestDatabase site = site(raising("42883", "%"))) {
      MachineStore siteStore = new MachineStore(site.dataSource());
      List<Addressed> batch = List.of(steps(siteStore, "A").found(), steps(siteStore, "B").found());
      SQLException wrong =
          assertThrows(EachRowFailsException.class, () -> siteStore.deliver(batch));
      assertEquals(Trouble.SCHEMA, Trouble.of(wrong));
    }
  }

  /** The history is ours: without it no row can be written, whichever machine is asked for. */
  @Test
  void aMissingHistoryIsNotTheTroubleOfOneMachine() throws Exception {
    try (TestDatabase site = site("ALTER TABLE machine_transitions RENAME TO gone")) {
      MachineStore siteStore = new MachineStore(site.dataSource());
      Addressed found = steps(siteStore, "A").found();
      SQLException wrong =
          assertThrows(SQLException.class, () -> siteStore.deliver(List.of(found)));
      assertEquals(Trouble.SCHEMA, Trouble.of(wrong));
    }
  }

  /** Nothing is tried one by one on a server that goes away: what would it answer? */
  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01", "53100", "40003", "58030"})
  void troubleOfTheServerIsThrownAtOnce(String state) throws Exception {
    try (TestDatabase site = site(raising(state, "B"))) {
      MachineStore siteStore = new MachineStore(site.dataSource());
      List<Addressed> batch = List.of(steps(siteStore, "A").found(), steps(siteStore, "B").found());
      SQLException away = assertThrows(SQLException.class, () -> siteStore.deliver(batch));
      assertEquals(state, away.getSQLState());
      assertEquals("0", site.value("SELECT max(state_seq) FROM machines"));
    }
  }

  /** Trouble that is not about a transition's content is nobody's refusal. */
  @Test
  void aMissingColumnOrRightIsNotBlamedOnTheTransition() throws Exception {
    try (TestDatabase broken = TestDatabase.withSchema().create()) {
      broken.execute("INSERT INTO machines (serial_number) VALUES ('A')");
      MachineStore brokenStore = new MachineStore(broken.dataSource());
      Steps a = new Steps(brokenStore.all().readable().get("A"));
      broken.execute(
          "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'reader'; EXCEPTION"
              + " WHEN duplicate_object THEN NULL; END $$; GRANT SELECT ON machines TO reader");
      MachineStore reader = new MachineStore(broken.dataSourceAs("reader"));
      Addressed found = a.found();
      SQLException refused = assertThrows(SQLException.class, () -> reader.deliver(List.of(found)));
      assertEquals(Trouble.PERMISSION, Trouble.of(refused));
      broken.execute("ALTER TABLE machines DROP COLUMN last_event");
      SQLException missing =
          assertThrows(SQLException.class, () -> brokenStore.deliver(List.of(found)));
      assertEquals(Trouble.SCHEMA, Trouble.of(missing));
    }
  }

  /** A standby after a failover (FIELD 22): try again, on another connection. */
  @Test
  void aServerThatTakesNoWritesIsNotBlamedOnTheTransition() throws Exception {
    try (TestDatabase standby = TestDatabase.withSchema().create()) {
      standby.execute(
          "INSERT INTO machines (serial_number) VALUES ('A'); DO $$ BEGIN EXECUTE format('ALTER"
              + " DATABASE %I SET default_transaction_read_only = on', current_database()); END $$");
      MachineStore standbyStore = new MachineStore(standby.dataSource());
      Steps a = new Steps(standbyStore.all().readable().get("A"));
      SQLException refused =
          assertThrows(SQLException.class, () -> standbyStore.deliver(List.of(a.found())));
      assertEquals(Trouble.READ_ONLY, Trouble.of(refused));
    }
  }

  /** I5: without gaps, each writer's transitions and everybody else's, at the same time. */
  @Test
  void historyHasNoGapsWhateverWritesAtTheSameTime() throws Exception {
    List<Thread> writers = new ArrayList<>();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      boolean person = i % 2 == 0;
      writers.add(
          new Thread(
              () -> {
                try {
                  for (int n = 0; n < 40; n++) {
                    writeSomething(person, n);
                  }
                } catch (Exception e) {
                  failures.add(e);
                }
              },
              "writer-" + i));
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
    assertEquals(List.of(), failures);
    String seq = DATABASE.value("SELECT state_seq FROM machines WHERE serial_number = 'A'");
    assertEquals(
        "1 " + seq + " " + seq,
        DATABASE.value(
            "SELECT min(state_seq) || ' ' || max(state_seq) || ' ' || count(*)"
                + " FROM machine_transitions"));
    // And each follows on the one before: from where that one led to.
    assertEquals(
        "0",
        DATABASE.value(
            "SELECT count(*) FROM machine_transitions a JOIN machine_transitions b"
                + " ON b.machine_id = a.machine_id AND b.state_seq = a.state_seq + 1"
                + " WHERE b.from_status <> a.to_status"));
    assertNotEquals(
        "0", DATABASE.value("SELECT count(*) FROM machine_transitions WHERE event = 'found'"));
  }

  private void writeSomething(boolean person, int n) throws SQLException {
    if (person) {
      DATABASE.execute(
          "UPDATE machines SET status = 'offline', failure_description = '"
              + Thread.currentThread().getName()
              + n
              + "' WHERE serial_number = 'A'");
    } else {
      Steps a = steps("A");
      store.deliver(List.of(a.step("found", Status.IDLE, null, null, Steps.NOTHING_ELSE)));
    }
  }

  private static void killWhoeverWaits() {
    try {
      while (!"t"
          .equals(
              DATABASE.value(
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      + " WHERE wait_event_type = 'Lock' AND datname = current_database()"))) {
        Thread.sleep(20);
      }
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connections that commit, and then say that the network is gone. */
  private static DataSource losingTheAnswerOfCommit(DataSource real) {
    return proxy(
        DataSource.class,
        real,
        (name, result) ->
            name.equals("getConnection")
                ? proxy(
                    Connection.class,
                    result,
                    (method, ignored) -> {
                      if (method.equals("commit")) {
                        throw new SQLException("An I/O error occurred", "08006");
                      }
                      return ignored;
                    })
                : result);
  }

  /** What becomes of the result of a call. */
  private interface After {
    Object call(String method, Object result) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, Object real, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.call(method.getName(), method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private void assertHistoryIs(String serial, String events) throws SQLException {
    assertEquals(
        events,
        String.join(" ", store.allHistory(serial).stream().map(HistoryRow::event).toList()));
  }

  private Row row(String serial) throws SQLException {
    return store.load(List.of(serial)).readable().get(serial);
  }

  private Steps steps(String serial) throws SQLException {
    return new Steps(row(serial));
  }

  private static Steps steps(MachineStore siteStore, String serial) throws SQLException {
    return new Steps(siteStore.load(List.of(serial)).readable().get(serial));
  }

  /** An inferred start, whose window ends there. */
  private static Addressed startedBefore(Steps steps, Instant before) {
    Window window = new Window(null, before);
    return steps.step(
        "start",
        Status.PROCESSING,
        UUID.randomUUID(),
        null,
        new Detail("machine", null, null, null, 0, window, false));
  }

  private static List<Kind> kinds(List<Outcome> outcomes) {
    return outcomes.stream().map(Outcome::kind).toList();
  }

  /** A database with three machines and what a site has changed in it. */
  private static TestDatabase site(String change) throws SQLException {
    TestDatabase site = TestDatabase.withSchema().create();
    site.execute("INSERT INTO machines (serial_number) VALUES ('A'), ('B'), ('C'); " + change);
    return site;
  }

  /** A site's trigger that fails for the rows whose serial number is like this. */
  private static String raising(String state, String serials) {
    return String.format(
        "CREATE FUNCTION site() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE EXCEPTION 'not this one' USING ERRCODE = '%s'; END $$;"
            + " CREATE TRIGGER site BEFORE UPDATE ON machines FOR EACH ROW"
            + " WHEN (NEW.serial_number LIKE '%s' AND NEW.last_event <> 'external')"
            + " EXECUTE FUNCTION site()",
        state, serials);
  }
}
