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
 * report does not come in time, the subscription is dead.
 */
final class Subscribed implements Source {

  private static final Duration OVERFLOW_SILENCE = Duration.ofMinutes(1);

  private final OpcUaSettings settings;
  private final MiloSession session;
  private final Nodes nodes;
  private final Reports reports;
  private final Retry retry;
  private final Consumer<String> notices;
  private final Map<String, Snapshots> machines = new LinkedHashMap<>();

  /** Tags that were read with another value than was reported, and until when a report may come. */
  private final Map<Point, Long> doubts = new HashMap<>();

  /** When a tag's overflow was told. */
  private final Map<Point, Long> overflows = new HashMap<>();

  private final Map<String, Map<String, Point>> points = new HashMap<>();
  private final List<Observation> ready = new ArrayList<>();
  private final long freshNanos;
  private long freshDue;

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
    points.forEach((name, tags) -> machines.put(name, new Snapshots(name, tags.keySet())));
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
      long wait = ready.isEmpty() ? Math.min(until, nextDue()) - System.nanoTime() : 0;
      take(reports.inbox().take(Math.max(0, wait)));
      if (System.nanoTime() - nextDue() >= 0) {
        check();
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
    return doubts.values().stream().reduce(freshDue, (a, b) -> a - b < 0 ? a : b);
  }

  private void take(Inbox.Batch batch) throws LinkException, InterruptedException {
    if (batch.lost() != null) {
      notices.accept(batch.lost() + "; everything is read once");
      restart();
      return;
    }
    for (List<Sample> message : batch.messages()) {
      merge(message);
    }
  }

  private void merge(List<Sample> message) {
    Map<String, List<Sample>> byMachine = new LinkedHashMap<>();
    for (Sample sample : message) {
      doubts.remove(sample.point());
      byMachine.computeIfAbsent(sample.point().machine(), name -> new ArrayList<>()).add(sample);
      if (sample.overflow()) {
        freshDue = System.nanoTime();
        tellOverflow(sample.point());
      }
    }
    byMachine.forEach((name, samples) -> ready.addAll(machines.get(name).merge(samples)));
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
    nodes
        .read(session)
        .forEach(
            (name, values) -> {
              machines.get(name).restart(values);
              ready.add(machines.get(name).now());
            });
  }

  /** Compares what the server says when asked with what it has reported. */
  private void check() throws LinkException, InterruptedException {
    freshDue = System.nanoTime() + freshNanos;
    for (Map.Entry<String, Map<String, TagValue>> read : nodes.read(session).entrySet()) {
      Snapshots machine = machines.get(read.getKey());
      boolean fresh = true;
      for (Map.Entry<String, TagValue> tag : read.getValue().entrySet()) {
        Point point = points.get(read.getKey()).get(tag.getKey());
        fresh &= isFresh(machine, point, tag.getValue());
      }
      if (fresh) {
        ready.add(machine.now());
      }
    }
  }

  private boolean isFresh(Snapshots machine, Point point, TagValue read)
      throws LinkException, InterruptedException {
    Map<String, TagValue> value = Map.of(point.tag(), read);
    if (!reports.covers(point)) {
      // Nobody reports it, so nothing is overtaken.
      machine.restart(value);
    } else if (!machine.differing(value).isEmpty()) {
      doubt(point);
      return false;
    }
    doubts.remove(point);
    return true;
  }

  private void doubt(Point point) throws LinkException, InterruptedException {
    long now = System.nanoTime();
    Long until = doubts.putIfAbsent(point, now + reports.bound().toNanos());
    if (until == null || now - until < 0) {
      return;
    }
    // On a host that was short of time, the report may have come while nobody looked.
    take(reports.inbox().take(0));
    if (doubts.containsKey(point)) {
      throw new LinkException(
          "%s: subscription silently dead: %s has changed, and no report came within %s"
              .formatted(settings.endpoint(), point.label(), Durations.words(reports.bound())));
    }
  }
}
