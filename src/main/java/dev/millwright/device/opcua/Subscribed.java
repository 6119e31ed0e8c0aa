package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Turns what the server reports into observations, and watches that it still reports.
 *
 * <p>A session may live while its subscription is dead (FIELD 1, 5). So every value is also read at
 * an interval. A value that is as known is fresh. One that is not has changed just now, and its
 * report must be under way: it is not passed on, as it would overtake what is queued; but if the
 * report does not come in time, the subscription is dead. For the same reason, nothing is read
 * right after this process or the network stood still: what is queued on the server comes first.
 */
final class Subscribed implements Source {

  /** What takes so much longer than it should was held up. */
  private static final long HELD_UP = Duration.ofMillis(500).toNanos();

  /** No wait is longer, so that a hold-up is noticed as well that ends before something is due. */
  private static final long LOOK_EVERY = Duration.ofMillis(200).toNanos();

  private static final Duration OVERFLOW_SILENCE = Duration.ofMinutes(1);

  private final OpcUaSettings settings;
  private final MiloSession session;
  private final Nodes nodes;
  private final Reports reports;
  private final Retry retry;
  private final Consumer<String> notices;
  private final Map<String, Snapshots> machines = new LinkedHashMap<>();

  private final Doubts doubts = new Doubts();

  /** When a tag's overflow was told. */
  private final Map<Point, Long> overflows = new HashMap<>();

  private final RoundTrips trips = new RoundTrips(System.nanoTime());
  private final Map<String, Map<String, Point>> points = new HashMap<>();
  private final List<Observation> ready = new ArrayList<>();
  private final long freshNanos;
  private long freshDue;

  /** When this thread was last seen to run. */
  private long lastTurn = System.nanoTime();

  /** Whether the last reading was put off, or does not count, because something was held up. */
  private boolean putOff;

  /** Thrown by the next call: what was seen before is handed out first. */
  private LinkException broken;

  /**
   * Made by {@link #begin}.
   *
   * @param fresh how often to prove that values are fresh
   */
  Subscribed(
      OpcUaSettings settings,
      MiloSession session,
      Nodes nodes,
      Retry retry,
      Duration fresh,
      Consumer<String> notices) {
    this.settings = settings;
    this.session = session;
    this.nodes = nodes;
    this.retry = retry;
    this.notices = notices;
    reports = new Reports(settings, session, nodes);
    freshNanos = fresh.toNanos();
    for (Point point : nodes.points()) {
      points
          .computeIfAbsent(point.machine(), name -> new LinkedHashMap<>())
          .put(point.tag(), point);
    }
    long now = System.nanoTime();
    points.forEach((name, tags) -> machines.put(name, new Snapshots(name, tags.keySet(), now)));
  }

  /**
   * Reads every value once, then subscribes: so nothing that is reported is older than what was
   * read.
   *
   * @param revisions takes what the server revised
   * @return null, or in words why this server cannot
   */
  String begin(Consumer<String> revisions) throws LinkException, InterruptedException {
    restart();
    return reports.begin(revisions);
  }

  @Override
  public List<Observation> observe(long atMostNanos) throws LinkException, InterruptedException {
    if (broken != null) {
      throw broken;
    }
    try {
      work(System.nanoTime() + atMostNanos);
    } catch (LinkException e) {
      broken = e;
      rescue();
      if (ready.isEmpty()) {
        throw e;
      }
    }
    List<Observation> seen = List.copyOf(ready);
    ready.clear();
    return seen;
  }

  private void work(long until) throws LinkException, InterruptedException {
    do {
      long now = System.nanoTime();
      long left = ready.isEmpty() ? Math.max(0, Math.min(until, nextDue()) - now) : 0;
      long wait = Math.min(left, LOOK_EVERY);
      take(reports.inbox().take(wait));
      if (System.nanoTime() - wait - lastTurn > HELD_UP) {
        putOff();
      }
      lastTurn = System.nanoTime();
      if (System.nanoTime() - nextDue() >= 0) {
        check();
      }
      reports.follow();
      if (reports.anyGone()) {
        retry.hasten();
      }
      if (retry.isDue()) {
        reports.repair();
      }
    } while (ready.isEmpty() && System.nanoTime() - until < 0);
  }

  /** What was reported before the link broke was true; it is decided upon before the break is. */
  private void rescue() throws InterruptedException {
    try {
      reports.inbox().take(0).messages().forEach(this::merge);
    } catch (LinkException e) {
      // Nothing is left.
    }
  }

