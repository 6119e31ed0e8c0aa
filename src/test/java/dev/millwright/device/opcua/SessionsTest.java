package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagValue;
import dev.millwright.testing.Cable;
import dev.millwright.testing.FreePort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.milo.opcua.sdk.server.Session;
import org.eclipse.milo.opcua.sdk.server.subscriptions.Subscription;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** FIELD 4: the server's own count of sessions, whatever becomes of connections. */
class SessionsTest {

  private static final Duration STALE = Duration.ofSeconds(1);

  private int port;
  private TestServer server;
  private Cable cable;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    server = new TestServer(port).start();
    server.set(Instant.now(), "state", 0);
    cable = new Cable(port, true);
  }

  @AfterEach
  void stop() throws Exception {
    cable.close();
    server.close();
  }

  @Test
  void manyMachinesShareOneSessionAndOneSubscription() throws Exception {
    List<OpcUaMachine> machines = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      server.set(Instant.now(), "state" + i, i);
      OpcUaTag tag = new OpcUaTag("state", "nsu=" + TestServer.URI + ";s=state" + i);
      machines.add(new OpcUaMachine("M" + i, STALE, List.of(tag)));
    }
    try (Watcher watcher =
        new Watcher(Watcher.settings(server.endpoint()), machines.toArray(OpcUaMachine[]::new))) {
      watcher.open();
      watcher.until(seen -> seen.machine().equals("M20"));
      server.set(Instant.now(), "state7", 70);
      watcher.until(seen -> seen.machine().equals("M7") && is(seen.values().get("state"), 70L));
      assertEquals(1, server.sessions());
      assertEquals(1, server.milo().getSubscriptions().size());
    }
  }

  /**
   * A connection that breaks leaves its session on the server, which knows nothing of the break.
   */
  @Test
  void aSessionThatWasCutOffIsClosedBeforeTheNextOneIsOpened() throws Exception {
    try (Watcher watcher = watcher()) {
      watcher.open().until("state", 0L);
      for (int i = 1; i <= 6; i++) {
        cutOff(i % 3);
        watcher.untilBroken();
        assertEquals(1, server.sessions(), "the server has not noticed");
        cable.plug();
        server.set(Instant.now(), "state", i);
        watcher.open().until("state", (long) i);
        assertEquals(1, server.sessions());
        assertEquals(1, server.milo().getSubscriptions().size(), "nor an old subscription");
      }
      assertEquals(7, server.sessionsEver().size());
      assertEquals(1, server.mostSessions());
    }
  }

  private void cutOff(int way) throws Exception {
    switch (way) {
      case 0 -> cable.unplug();
      case 1 -> cable.hangUpOnClients();
      default -> cable.hangUpOnServer();
    }
  }

  /** FIELD 4: whoever is killed, or unplugged for good, does not take a place for long. */
  @Test
  @Tag("host") // the server's patience
  void aSessionOfWhichNothingIsHeardAnyMoreEndsWithinSeconds() throws Exception {
    try (Watcher watcher = impatient()) {
      watcher.open().until("state", 0L);
      cable.unplug();
      long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (server.sessions() > 0) {
        assertTrue(System.nanoTime() - limit < 0, "the session is still there");
        Thread.sleep(50);
      }
    }
  }

  /** The attempt in between fails, and does not forget the session that was cut off before it. */
  @Test
  void aSessionThatWasCutOffIsClosedAfterAFailedAttemptToo() throws Exception {
    try (Watcher watcher = impatient()) {
      watcher.open().until("state", 0L);
      cable.unplug();
      watcher.untilBroken();
      assertThrows(LinkException.class, watcher::open);
      cable.plug();
      watcher.open().until("state", 0L);
      assertEquals(1, server.mostSessions());
      assertEquals(2, server.sessionsEver().size());
    }
  }

  /** A server that hangs, and a cable that swallows: found by time-outs, which take their time. */
  @Test
  @Tag("host")
  void halfOpenConnectionsAndServersThatHangLeaveOneSession() throws Exception {
    try (Watcher watcher = impatient()) {
      watcher.open().until("state", 0L);
      for (int i = 1; i <= 6; i++) {
        if (i % 2 == 0) {
          cable.swallow();
        } else {
          cable.freeze();
        }
        watcher.untilBroken();
        cable.plug();
        server.set(Instant.now(), "state", i);
        watcher.open().until("state", (long) i);
        assertEquals(1, server.sessions());
        assertEquals(1, server.mostSessions());
      }
      assertEquals(1, server.milo().getSubscriptions().size());
    }
  }

  @Test
  void aServerThatRestartsHasOneSession() throws Exception {
    try (Watcher watcher = watcher()) {
      watcher.open().until("state", 0L);
      for (int i = 1; i <= 3; i++) {
        server.close();
        watcher.untilBroken();
        server = new TestServer(port).start();
        server.set(Instant.now(), "state", i);
        watcher.open().until("state", (long) i);
        assertEquals(1, server.mostSessions());
        assertEquals(1, server.sessionsEver().size());
      }
    }
  }

  /** FIELD 1: the server tells that it has given the subscription up, and the session lives. */
  @Test
  void aSubscriptionThatTimedOutIsMadeAgainInANewSessionAndEverythingIsRead() throws Exception {
    try (Watcher watcher = watcher()) {
      watcher.open().until("state", 0L);
      Session session = server.milo().getSessionManager().getAllSessions().get(0);
      Subscription subscription = session.getSubscriptionManager().getSubscriptions().get(0);
      session
          .getSubscriptionManager()
          .sendStatusChangeNotification(subscription, new StatusCode(StatusCodes.Bad_Timeout));
      String why = watcher.untilBroken();
      // Where no publish request waits, the library's server says Good_SubscriptionTransferred.
      assertTrue(why.matches(".*the server ended the subscription: (Bad_Timeout|Good_Sub).*"), why);
      server.set(Instant.now(), "state", 3);
      watcher.open().until("state", 3L);
      server.set(Instant.now(), "state", 4);
      watcher.until("state", 4L);
      assertEquals(1, server.mostSessions());
      assertEquals(1, server.milo().getSubscriptions().size());
    }
  }

  /** FIELD 1: nothing could be transferred, as the session is gone and its subscription with it. */
  @Test
  void aSessionThatTheServerEndedIsReplacedAndEverythingIsRead() throws Exception {
    try (Watcher watcher = watcher()) {
      watcher.open().until("state", 0L);
      Session session = server.milo().getSessionManager().getAllSessions().get(0);
      server.milo().getSessionManager().killSession(session.getSessionId(), true);
      watcher.untilBroken();
      server.set(Instant.now(), "state", 5);
      watcher.open().until("state", 5L);
      server.set(Instant.now(), "state", 6);
      watcher.until("state", 6L);
      assertEquals(1, server.mostSessions());
    }
  }

  private static boolean is(TagValue value, Object wanted) {
    return wanted.equals(value.value());
  }

  private Watcher watcher() {
    return new Watcher(
        Watcher.settings("opc.tcp://127.0.0.1:" + cable.port()), Watcher.press(STALE, "state"));
  }

  /** Of whoever waits in vain, and is not to wait for long. */
  private Watcher impatient() {
    return new Watcher(
        Watcher.settings("opc.tcp://127.0.0.1:" + cable.port(), Duration.ofSeconds(3)),
        Watcher.press(STALE, "state"));
  }
}
