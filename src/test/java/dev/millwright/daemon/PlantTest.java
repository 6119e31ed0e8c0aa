package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.PlantLoader;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Teller;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.simulator.Simulator;
import dev.millwright.simulator.Truth;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.testing.Cable;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import dev.millwright.trace.TraceReader;
import dev.millwright.trace.TraceReplay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The whole way, on real protocols, with the files of {@code conf/}: the virtual plant, the daemon
 * and PostgreSQL for some ten seconds; then the history is held against the truth, machine by
 * machine and run by run. PRESS-01's cable is unplugged for a while; the others must not notice.
 */
@Timeout(300)
@Execution(ExecutionMode.SAME_THREAD)
class PlantTest {

  private static final String CUT_OFF = "PRESS-01";

  /** Machines that tell no time of their own. */
  private static final List<String> POLLED =
      List.of("OVEN-01", "LATHE-01", "SAW-01", "PUMP-01", "PUMP-02", "CONV-01");

  private static final List<String> WATCHED =
      Stream.concat(Stream.of("PRESS-02", "VIRT-01"), POLLED.stream()).toList();

  /** PRESS-01's; the others keep what their files say. */
  private static final Duration STALE_AFTER = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(100);

  /** No state is shorter, so that every poll sees every state. */
  private static final Duration DWELL = Duration.ofMillis(600);

  private static final int TRANSITIONS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir static Path directory;

  private static int modbusPort;

  private static TestDatabase database;
  private static MachineStore store;
  private static Map<String, List<Truth>> truth;
  private static Map<String, Row> rowsBeforeTheStop;
  private static Duration slow;

  @BeforeAll
  static void letThePlantLive() throws Exception {
    database = TestDatabase.withSchema().create();
    store = new MachineStore(database.dataSource());
    database.execute(
        """
        CREATE TABLE updates (serial_number text, state_seq bigint);
        CREATE FUNCTION count_update() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO updates VALUES (NEW.serial_number, NEW.state_seq); RETURN NULL; END $$;
        CREATE TRIGGER count_update AFTER UPDATE ON machines
          FOR EACH ROW EXECUTE FUNCTION count_update();""");
    int port = FreePort.find();
    modbusPort = FreePort.find();
    Path truthFile = directory.resolve("truth.jsonl");
    Path virtualTruthFile = directory.resolve("virtual.jsonl");
    try (PlantClock clock = new PlantClock();
        Cable cable = new Cable(port, true)) {
      copy("plant/plant.toml", text -> plant(text, port));
      copy(
          "millwright.toml",
          text -> text + "[trace]\nfolder = \"" + directory.resolve("traces") + "\"\n");
      for (String name : Stream.concat(Stream.of(CUT_OFF), WATCHED.stream()).toList()) {
        int reached = name.equals(CUT_OFF) ? cable.port() : port;
        copy("machines/" + name.toLowerCase(Locale.ROOT) + ".toml", text -> machine(text, reached));
      }
      Configuration configuration =
          new ConfigLoader(Wirings.registry())
              .load(directory.resolve("millwright.toml"), Map.of())
              .with(DatabaseSettings.class, database.settings())
              .with(
                  JournalSettings.class,
                  new JournalSettings(directory.resolve("journal.db"), DataSize.ofMebibytes(64)));
      try (Simulator plant =
              Simulator.start(
                  PlantLoader.load(directory.resolve("plant")),
                  truthFile,
                  new Simulator.Times(Duration.ZERO, null),
                  clock);
          Daemon daemon = Daemon.start(configuration, virtualTruthFile, TimeSource.system())) {
        assertNotNull(plant);
        assertNotNull(daemon);
        await("all are found", () -> haveTransitions(1));
        clock.go();
        await("PRESS-01 has run", () -> events(CUT_OFF).contains("complete"));
        cable.unplug();
        await("PRESS-01 is offline", () -> events(CUT_OFF).endsWith("link_lost"));
        // Long enough for a run to begin and end unseen.
        long runs = runs(truthFile, CUT_OFF);
        await("it runs on unseen", () -> runs(truthFile, CUT_OFF) >= runs + 2);
        cable.plug();
        await("PRESS-01 is found", () -> !events(CUT_OFF).endsWith("link_lost"));
        await("all have done something", () -> haveTransitions(TRANSITIONS + 1));
        slow = clock.hold();
        await("all is told", () -> told(truthFile));
        rowsBeforeTheStop = store.all().readable();
      }
      truth = Truth.read(truthFile);
      truth.putAll(Truth.read(virtualTruthFile));
    }
  }

