package dev.millwright.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.millwright.machine.Status;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/**
 * What the page shows: looks at the plant several times a second, and tells each browser everything
 * first and what has changed from then on.
 */
public final class Board implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(200);

  /** While nobody looks at the page. */
  private static final Duration LOOK_ALONE = Duration.ofSeconds(2);

  /** It may wait for a slow disk, on which the journal is. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  private static final int BEAT_EVERY = 10;
  private static final int TAIL = 2;

  /** Of each machine, when it is looked up once after the start. */
  private static final int MOST_PAST = 2_000;

  private static final Duration ASK_AGAIN = Duration.ofSeconds(15);

  private final Supplier<Overview> plant;
  private final Past past;
  private final String host;
  private final Instant started = Instant.now();
  private final Pages pages = new Pages();
  private final Patience patience;
  private final Events events;
  private final Heartbeat heartbeat;
  private final Map<String, Timeline> timelines = new LinkedHashMap<>();
  private final Map<String, JsonObject> shown = new LinkedHashMap<>();
  private final Steps steps = new Steps(started);
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(work -> thread(work, "status board"));
  private final ScheduledExecutorService asking =
      Executors.newSingleThreadScheduledExecutor(work -> thread(work, "status history"));
  private Overview last;
  private long looks;
  private ScheduledFuture<?> next;

  /**
   * @param plant what is known now; asked by one thread
   * @param past what was before; asked by one thread, until it has answered once for each machine
   * @param host what this host is called
   */
  public Board(Supplier<Overview> plant, Past past, String host, TimeSource time) {
    this.plant = plant;
    this.past = past;
    this.host = host;
    this.patience = new Patience(time);
    this.events = new Events(patience, this::welcome);
    this.heartbeat = Heartbeat.ofOnlooker(LONGEST_LOOK, time);
  }

  private static Thread thread(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The pages, by their paths. */
  public Map<String, HttpHandler> handlers() {
    Map<String, HttpHandler> all = new LinkedHashMap<>(pages.handlers());
    all.put("/events", events);
    all.put("/transitions", this::transitions);
    return all;
  }

  /** What has happened to one machine: {@code /transitions?machine=NAME}. */
  private void transitions(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    String asked = query == null ? "" : query.replaceFirst("^machine=", "");
    JsonArray found = stepsOf(asked);
    if (found == null) {
      Answer.text(exchange, 404, "There is no such machine: /transitions?machine=SERIAL-NUMBER");
    } else {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      Answer.bytes(exchange, 200, found.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Null where there is no such machine. */
  private synchronized JsonArray stepsOf(String machine) {
    return shown.containsKey(machine) ? steps.of(machine) : null;
  }

  /** Begins to look. */
  public void start() {
    look();
    lookLater();
    List<String> machines = last.machines().stream().map(MachineSnapshot::machine).toList();
    asking.execute(() -> askPast(machines));
  }

  /** One for its looks, and one for each browser that is being told. Waits for nobody. */
  public List<Heartbeat> heartbeats() {
    List<Heartbeat> all = new ArrayList<>(patience.heartbeats());
    all.add(heartbeat);
    return all;
  }

  private void lookAgain() {
    heartbeat.beat();
    try {
      patience.look();
      look();
    } catch (RuntimeException e) {
      // The next look may be better; the machines are none of its business.
      Logger.debug(e);
    }
    lookLater();
  }

  /** Once more, in place of what was to be the next time. */
  private synchronized void lookLater() {
    if (next != null) {
      next.cancel(false);
    }
    if (!looking.isShutdown()) {
      Duration wait = events.isEmpty() ? LOOK_ALONE : LOOK;
      next = looking.schedule(this::lookAgain, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Looks now. */
  synchronized void look() {
    last = plant.get();
    boolean others = watch(last);
    JsonArray changed = new JsonArray();
    JsonArray news = new JsonArray();
    for (MachineSnapshot machine : last.machines()) {
      note(machine, news);
      JsonObject json = BoardJson.machine(machine);
      if (!json.equals(shown.put(machine.machine(), json))) {
        JsonObject full = json.deepCopy();
        full.addProperty("cells", timeline(machine).letters(last.at(), TAIL));
        changed.add(full);
      }
    }
    boolean beat = looks++ % BEAT_EVERY == 0;
    if (others) {
      events.tell(event("state", everything()));
    } else if (!events.isEmpty() && (beat || !changed.isEmpty())) {
      JsonObject message = BoardJson.general(last);
      message.add("machines", changed);
      message.add("news", news);
      events.tell(event("change", message));
    }
  }

  /** Whether other machines are watched than at the last look, as after a reload. */
  private boolean watch(Overview now) {
    Set<String> names =
        now.machines().stream().map(MachineSnapshot::machine).collect(Collectors.toSet());
    Set<String> added = new LinkedHashSet<>(names);
    added.removeAll(shown.keySet());
    boolean others = !added.isEmpty() || shown.size() > names.size();
    if (others && looks > 0) {
      shown.keySet().retainAll(names);
      steps.retain(names);
      timelines.keySet().retainAll(names);
      asking.execute(() -> askPast(List.copyOf(added)));
    }
    return others && looks > 0;
  }

  private void note(MachineSnapshot machine, JsonArray news) {
    Row row = machine.row();
    if (row == null) {
      return;
    }
    Instant since = row.state().since() == null ? last.at() : row.state().since();
    if (machine.age() != null || row.state().status() == Status.OFFLINE) {
      // Else it is what was known before the start, and nobody has seen the machine since (I4).
      timeline(machine).see(row.state().status(), since, last.at());
    }
    Step step = steps.see(row, since);
    if (step != null) {
      news.add(step.json());
    }
  }

  private Timeline timeline(MachineSnapshot machine) {
    return timelines.computeIfAbsent(machine.machine(), name -> new Timeline());
  }

  private synchronized void welcome(Listener listener) {
    if (events.isEmpty()) {
      // While nobody listened it was looked at less often.
      look();
    }
    boolean unused = listener.offer(event("state", everything()));
    events.add(listener);
    lookLater();
  }

  private JsonObject everything() {
    JsonObject message = BoardJson.general(last);
    message.addProperty("version", pages.version());
    message.addProperty("host", host);
    message.addProperty("started", started.toEpochMilli());
    JsonArray machines = new JsonArray();
    for (MachineSnapshot machine : last.machines()) {
      JsonObject json = BoardJson.machine(machine);
      json.addProperty("cells", timeline(machine).letters(last.at(), Timeline.CELLS));
      machines.add(json);
    }
    message.add("machines", machines);
    message.add("news", steps.latest());
    return message;
  }

  private static String event(String name, JsonObject data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }

  /** Once for each machine; the rest later where the database is away. */
  private void askPast(List<String> machines) {
    for (int i = 0; i < machines.size(); i++) {
      String machine = machines.get(i);
      try {
        List<HistoryRow> rows = past.last(machine, MOST_PAST);
        synchronized (this) {
          Timeline timeline = timelines.get(machine);
          if (timeline != null) {
            fill(timeline, rows, Instant.now());
            steps.remember(machine, rows);
          }
        }
      } catch (SQLException | RuntimeException e) {
        Logger.debug(LogLine.of("status", "the history is not to be had: " + LogLine.cause(e)));
        List<String> rest = List.copyOf(machines.subList(i, machines.size()));
        if (!asking.isShutdown()) {
          var unused =
              asking.schedule(() -> askPast(rest), ASK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
        return;
      }
    }
    synchronized (this) {
      if (!events.isEmpty()) {
        JsonObject message = new JsonObject();
        JsonObject cells = new JsonObject();
        timelines.forEach(
            (name, line) -> cells.addProperty(name, line.letters(last.at(), Timeline.CELLS)));
        message.addProperty("now", last.at().toEpochMilli());
        message.add("cells", cells);
        message.add("news", steps.latest());
        events.tell(event("past", message));
      }
    }
  }

  /** From the newest back: each status lasted until the next one came, or until nobody looked. */
  static void fill(Timeline timeline, List<HistoryRow> rows, Instant now) {
    Instant until = now;
    for (HistoryRow row : rows) {
      if (row.occurredAt() != null && row.occurredAt().isBefore(until)) {
        timeline.before(Status.of(row.to()), row.occurredAt(), until);
        // Nobody knows what was in the gap before something that was concluded (I4).
        Instant gap = Step.inferredAfter(row.detailJson());
        until = gap != null && gap.isBefore(row.occurredAt()) ? gap : row.occurredAt();
      }
    }
  }

  /** Tells nobody anything any more. */
  @Override
  public void close() {
    looking.shutdownNow();
    asking.shutdownNow();
    events.close();
  }
}
