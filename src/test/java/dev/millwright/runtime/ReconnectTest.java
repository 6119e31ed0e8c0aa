package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.device.opcua.TestServer;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.Jitter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How long after a server is back its machines are observed again: with the daemon's own thread,
 * its waits and a real server, which is away for long enough that the waits grow.
 */
@Tag("soak") // takes some minutes
@Timeout(600)
class ReconnectTest {

  private static final int RESTARTS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** As in {@link Engine}. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** Beyond the longest wait between two attempts. */
  private static final int AWAY_MOST_MS = 18_000;

  @RegisterExtension private final Scene scene = new Scene();

  @Test
  void aServerThatIsBackIsReadWithinTwoSeconds() throws Exception {
    readWithinTwoSeconds(backoff(), RESTARTS, AWAY_MOST_MS);
  }

  /**
   * A server that restarts so often that no session is a steady one, as at a site that is being set
   * up: the first wait after a loss is as long as waits become.
   */
  @Test
  void soIsOneThatNeverStaysForLong() throws Exception {
    readWithinTwoSeconds(new Backoff(LONGEST, LONGEST, Math::random), 8, 3_000);
  }

  private void readWithinTwoSeconds(Backoff backoff, int restarts, int awayMost) throws Exception {
    long seed = Long.getLong("millwright.seed", 1);
    Random random = new Random(seed);
    int port = FreePort.find();
    Seen seen = new Seen(link(port));
    MachineMonitor press = scene.monitor("PRESS-01");
    LinkRunner runner = new LinkRunner(seen, List.of(press), backoff, TimeSource.system());
    Thread thread = new Thread(runner, "link under test");
    List<Long> took = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    try {
      for (int i = 0; i <= restarts; i++) {
        try (TestServer server = new TestServer(port);
            Jitter host = new Jitter()) {
          long value = i;
          server.set(Instant.now(), "state", value);
          server.start();
          long back = System.nanoTime();
          if (i == 0) {
            // Not before: a server that was seen to come up is looked for more often.
            thread.start();
          }
          Scene.await("the machine is seen", () -> seen.last.value() == value);
          took.add((seen.last.at() - back) / 1_000_000);
          late.add(host.worst().toMillis());
          assertEquals(1, server.mostSessions(), "sessions on the server");
          Thread.sleep(random.nextInt(1_500));
        }
        Thread.sleep(random.nextInt(1_000, i % 5 == 4 ? awayMost : 2_000));
      }
    } finally {
      runner.stop();
      thread.interrupt();
      thread.join(Scene.PATIENCE.toMillis());
    }
    // The first is the start of all, with classes to be loaded.
    List<Long> again = took.subList(1, took.size()).stream().sorted().toList();
    System.out.printf(
        "seed %d, %d restarts: back to observed in %d ms (median), %d ms (longest), of %s; meanwhile"
            + " this host kept a thread waiting for %s ms%n",
        seed, again.size(), again.get(again.size() / 2), again.get(again.size() - 1), took, late);
    for (int i = 1; i < took.size(); i++) {
      assertTrue(took.get(i) - late.get(i) <= LIMIT.toMillis(), took + ", kept waiting " + late);
    }
  }

  /** A link, and what it observed last. */
  private static final class Seen implements Link {

    record Value(long value, long at) {}

    private final Link link;
    private volatile Value last = new Value(-1, 0);

    Seen(Link link) {
      this.link = link;
    }

    @Override
    public String name() {
      return link.name();
    }

    @Override
    public void open() throws LinkException {
      link.open();
    }

    @Override
    public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
      List<Observation> seen = link.observe(atMost);
      for (Observation observation : seen) {
        if (observation.values().get("state").value() instanceof Long value
            && value != last.value()) {
          last = new Value(value, System.nanoTime());
        }
      }
      return seen;
    }

    @Override
    public List<Written> write(String machine, List<TagWrite> writes)
        throws LinkException, InterruptedException {
      return link.write(machine, writes);
    }

    @Override
    public boolean awaitReturn(Duration atMost) throws InterruptedException {
      return link.awaitReturn(atMost);
    }

    @Override
    public void close() {
      link.close();
    }
  }

  /** As in {@link Engine}. */
  private static Backoff backoff() {
    return new Backoff(Duration.ofMillis(500), LONGEST, Math::random);
  }

  private static OpcUaLink link(int port) {
    OpcUaSettings settings =
        new OpcUaSettings(
            "opc.tcp://127.0.0.1:" + port, "None", null, null, null, null, null, null);
    OpcUaTag state = new OpcUaTag("state", "nsu=" + TestServer.URI + ";s=state");
    OpcUaMachine machine = new OpcUaMachine("PRESS-01", Scene.STALE_AFTER, List.of(state));
    return new OpcUaLink(settings, null, List.of(machine), notice -> {});
  }
}