  @AfterAll
  static void drop() throws Exception {
    database.close();
  }

  /** What the machines did is what the history says, run by run, and nothing is inferred. */
  @Test
  void theHistoryOfEveryWatchedMachineIsTheTruth() throws Exception {
    for (String machine : WATCHED) {
      List<HistoryRow> seen = seen(machine);
      List<Truth> all = truth.get(machine);
      List<Truth> did = all.subList(all.size() - seen.size(), all.size());
      assertTrue(did.size() >= TRANSITIONS, machine + " did something: " + all.size());
      // VIRT-01 lives in the daemon, and may have begun before its row was there.
      Instant found = store.allHistory(machine).get(0).recordedAt();
      assertTrue(
          all.stream().limit(all.size() - did.size()).allMatch(t -> t.at().isBefore(found)),
          () -> machine + " " + all + " is more than " + seen);
      for (int i = 0; i < did.size(); i++) {
        HistoryRow row = seen.get(i);
        String where = row + " was " + did.get(i) + "; " + MemoryWriter.of(machine);
        assertEquals(did.get(i).event(), row.event(), where);
        assertEquals(did.get(i).cycle(), detail(row).get("cycle").getAsLong(), where);
        assertFalse(detail(row).has("inferred"), where);
        assertFalse(detail(row).has("missed_runs"), where);
      }
    }
  }

  /** state_since: in the machine's own time where it has one, else when it was polled. */
  @Test
  void theHistoryTellsWhenItHappened() throws Exception {
    for (String machine : WATCHED) {
      List<HistoryRow> seen = seen(machine);
      List<Truth> all = truth.get(machine);
      long[] late = new long[seen.size()];
      for (int i = 0; i < late.length; i++) {
        Instant was = all.get(all.size() - seen.size() + i).at();
        late[i] = Duration.between(was, seen.get(i).occurredAt()).toMillis();
      }
      String where = machine + " " + LongStream.of(late).boxed().toList();
      if (POLLED.contains(machine)) {
        // The plant's clock is slow on a host that lets its threads wait; the daemon's is not.
        where += ", slow by " + slow;
        long most = DWELL.plus(slow).toMillis();
        assertTrue(LongStream.of(late).allMatch(ms -> ms >= -1 && ms < most), where);
        long median = LongStream.of(late).sorted().skip(late.length / 2).findFirst().orElseThrow();
        long usual = POLL.multipliedBy(2).plus(slow).toMillis();
        assertTrue(median <= usual, "within two polls, usually: " + where);
      } else {
        assertTrue(LongStream.of(late).allMatch(ms -> Math.abs(ms) <= 1), where);
      }
    }
  }

  /** I4: offline while nobody knew, and then what is known, marked. No run is lost or doubled. */
  @Test
  void aLostLinkIsOfflineAndItsRunsAreConserved() throws Exception {
    List<HistoryRow> rows = store.allHistory(CUT_OFF);
    int lost = index(rows, "link_lost");
    assertEquals("offline", rows.get(lost).to());
    assertTrue(
        detail(rows.get(lost)).get("reason").getAsString().startsWith("no good data for 1"),
        rows.get(lost).toString());
    JsonObject afterwards = detail(rows.get(lost + 1));
    assertTrue(afterwards.has("inferred"), rows.get(lost + 1).toString());
    Instant after =
        Instant.parse(afterwards.getAsJsonObject("inferred").get("after").getAsString());
    Instant before =
        Instant.parse(afterwards.getAsJsonObject("inferred").get("before").getAsString());
    assertTrue(after.isBefore(rows.get(lost).occurredAt()) && after.isBefore(before));
    List<Truth> did = truth.get(CUT_OFF);
    long first = detail(rows.get(0)).get("cycle").getAsLong();
    assertEquals(
        did.get(did.size() - 1).cycle() - first,
        Long.parseLong(
            database.value(
                "SELECT sum(1 + coalesce((detail ->> 'missed_runs')::bigint, 0))"
                    + " FROM machine_transitions JOIN machines ON machines.id = machine_id"
                    + " WHERE event = 'start' AND serial_number = '"
                    + CUT_OFF
                    + "'")),
        () -> rows + " was " + did);
    assertTrue(
        rows.stream().anyMatch(row -> detail(row).has("missed_runs")), "some runs nobody saw");
  }