  private long nextDue() {
    return doubts.earliest(freshDue);
  }

  private void take(Inbox.Batch batch) throws LinkException, InterruptedException {
    if (batch.lost() != null) {
      notices.accept(batch.lost() + "; everything is read once");
      restart();
      return;
    }
    for (Inbox.Message message : batch.messages()) {
      merge(message);
    }
  }

  private void merge(Inbox.Message message) {
    long sentAfter = trips.before(message.arrived());
    Map<String, List<Sample>> byMachine = new LinkedHashMap<>();
    for (Sample sample : message.samples()) {
      doubts.reported(sample);
      byMachine.computeIfAbsent(sample.point().machine(), name -> new ArrayList<>()).add(sample);
      if (sample.overflow()) {
        freshDue = System.nanoTime();
        tellOverflow(sample.point());
      }
    }
    byMachine.forEach(
        (name, samples) ->
            ready.addAll(machines.get(name).merge(samples, doubts.provenBy(name, sentAfter))));
  }

  /** At most once a minute for each tag: it may go on for as long as the machine is busy. */
  private void tellOverflow(Point point) {
    long now = System.nanoTime();
    Long before = overflows.get(point);
    if (before == null || now - before > OVERFLOW_SILENCE.toNanos()) {
      overflows.put(point, now);
      notices.accept(
          point.label()
              + ": the server's queue overflowed, so changes were lost; a longer queue_size or a"
              + " shorter publishing interval helps");
    }
  }

  /** Forgets everything and reads it anew. */
  private void restart() throws LinkException, InterruptedException {
    doubts.clear();
    freshDue = System.nanoTime() + freshNanos;
    long asked = System.nanoTime();
    for (LastRead read : read()) {
      Snapshots machine = machines.get(read.machine());
      machine.restart(read.all());
      machine.prove(asked);
      ready.add(machine.now());
    }
  }

  private List<LastRead> read() throws LinkException, InterruptedException {
    long asked = System.nanoTime();
    List<LastRead> read = nodes.read(session);
    trips.add(asked, System.nanoTime());
    return read;
  }

  /** Compares what the server says when asked with what it has reported. */
  private void check() throws LinkException, InterruptedException {
    freshDue = System.nanoTime() + freshNanos;
    long asked = System.nanoTime();
    List<LastRead> answer = read();
    nodes.gone().forEach(reports::gone);
    if (System.nanoTime() - asked > HELD_UP && putOff()) {
      return;
    }
    putOff = false;
    for (LastRead read : answer) {
      Snapshots machine = machines.get(read.machine());
      boolean fresh = true;
      for (Map.Entry<String, TagValue> tag : read.all().entrySet()) {
        Point point = points.get(read.machine()).get(tag.getKey());
        fresh &= isFresh(machine, point, tag.getValue(), asked);
      }
      if (fresh) {
        machine.prove(asked);
        ready.add(machine.now());
      }
    }
  }

  /**
   * Lets what is queued come first; but not twice in a row, as a slow server is not held up.
   *
   * @return whether it does
   */
  private boolean putOff() {
    if (putOff) {
      return false;
    }
    putOff = true;
    freshDue = System.nanoTime() + Math.min(freshNanos, reports.interval().toNanos());
    doubts.extend(freshDue);
    return true;
  }

  private boolean isFresh(Snapshots machine, Point point, TagValue read, long asked)
      throws LinkException, InterruptedException {
    Map<String, TagValue> value = Map.of(point.tag(), read);
    if (!reports.covers(point)) {
      // Nobody reports it, so nothing is overtaken.
      machine.restart(value);
    } else if (!machine.differing(value).isEmpty()) {
      doubt(point, read, asked);
      return false;
    }
    doubts.drop(point);
    return true;
  }

  private void doubt(Point point, TagValue read, long asked)
      throws LinkException, InterruptedException {
    if (doubts.raise(point, read, asked, System.nanoTime() + reports.bound().toNanos())) {
      return;
    }
    // On a host that was short of time, the report may have come while nobody looked.
    take(reports.inbox().take(0));
    if (doubts.has(point)) {
      throw new LinkException(
          "%s: subscription silently dead: %s has changed, and no report came within %s"
              .formatted(settings.endpoint(), point.label(), Durations.words(reports.bound())));
    }
  }
}
