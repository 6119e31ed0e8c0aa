package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Tap;
import dev.millwright.device.Written;
import dev.millwright.settings.Access;
import dev.millwright.testing.FreePort;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** FIELD 3: what a download to a controller does to nodes, and what finds them again. */
class DownloadTest {

  private static final Duration STALE = Duration.ofSeconds(1);
  private static final String PRESS = "/Objects/nsu=urn:test:program;Press/nsu=urn:test:program;";

  private int port;
  private TestServer server;
  private Program program;

  @BeforeEach
  void start() throws Exception {
    port = FreePort.find();
    server = new TestServer(port).start();
    server.set(Instant.now(), "state", 7);
    program = new Program(server.milo(), 1_000).set("State", 1).set("Count", 11);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Ids and namespace indices change under a session that goes on, and so do other tags' nodes. */
  @Test
  void nodesAreFoundByPathAfterADownloadWithoutAReconnect() throws Exception {
    try (Watcher watcher = watch(path("State"), path("Count"), other()).open()) {
      watcher.until("State", 1L);
      int before = program.getNamespaceIndex().intValue();
      program = program.download(5_000).set("Count", 21).set("State", 2);
      assertTrue(program.getNamespaceIndex().intValue() > before, "the index has moved as well");
      Observation seen = watcher.until("State", 2L);
      assertEquals(7L, seen.values().get("other").value());
      watcher.until("Count", 21L);
      // A moment that only the new item can see, not the next reading.
      program.set("State", 3);
      Thread.sleep(100);
      program.set("State", 4);
      watcher.until("State", 4L);
      assertTrue(watcher.course("State").contains(List.of(3L)), "reported, not only read");
      assertEquals(1, server.sessionsEver().size(), "no second session");
      assertEquals(1, server.milo().getSubscriptions().size());
    }
  }

  /** The worst case: the id that was the state's is another variable's now, and is as good. */
  @Test
  void anIdThatHasChangedHandsIsNotReadOn() throws Exception {
    try (Watcher watcher = watch(path("State"), other()).open()) {
      watcher.until("State", 1L);
      // As before, but in another order: 1001 was State and is Count, in the same namespace.
      program.shutdown();
      program = new Program(server.milo(), 1_000).set("Count", 12).set("State", 2);
      watcher.until("State", 2L);
      program.set("State", 3);
      watcher.until("State", 3L);
      assertEquals(1, server.sessionsEver().size(), "no second session");
    }
  }

  @Test
  void nodesAreFoundByPathAfterTheServerRestarted() throws Exception {
    try (Watcher watcher = watch(path("State"), other()).open()) {
      watcher.until("State", 1L);
      server.close();
      watcher.untilBroken();
      server = new TestServer(port, TestServer.Limits.NONE, "urn:new:one", "urn:new:two").start();
      server.set(Instant.now(), "state", 8);
      program = new Program(server.milo(), 9_000).set("Count", 31).set("State", 5);
      watcher.open().until("State", 5L);
      watcher.until("other", 8L);
      program.set("State", 6);
      watcher.until("State", 6L);
    }
  }

  @Test
  void nodesAreFoundByPathAfterADownloadWhenTheyArePolled() throws Exception {
    OpcUaSettings polled = Watcher.polled(server.endpoint(), Duration.ofMillis(50));
    OpcUaMachine machine = new OpcUaMachine("PRESS-01", STALE, List.of(path("State"), other()));
    try (Watcher watcher = new Watcher(polled, machine).open()) {
      watcher.until("State", 1L);
      program = program.download(5_000).set("Count", 21).set("State", 2);
      watcher.until("State", 2L);
      // The same namespace, and ids that are gone.
      program.shutdown();
      program = new Program(server.milo(), 7_000).set("State", 3);
      assertEquals(7L, watcher.until("State", 3L).values().get("other").value());
      assertEquals(1, server.sessionsEver().size(), "no second session");
    }
  }

  /** A namespace that was named by its URI moves, while the nodes' own names stay. */
  @Test
  void nodesOfANamespaceThatMovesAreFoundByItsUriWithoutAReconnect() throws Exception {
    OpcUaTag first = new OpcUaTag("first", "nsu=" + Program.URI + ";i=1001");
    try (Watcher watcher = watch(first, other()).open()) {
      watcher.until("first", 1L);
      program = program.download(1_000).set("State", 2);
      watcher.until("first", 2L);
      program.set("State", 3);
      watcher.until("first", 3L);
      assertEquals(1, server.sessionsEver().size(), "no second session");
    }
  }

  /** A session can go on although finding the nodes anew has broken off half way. */
  @Test
  void whatWasFoundHalfWayIsNotReadWhereItWas() throws Exception {
    OpcUaTag first = new OpcUaTag("first", "nsu=" + Program.URI + ";i=1001");
    OpcUaSettings settings = Watcher.settings(server.endpoint(), Duration.ofMillis(500));
    Nodes nodes = new Nodes(List.of(new OpcUaMachine("PRESS-01", STALE, List.of(first))), Tap.NONE);
    MiloSession session = new MiloSession(settings, new ClientSecurity(settings, null), null);
    CountDownLatch held = new CountDownLatch(1);
    try {
      session.connect();
      nodes.resolve(session);
      assertEquals(1L, nodes.read(session).get(0).all().get("first").value());
      program = program.download(1_000).set("State", 2).holdClass("State", held);
      Point point = nodes.points().get(0);
      assertThrows(LinkException.class, () -> nodes.about(session, point, AttributeId.Value));
      held.countDown();
      assertEquals(2L, nodes.read(session).get(0).all().get("first").value());
    } finally {
      held.countDown();
      session.close();
    }
  }

  /** What is written goes to the node of the new program, also where it ends what the old began. */
  @Test
  void aWriteGoesToWhereTheNodeIsAfterADownload() throws Exception {
    OpcUaTag byId =
        new OpcUaTag("first", "nsu=" + Program.URI + ";i=1001", null, Access.READ_WRITE);
    try (Watcher watcher = watch(byId, path("State")).open()) {
      TagWrite first = new TagWrite("first", 8L);
      assertEquals(Written.done(first), watcher.link.writeEnd("PRESS-01", first));
      assertEquals(8, program.get("State"));
      program = program.download(1_000).set("State", 1);
      assertEquals(List.of(Written.done(first)), watcher.link.write("PRESS-01", List.of(first)));
      assertEquals(8, program.get("State"));
      TagWrite on = new TagWrite("State", 2L);
      TagWrite off = new TagWrite("State", 3L);
      for (int ids : new int[] {5_000, 6_000}) {
        assertEquals(List.of(Written.done(on)), watcher.link.write("PRESS-01", List.of(on)));
        program = program.download(ids).set("State", 1);
        Thread.sleep(1_010);
        assertEquals(Written.done(off), watcher.link.writeEnd("PRESS-01", off));
        assertEquals(3, program.get("State"));
      }
    }
  }

  /** FIELD 2, 6: each says what is wrong with it, by its own name, and the others go on. */
  @Test
  void whatIsNoVariableOrCannotBeFoundIsNamedAndTheOthersGoOn() throws Exception {
    program.method("Start").set("Table", new Integer[] {1, 2}).set("Twin", 1).setTwice("Twin", 2);
    List<OpcUaTag> tags = new ArrayList<>(List.of(path("State"), other()));
    for (String name : List.of("Start", "Table", "Twin", "Missing")) {
      tags.add(path(name));
    }
    String folder = "/Objects/nsu=urn:test:program;Press";
    tags.add(byPath("folder", null, folder));
    tags.add(byPath("astray", null, "/Objects/2:Nowhere/2:State"));
    tags.add(byPath("foreign", null, "/Objects/nsu=urn:nobody;State"));
    tags.add(byPath("below", "i=85", "/nsu=urn:test:program;Press.nsu=urn:test:program;State"));
    try (Watcher watcher = watch(tags.toArray(OpcUaTag[]::new)).open()) {
      Observation seen = watcher.until("State", 1L);
      says(seen, "Start", "the node is of class Method, not Variable, so it has no value");
      says(seen, "folder", "class Object, not Variable, so it has no value; name a variable below");
      says(seen, "folder", "(" + folder + ")");
      says(seen, "Table", "type Integer[] is not supported (" + PRESS + "Table)");
      says(seen, "Twin", "the path leads to several nodes: ns=");
      says(seen, "Missing", "there is no /nsu=urn:test:program;Missing below " + folder + " (");
      says(seen, "astray", "there is no /2:Nowhere below /Objects (/Objects/2:Nowhere/2:State)");
      says(seen, "foreign", "unknown namespace URI urn:nobody; the server has ");
      assertEquals(1L, seen.values().get("below").value(), "a path may begin at a node");
      program.set("Missing", 5);
      watcher.until("Missing", 5L);
      program.set("Missing", 6);
      watcher.until("Missing", 6L);
      assertEquals(1, server.sessionsEver().size());
    }
  }

  private static void says(Observation seen, String tag, String text) {
    TagValue value = seen.values().get(tag);
    assertEquals(Quality.BAD, value.quality(), tag);
    assertTrue(value.why().contains(text), tag + ": " + value.why());
  }

  private static OpcUaTag path(String name) {
    return byPath(name, null, PRESS + name);
  }

  private static OpcUaTag byPath(String name, String node, String path) {
    return new OpcUaTag(name, node, path, Access.READ_WRITE);
  }

  /** On the same server, and not of the program. */
  private static OpcUaTag other() {
    return new OpcUaTag("other", "nsu=" + TestServer.URI + ";s=state");
  }

  private Watcher watch(OpcUaTag... tags) {
    return new Watcher(
        Watcher.settings(server.endpoint()), new OpcUaMachine("PRESS-01", STALE, List.of(tags)));
  }
}