  /** The others had nothing to do with that cable. */
  @Test
  void noOtherMachineWasEverLost() throws Exception {
    for (String machine : WATCHED) {
      List<HistoryRow> rows = store.allHistory(machine);
      assertEquals("offline", rows.get(0).from());
      assertEquals(rows.size() - 1, index(rows, "link_lost"), machine + ": at the stop only");
      assertEquals(
          "the daemon was stopped", detail(rows.get(rows.size() - 1)).get("reason").getAsString());
    }
  }

  /** I1 and I5: one UPDATE for each transition, numbers without gaps, and the row is the last. */
  @Test
  void eachTransitionWasOneUpdateAndTheRowIsTheLast() throws Exception {
    assertEquals(
        "0",
        database.value(
            "SELECT count(*) FROM (SELECT serial_number, state_seq FROM updates EXCEPT ALL"
                + " SELECT serial_number, t.state_seq FROM machine_transitions t"
                + " JOIN machines ON machines.id = machine_id) AS more"));
    assertEquals(
        database.value("SELECT count(*) FROM machine_transitions"),
        database.value("SELECT count(*) FROM updates"));
    assertEquals(
        "t",
        database.value(
            "SELECT bool_and(n = state_seq) FROM (SELECT state_seq, (SELECT count(*)"
                + " FROM machine_transitions t WHERE machine_id = machines.id) AS n"
                + " FROM machines) AS each"));
    assertEquals(
        "0",
        database.value(
            "SELECT count(*) FROM machine_transitions a JOIN machine_transitions b"
                + " ON b.machine_id = a.machine_id AND b.state_seq = a.state_seq + 1"
                + " WHERE b.from_status <> a.to_status"));
    for (Row row : store.all().readable().values()) {
      HistoryRow last = store.history(row.serialNumber(), 1).get(0);
      assertEquals(last.seq(), row.state().seq());
      assertEquals(last.to(), row.state().status().word());
      assertEquals(last.transitionId(), row.lastTransitionId());
      assertEquals(last.occurredAt(), row.state().since());
    }
  }

  /**
   * What the daemon has recorded beside its work says the same when it is decided once more: the
   * same transitions with the same times, and the same as in the history; also of the machine that
   * was lost for a while.
   */
  @Test
  void theTraceOfEveryMachineReplaysToItsHistory() throws Exception {
    for (String machine : store.all().readable().keySet()) {
      List<Transition> decided = new ArrayList<>();
      Path file = directory.resolve("traces").resolve(machine + ".jsonl");
      try (TraceReader reader = new TraceReader(Files.newInputStream(file))) {
        TraceReplay.Result result =
            new TraceReplay(
                    reader,
                    reader.header().settings(),
                    Teller.LOG,
                    (at, transition) -> decided.add(transition))
                .run();
        assertNull(result.unreadable(), machine);
        assertEquals(List.of(), result.differences(), machine);
        assertEquals("closed", result.end(), machine);
      }
      assertEquals(
          store.allHistory(machine).stream()
              .map(row -> row.transitionId() + " " + row.event() + " " + row.occurredAt())
              .toList(),
          decided.stream()
              .map(t -> t.id() + " " + t.event() + " " + micros(t.to().since()))
              .toList(),
          machine);
    }
  }

