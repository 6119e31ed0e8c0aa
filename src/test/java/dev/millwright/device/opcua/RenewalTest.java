package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Pki;
import dev.millwright.simulator.PlantSecurity;
import dev.millwright.testing.FreePort;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * FIELD 9: clients that die when a token or a session is to be renewed, after an hour or so. Here a
 * channel's token lives for seconds, and so does a session of which nothing is heard.
 */
@Timeout(900)
class RenewalTest {

  /** The least that the server's library takes. */
  private static final int SESSION_MS = 5_000;

  private static final Duration EACH_CHANGE = Duration.ofMillis(50);

  /** Long, so that it is not the freshness that keeps the session alive. */
  private static final Duration STALE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private Pki ours;
  private PlantSecurity security = PlantSecurity.NONE;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TestServer server;

  /** The last number set; negative when there will be no more. */
  private final AtomicLong last = new AtomicLong();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    server.close();
  }

  @Test
  @Tag("host") // a token's life
  void someRenewalsOfTheChannelBreakNothing() throws Exception {
    int renewals = renew(1, 4_000, Duration.ofSeconds(7));
    assertTrue(renewals >= 2, renewals + " renewals");
  }

  /** {@code -Dsoak.seconds=600} says for how long. */
  @Test
  @Tag("soak")
  void hundredsOfRenewalsOfChannelsAndSessionsLoseAndLeaveNothing() throws Exception {
    int seconds = Integer.getInteger("soak.seconds", 150);
    int links = 8;
    int tokenMs = 4_000;
    int renewals = renew(links, tokenMs, Duration.ofSeconds(seconds));
    assertTrue(renewals >= links * (seconds * 1_000 / tokenMs), renewals + " renewals");
  }

  /** Each renewal has new keys, and the other side must know from which message on. */
  @Test
  @Tag("soak")
  void hundredsOfRenewalsWithNewKeysLoseAndLeaveNothing() throws Exception {
    Pki theirs = pki("theirs", TestServer.APPLICATION_URI);
    ours = pki("ours", "urn:test:client");
    ours.trust(theirs.own().certificate());
    theirs.trust(ours.own().certificate());
    security = new PlantSecurity(theirs, null, null);
    hundredsOfRenewalsOfChannelsAndSessionsLoseAndLeaveNothing();
  }

  private Pki pki(String name, String uri) {
    return new Pki(
        folder.resolve(name),
        new Applicant("Test", uri, List.of("127.0.0.1")),
        InstantSource.system());
  }

  private int renew(int links, int tokenMs, Duration span) throws Exception {
    TestServer.Limits limits = TestServer.Limits.lifetimes(SESSION_MS, tokenMs);
    server = new TestServer(FreePort.find(), limits, security).start();
    server.set(Instant.now(), "state", 0, "still", 1);
    List<OpcUaLink> open = new ArrayList<>();
    for (int i = 0; i < links; i++) {
      OpcUaLink link = link();
      link.open();
      open.add(link);
    }
    long end = System.nanoTime() + span.toNanos();
    List<Future<Long>> seen = open.stream().map(link -> threads.submit(watch(link))).toList();
    // The libraries' pools breathe with the load; a leak shows in what they come to in the end.
    List<Integer> running = new ArrayList<>();
    long tokensBefore = server.milo().getApplicationContext().getNextSecureChannelTokenId();
    int reopened = 0;
    try (OpcUaLink restless = link()) {
      while (System.nanoTime() - end < 0) {
        // The sessions of this one are what is renewed, once a second.
        restless.open();
        reopened++;
        for (int i = 0; i < 20 && System.nanoTime() - end < 0; i++) {
          Thread.sleep(EACH_CHANGE.toMillis());
          server.set(Instant.now(), "state", last.incrementAndGet());
        }
        running.add(ManagementFactory.getThreadMXBean().getThreadCount());
        restless.close();
        assertTrue(seen.stream().noneMatch(Future::isDone), "a link has ended");
      }
    }
    long tokens =
        server.milo().getApplicationContext().getNextSecureChannelTokenId() - tokensBefore - 1;
    int sessions = server.sessions();
    int subscriptions = server.milo().getSubscriptions().size();
    int third = running.size() / 3;
    int threadsBefore = Collections.max(running.subList(0, third + 1));
    int threadsAfter = Collections.max(running.subList(running.size() - third - 1, running.size()));
    long wanted = last.get();
    last.set(-wanted);
    for (Future<Long> link : seen) {
      assertEquals(wanted, link.get(), "changes seen, one after the other");
    }
    open.forEach(OpcUaLink::close);
    // Each opening takes a channel to ask for endpoints and one for the session.
    int renewals = (int) tokens - 2 * reopened;
    System.out.printf(
        "%s: %d links, %d s: %d changes each, all seen in order; %d tokens renewed, %d sessions opened"
            + " besides, %d session time-outs outlived; sessions %d, subscriptions %d, threads at"
            + " most %d in the first third and %d in the last%n",
        policy(),
        links,
        span.toSeconds(),
        wanted,
        renewals,
        reopened,
        links * span.toMillis() / SESSION_MS,
        sessions,
        subscriptions,
        threadsBefore,
        threadsAfter);
    assertEquals(links, sessions);
    assertEquals(links, subscriptions);
    assertEquals(links + reopened, server.sessionsEver().size(), "no link was opened again");
    assertTrue(threadsAfter <= threadsBefore + 10, "threads");
    return renewals;
  }

  /** Sees each number once and in order until the last; returns how many. */
  private Callable<Long> watch(OpcUaLink link) {
    return () -> {
      long next = 0;
      while (last.get() >= 0 || next <= -last.get()) {
        for (Observation seen : link.observe(Duration.ofMillis(200))) {
          long value = (Long) seen.values().get("state").value();
          if (value != next - 1) {
            assertEquals(next, value, "the next change");
            next++;
          }
        }
      }
      return next - 1;
    };
  }

  /** Signed and encrypted, but for {@code None}. */
  private String policy() {
    return ours == null ? "None" : "Basic256Sha256";
  }

  private OpcUaLink link() {
    OpcUaSettings settings =
        new OpcUaSettings(server.endpoint(), policy(), null, null, null, 500, null, null);
    return new OpcUaLink(settings, ours, List.of(Watcher.press(STALE, "state")), notice -> {});
  }
}
