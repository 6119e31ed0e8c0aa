package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Observes a link as its owner would, and keeps what it saw. */
final class Watcher implements AutoCloseable {

  /** For what the link or the server does by and by; used up only by a failure. */
  static final Duration PATIENCE = Duration.ofSeconds(40);

  /** Of servers that answer, also where the host is busy with something else for seconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  final List<String> notices = new CopyOnWriteArrayList<>();
  final List<Observation> seen = new ArrayList<>();
  final OpcUaLink link;

  Watcher(OpcUaSettings settings, OpcUaMachine... machines) {
    link = new OpcUaLink(settings, null, List.of(machines), notices::add, Duration.ofMillis(300));
  }

  /** Fast, so that tests are. */
  static OpcUaSettings settings(String endpoint) {
    return settings(endpoint, TIMEOUT);
  }

  /** The same for a server whose answer is waited for in vain. */
  static OpcUaSettings settings(String endpoint, Duration timeout) {
    return new OpcUaSettings(
        endpoint,
        "None",
        null,
        Duration.ofMillis(50),
        Duration.ofMillis(20),
        null,
        Duration.ofMillis(50),
        timeout);
  }

  /** Without a subscription. */
  static OpcUaSettings polled(String endpoint, Duration poll) {
    return new OpcUaSettings(
        endpoint, "None", OpcUaSettings.Mode.POLL, null, null, null, poll, TIMEOUT);
  }

  static OpcUaMachine press(Duration staleAfter, String... tags) {
    List<OpcUaTag> all = new ArrayList<>();
    for (String tag : tags) {
      all.add(new OpcUaTag(tag, "nsu=" + TestServer.URI + ";s=" + tag));
    }
    return new OpcUaMachine("PRESS-01", staleAfter, all);
  }

  Watcher open() throws LinkException {
    link.open();
    return this;
  }

  /** Observes until one is as wanted, and returns it. */
  Observation until(Predicate<Observation> wanted) throws LinkException, InterruptedException {
    long limit = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - limit < 0) {
      List<Observation> now = link.observe(Duration.ofMillis(200));
      seen.addAll(now);
      for (Observation observation : now) {
        if (wanted.test(observation)) {
          return observation;
        }
      }
    }
    throw new AssertionError("not seen within " + PATIENCE + "; seen: " + seen + " " + notices);
  }

  Observation until(String tag, Object value) throws LinkException, InterruptedException {
    return until(o -> value.equals(o.values().get(tag).value()));
  }

  /** Observes until the link breaks, and returns what it said. */
  String untilBroken() throws InterruptedException {
    try {
      until(observation -> false);
      throw new AssertionError("did not break");
    } catch (LinkException e) {
      return e.getMessage();
    }
  }

  /** The values of some tags, one list for each change of them. */
  List<List<Object>> course(String... tags) {
    List<List<Object>> course = new ArrayList<>();
    for (Observation observation : seen) {
      List<Object> values = new ArrayList<>();
      for (String tag : tags) {
        values.add(observation.values().get(tag).value());
      }
      if (course.isEmpty() || !course.get(course.size() - 1).equals(values)) {
        course.add(values);
      }
    }
    return course;
  }

  @Override
  public void close() {
    link.close();
  }
}