  /** As the database keeps times. */
  private static Instant micros(Instant time) {
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /** I4: a daemon that is not there any more knows nothing. */
  @Test
  void afterTheStopEveryMachineIsOffline() throws Exception {
    assertEquals(
        Integer.toString(WATCHED.size() + 1),
        database.value("SELECT count(*) FROM machines WHERE status = 'offline'"));
    assertTrue(
        rowsBeforeTheStop.values().stream()
            .noneMatch(row -> row.state().status().word().equals("offline")));
  }

  private static boolean haveTransitions(int atLeast) throws Exception {
    Collection<Row> rows = store.all().readable().values();
    return rows.size() == WATCHED.size() + 1
        && rows.stream().allMatch(row -> row.state().seq() >= atLeast);
  }

  /** Whether the plant holds, and the history has caught up. MILL-01 is in it but not watched. */
  private static boolean told(Path truthFile) throws Exception {
    Instant lastStep = Files.getLastModifiedTime(truthFile).toInstant();
    if (lastStep.plus(DWELL).isAfter(Instant.now())) {
      return false;
    }
    Map<String, List<Truth>> done = Truth.read(truthFile);
    done.remove("MILL-01");
    for (Map.Entry<String, List<Truth>> machine : done.entrySet()) {
      List<HistoryRow> seen = seen(machine.getKey());
      Truth was = machine.getValue().get(machine.getValue().size() - 1);
      HistoryRow last = seen.isEmpty() ? null : seen.get(seen.size() - 1);
      if (last == null
          || !was.event().equals(last.event())
          || was.cycle() != detail(last).get("cycle").getAsLong()) {
        return false;
      }
    }
    return true;
  }

  private static long runs(Path truthFile, String machine) throws IOException {
    List<Truth> did = Truth.read(truthFile).get(machine);
    return did.isEmpty() ? 0 : did.get(did.size() - 1).cycle();
  }

  private static String events(String machine) throws Exception {
    return String.join(" ", store.allHistory(machine).stream().map(HistoryRow::event).toList());
  }

  /**
   * The rows that say what the machine did, not what became of its link: after the first contact,
   * which is an error of a machine that is found in error.
   */
  private static List<HistoryRow> seen(String machine) throws Exception {
    return store.allHistory(machine).stream()
        .skip(1)
        .filter(row -> !row.event().startsWith("link_"))
        .toList();
  }

  private static int index(List<HistoryRow> rows, String event) {
    return rows.stream().map(HistoryRow::event).toList().indexOf(event);
  }

  private static JsonObject detail(HistoryRow row) {
    return JsonParser.parseString(row.detailJson()).getAsJsonObject();
  }

  private static String plant(String text, int port) {
    return replaced(
        text,
        Map.of(
            "speed = 1.0",
            "speed = 50.0",
            "dwell = \"300ms\"",
            "dwell = \"" + DWELL.toMillis() + "ms\"",
            "/tmp/millwright-plant",
            directory.resolve("ports").toString(),
            "127.0.0.1:4850",
            "127.0.0.1:" + port,
            "4852",
            Integer.toString(modbusPort)));
  }

  private static String machine(String text, int port) {
    String common =
        text.replace("register = true", "register = true\ntrace = true")
            .replace("127.0.0.1:4850", "127.0.0.1:" + port)
            .replace("4852", Integer.toString(modbusPort))
            .replace("/tmp/millwright-plant", directory.resolve("ports").toString());
    if (common.contains("serial_number = \"" + CUT_OFF + "\"")) {
      return replaced(
          common,
          Map.of("stale_after = \"3s\"", "stale_after = \"" + STALE_AFTER.toMillis() + "ms\""));
    }
    return common.contains("[virtual]")
        ? common + "speed = 50.0\ndwell = \"" + DWELL.toMillis() + "ms\"\n"
        : common;
  }

  private static String replaced(String text, Map<String, String> replacements) {
    String result = text;
    for (Map.Entry<String, String> replacement : replacements.entrySet()) {
      assertTrue(result.contains(replacement.getKey()), replacement.getKey());
      result = result.replace(replacement.getKey(), replacement.getValue());
    }
    return result;
  }

  private static void copy(String file, UnaryOperator<String> change) throws IOException {
    Path copy = directory.resolve(file);
    Files.createDirectories(copy.getParent());
    Files.writeString(copy, change.apply(Files.readString(Path.of("conf").resolve(file))));
  }

  /** By which the plant lives: it stands still while nobody is looking yet, and at the end. */
  private static final class PlantClock implements InstantSource, AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(10);

    /** While this host lets its threads wait for longer, no machine does anything unseen. */
    private static final Duration MOST = Duration.ofMillis(50);

    private final Thread thread = new Thread(this::tick, "plant clock");
    private Instant now = Instant.now();
    private Instant looked = now;
    private boolean goes;
    private volatile boolean closed;

    PlantClock() {
      thread.setDaemon(true);
      thread.start();
    }

    private void tick() {
      while (!closed) {
        LockSupport.parkNanos(TICK.toNanos());
        look();
      }
    }

    private synchronized void look() {
      Instant real = Instant.now();
      Duration passed = Duration.between(looked, real);
      if (goes) {
        now = now.plus(passed.compareTo(MOST) > 0 ? MOST : passed);
      }
      looked = real;
    }

    @Override
    public synchronized Instant instant() {
      return now;
    }

    synchronized void go() {
      look();
      now = looked;
      goes = true;
    }

    /**
     * From now on it stands still.
     *
     * @return by how much it is slow, as this host has let its threads wait
     */
    synchronized Duration hold() {
      look();
      goes = false;
      return Duration.between(now, looked);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - limit > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      Thread.sleep(20);
    }
  }
}
