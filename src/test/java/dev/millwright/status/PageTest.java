package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.journal.Backlog;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Glimpse;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Moment;
import dev.millwright.runtime.Overview;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import dev.millwright.testing.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The page in a real browser, against the real server; the plant behind it is made of snapshots.
 */
@Tag("host")
@Timeout(240)
class PageTest {

  private static final String[] RECIPES = {"R42", "BRACKET-7", "flush", "dose-3.2"};

  private final Random random = new Random(7);
  private AtomicReferenceArray<MachineState> states;
  private Chromium browser;
  private Board board;
  private StatusServer server;

  @BeforeEach
  void open() throws Exception {
    browser = new Chromium();
  }

  @AfterEach
  void close() throws Exception {
    stop();
    browser.close();
  }

  /** Nothing to complain of, all within one policy and 60 kB, and there at once. */
  @Test
  void itLoadsAndFollowsEachTransition() throws Exception {
    plant(12);
    start(0);
    browser.size(1280, 860, false);
    browser.open(server.address());
    browser.await("document.querySelectorAll('article').length === 12", 30);
    browser.await("document.querySelector('#live').textContent === 'live'", 30);
    assertEquals(List.of(), browser.complaints());
    double paint =
        browser
            .value("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
            .getAsDouble();
    long bytes =
        browser
            .value(
                "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
                    + ".filter(e => !e.name.endsWith('/events'))"
                    + ".reduce((a, e) => a + e.decodedBodySize, 0)")
            .getAsLong();
    System.out.println("first contentful paint " + paint + " ms, " + bytes + " bytes");
    assertTrue(bytes > 10_000 && bytes < 60_000, bytes + " bytes");
    Thread.sleep(400);
    browser.picture("light");
    browser.dark(true);
    Thread.sleep(400);
    browser.picture("dark");
    browser.dark(false);
    browser.value("document.getElementById('as-table').click()");
    Thread.sleep(400);
    browser.picture("table");
    browser.value("document.getElementById('as-cards').click()");
    long worst = 0;
    Jitter host = new Jitter();
    for (int i = 0; i < 5; i++) {
      long seq = states.get(3).seq();
      Status to = states.get(3).status() == Status.ERROR ? Status.IDLE : Status.ERROR;
      states.set(3, state(seq + 1, to, Instant.now()));
      long since = System.nanoTime();
      browser.await(
          "document.querySelectorAll('article')[3].className === 's-" + to.word() + "'", 30);
      worst = Math.max(worst, System.nanoTime() - since);
    }
    host.close();
    System.out.printf(
        "slowest of five transitions %d ms; this host kept a thread waiting for %d ms%n",
        worst / 1_000_000, host.worst().toMillis());
    // Issue 7.
    assertTrue(worst < Duration.ofSeconds(1).plus(host.worst()).toNanos(), worst + " ns");
    browser.value("document.querySelector('#counts button.s-error').click()");
    browser.await(
        "[...document.querySelectorAll('article:not([hidden])')].every(a => a.className === 's-error')",
        5);
    assertEquals(List.of(), browser.complaints());
  }

  /** While the daemon is away the page says so; when it is back, it is fresh within seconds. */
  @Test
  void itSurvivesARestart() throws Exception {
    plant(6);
    start(0);
    int port = java.net.URI.create(server.address()).getPort();
    browser.size(1280, 860, false);
    browser.open(server.address());
    browser.await("document.querySelectorAll('article').length === 6", 30);
    browser.value("document.querySelector('.open').click()");
    browser.await("document.querySelectorAll('#steps li').length >= 10", 30);
    stop();
    browser.await("document.body.classList.contains('lost')", 30);
    browser.await(
        "document.getElementById('lost').textContent.startsWith('NOT CONNECTED for')", 30);
    browser.await("document.getElementById('past-note').innerText.startsWith('NOT CONNECTED')", 30);
    Thread.sleep(1500);
    browser.picture("disconnected");
    states.set(0, state(states.get(0).seq() + 1, Status.ERROR, Instant.now()));
    start(port);
    long since = System.nanoTime();
    browser.await(
        "!document.body.classList.contains('lost')"
            + " && document.querySelector('article').className === 's-error'",
        10);
    long took = System.nanoTime() - since;
    browser.await("document.querySelector('#steps li').innerText.includes('Spindle overload')", 30);
    System.out.println("back after " + Duration.ofNanos(took).toMillis() + " ms");
    assertTrue(took < Duration.ofSeconds(20).toNanos(), took + " ns");
  }

  /** What has led to a machine's state: by keyboard, on a phone, and told without colour. */
  @Test
  void eachMachineShowsItsLastTransitions() throws Exception {
    plant(8);
    start(0);
    browser.size(1280, 860, false);
    browser.open(server.address());
    browser.await("document.querySelectorAll('article').length === 8", 30);
    browser.value("document.querySelectorAll('.open')[2].focus()");
    browser.key("Enter", 13, "\\r");
    String rows = "[...document.querySelectorAll('#past[open] #steps li')]";
    browser.await(rows + ".length >= 10", 30);
    assertEquals(
        "true",
        browser
            .value(
                rows
                    + ".every(r => r.querySelector('time').dateTime && r.innerText.includes('→')"
                    + " && r.querySelector('use').getAttribute('href') === '#i-'"
                    + " + r.querySelector('.to').textContent)")
            .getAsString());
    for (String words :
        List.of("inferred", "recipe R42", "link was lost", "2 transitions before")) {
      browser.await(rows + ".some(r => r.innerText.includes('" + words + "'))", 30);
    }
    Thread.sleep(300);
    browser.picture("past-light");
    browser.dark(true);
    Thread.sleep(300);
    browser.picture("past-dark");
    browser.size(360, 740, true);
    browser.await(
        "document.documentElement.scrollWidth <= 360"
            + " && document.getElementById('past').getBoundingClientRect().right <= 360"
            + " && document.getElementById('past').scrollWidth"
            + " <= document.getElementById('past').clientWidth",
        5);
    Thread.sleep(300);
    browser.picture("past-phone");

    states.set(2, state(states.get(2).seq() + 1, Status.ERROR, Instant.now()));
    browser.await(rows + "[0].innerText.includes('Spindle overload')", 30);
    browser.await("document.getElementById('past-now').innerText.startsWith('error')", 30);
    browser.key("Escape", 27, "");
    browser.await("!document.getElementById('past').open", 30);
    browser.await("document.activeElement === document.querySelectorAll('.open')[2]", 30);
    assertEquals(List.of(), browser.complaints());
  }

  /** A phone of 360 pixels: cards and rows fit. */
  @Test
  void itFitsAPhone() throws Exception {
    plant(8);
    start(0);
    browser.size(360, 740, true);
    browser.open(server.address());
    browser.await("document.querySelectorAll('article').length === 8", 30);
    String fits = "document.documentElement.scrollWidth <= 360";
    browser.await(fits, 30);
    Thread.sleep(300);
    browser.picture("phone");
    browser.value("document.getElementById('as-table').click()");
    browser.await(fits + " && document.querySelectorAll('tbody tr').length === 8", 30);
    Thread.sleep(300);
    browser.picture("phone-table");
  }

  /** Two hundred machines and twenty transitions a second leave the browser room to breathe. */
  @Test
  void twoHundredMachinesAreSmooth() throws Exception {
    plant(200);
    start(0);
    browser.size(1600, 1000, false);
    browser.open(server.address());
    browser.await("document.querySelectorAll('article').length === 200", 30);
    Thread.sleep(1_000);
    browser.picture("many");
    browser.value(
        "window.tasks = []; new PerformanceObserver(l => tasks.push(...l.getEntries().map(e =>"
            + " e.duration))).observe({type: 'longtask'}); 0");
    Instant end = Instant.now().plusSeconds(10);
    while (Instant.now().isBefore(end)) {
      int i = random.nextInt(200);
      Status to = states.get(i).status() == Status.IDLE ? Status.PROCESSING : Status.IDLE;
      states.set(i, state(states.get(i).seq() + 1, to, Instant.now()));
      Thread.sleep(50);
    }
    String tasks = browser.value("JSON.stringify(tasks)").getAsString();
    System.out.println("long tasks over 50 ms within ten seconds: " + tasks);
    // A host that does other things as well may hold the browser up; a page that is slow always is.
    assertTrue(tasks.split(",").length <= 10, tasks);
    assertEquals(List.of(), browser.complaints());
  }

  private void plant(int count) {
    states = new AtomicReferenceArray<>(count);
    for (int i = 0; i < count; i++) {
      Status status =
          i % 9 == 4
              ? Status.ERROR
              : i % 11 == 6 ? Status.OFFLINE : i % 3 == 0 ? Status.IDLE : Status.PROCESSING;
      states.set(i, state(503, status, Instant.now().minusSeconds(30 + random.nextInt(3_000))));
    }
  }

  private static MachineState state(long seq, Status status, Instant since) {
    return new MachineState(
        seq,
        status,
        status == Status.PROCESSING ? new UUID(7, seq) : null,
        since,
        status == Status.ERROR ? new Failure("SPINDLE", "Spindle overload, 118 %") : null);
  }

  private void start(int port) throws Exception {
    board = new Board(this::overview, this::past, "press-hall-2", TimeSource.system());
    server =
        new StatusServer(
            new StatusSettings("127.0.0.1:" + port, null, List.of()),
            board.handlers(),
            TimeSource.system());
    board.start();
    server.start();
    while (server.address() == null) {
      Thread.sleep(50);
    }
  }

  private void stop() {
    if (board != null) {
      board.close();
      server.close();
    }
  }

  private Overview overview() {
    Instant now = Instant.now();
    List<MachineSnapshot> machines = new ArrayList<>();
    for (int i = 0; i < states.length(); i++) {
      machines.add(machine(i, states.get(i), now));
    }
    return new Overview(now, machines, new DatabaseSnapshot(true, now, null), null);
  }

  private static MachineSnapshot machine(int i, MachineState state, Instant now) {
    String name = List.of("PRESS", "MILL", "OVEN", "LATHE").get(i % 4) + "-%02d".formatted(i + 1);
    String progress =
        state.status() != Status.PROCESSING || i % 2 == 0
            ? null
            : "{\"process\":\"%s\",\"done\":%d,\"total\":10,\"path\":\"3.2\",\"step\":\"heat to 180\"}"
                .formatted(state.processId(), i % 10);
    Row row =
        new Row(
            new UUID(1, i),
            name,
            state,
            state.status() == Status.PROCESSING ? "start" : "complete",
            new UUID(2, state.seq()),
            7L,
            RECIPES[i % RECIPES.length],
            i % 5 == 0 ? "B-1182" : null,
            now,
            null,
            progress);
    boolean open = state.status() != Status.OFFLINE;
    Glimpse glimpse =
        new Glimpse(new Moment(now, 0), null, "1", Glimpse.Conclusion.UNCHANGED, null, 0, true);
    return new MachineSnapshot(
        name,
        row,
        new LinkSnapshot(
            "opc.tcp://10.0.0." + i / 2 + ":4840",
            open,
            state.since(),
            open ? null : "connection refused"),
        glimpse,
        Duration.ofMillis(open ? 120 + i : 95_000),
        null,
        null,
        new Backlog(i == 7 ? 3 : 0, i == 7 ? now.minusSeconds(40) : null, 0));
  }

  /**
   * Runs of some minutes, now and then a fault, the link lost for a while; nothing before a shift.
   */
  private List<HistoryRow> past(String machine, int limit) {
    Random lots = new Random(machine.hashCode());
    List<HistoryRow> rows = new ArrayList<>();
    Instant at = Instant.now().minusSeconds(3_100 + lots.nextInt(300));
    Instant begin = Instant.now().minus(Duration.ofMinutes(300 + lots.nextInt(300)));
    boolean running = false;
    for (long seq = 500; at.isAfter(begin); seq--) {
      int draw = lots.nextInt(30);
      Status to =
          draw == 0
              ? Status.ERROR
              : draw == 1 || seq % 10 == 5
                  ? Status.OFFLINE
                  : running ? Status.PROCESSING : Status.IDLE;
      running = !running;
      String detail =
          to == Status.OFFLINE
              ? "{\"source\":\"daemon\",\"reason\":\"link was lost: no answer within 5 s\"}"
              : seq % 7 == 0
                  ? "{\"recipe\":\"R42\",\"inferred\":{\"after\":\"%s\"}}".formatted(at)
                  : "{\"recipe\":\"R42\"}";
      String event = running ? "complete" : to == Status.OFFLINE ? "link_lost" : "start";
      rows.add(
          new HistoryRow(seq, new UUID(3, seq), event, "idle", to.word(), null, at, at, detail));
      at = at.minusSeconds(60 + lots.nextInt(running ? 300 : 1_200));
    }
    return rows;
  }
}
