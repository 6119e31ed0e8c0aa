package dev.millwright.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.millwright.control.ControlNews.State;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.CommandResult;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.RecordedMachines;
import dev.millwright.testing.RecordedMachines.Asked;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Issue 6: commands over a Unix socket, from whoever its file lets in, however he behaves. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ControlServerTest {

  /** A socket's path is short; the build's folder for temporary files may not be. */
  @TempDir Path folder;

  private final RecordedMachines machines = new RecordedMachines("PRESS-01");
  private final AtomicReference<Throwable> death = new AtomicReference<>();
  private Reporter reporter = machine -> new JsonObject();
  private Path path;
  private ControlServer server;

  @BeforeEach
  void start() throws Exception {
    path = folder.resolve("c.sock");
    server = server(path);
    server.start();
  }

  private ControlServer server(Path at) throws IOException {
    return new ControlServer(
        new ControlSettings(at),
        machines,
        List.of("PRESS-01", "OVEN-01"),
        reporter,
        (request, user, told) -> {},
        death::set);
  }

  @AfterEach
  void stop() {
    server.close();
    assertNull(death.get());
    assertFalse(Files.exists(path), "it takes its socket away");
  }

  private static ControlRequest request(String type, boolean await) {
    return new ControlRequest(type, "PRESS-01", new JsonObject(), null, null, null, null, await);
  }

  private ControlClient ask(String type) throws IOException {
    return ControlClient.ask(path, request(type, true));
  }

  @Test
  void whoeverAsksHearsThatItIsTakenAndHowItEnds() throws Exception {
    AtomicReference<Asked> asked = new AtomicReference<>();
    machines.answer(asked::set);
    JsonObject parameters = new JsonObject();
    parameters.addProperty("recipe", "R42");
    try (ControlClient client =
        ControlClient.ask(
            path,
            new ControlRequest(
                "start_recipe", "PRESS-01", parameters, null, "B-7", null, "order 7", true))) {
      ControlNews taken = client.next();
      assertEquals(State.TAKEN, taken.state());
      Command command = asked.get().command();
      assertEquals(taken.command(), command.id());
      assertEquals("R42", command.recipe());
      assertEquals("B-7", command.batch());
      assertEquals(Command.Source.CONTROL, command.origin().source());
      assertEquals(System.getProperty("user.name"), command.origin().operator(), "SO_PEERCRED");
      assertEquals("order 7", command.origin().reason());
      asked.get().result().accept(CommandResult.completed(RecordedMachines.PROCESS));
      assertEquals(
          new ControlNews(State.COMPLETED, command.id(), null, RecordedMachines.PROCESS),
          client.next());
      assertNull(client.next(), "it hangs up");
      assertEquals(
          List.of(
              "INFO PRESS-01      start by control  user="
                  + System.getProperty("user.name")
                  + "  recipe=R42  operator="
                  + System.getProperty("user.name")
                  + "  reason=order 7  command="
                  + command.id()),
          MemoryWriter.of("PRESS-01").stream()
              .filter(line -> line.endsWith("command=" + command.id()))
              .toList());
    }
  }

  /** Larger than what a socket takes at once; meanwhile another one is served. */
  @Test
  void whoeverOnlyLooksIsToldAllHoweverMuchThatIs() throws Exception {
    Path other = folder.resolve("large");
    String much = "x".repeat(4_000_000);
    reporter =
        machine -> {
          JsonObject report = new JsonObject();
          report.addProperty("of", machine == null ? much : machine);
          return report;
        };
    try (ControlServer large = server(other)) {
      large.start();
      try (SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(other))) {
        write(idle, "{\"type\":\"status\"}\n");
        Duration limit = Duration.ofSeconds(20);
        assertEquals(
            much, ControlClient.status(other, null, limit).get("of").getAsString(), "whole");
        assertEquals(
            "OVEN-01", ControlClient.status(other, "OVEN-01", limit).get("of").getAsString());
        IOException unknown =
            assertThrows(IOException.class, () -> ControlClient.status(other, "OVEN-1", limit));
        assertTrue(unknown.getMessage().contains("did you mean \"OVEN-01\"?"), unknown::getMessage);
      }
    }
    assertEquals(List.of(), machines.asked(), "nothing was asked of a machine");
  }

  /** A daemon that hangs is told from one that is not there. */
  @Test
  void aReportThatDoesNotComeIsNotWaitedForLong() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    reporter =
        machine -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return new JsonObject();
        };
    Path other = folder.resolve("slow");
    try (ControlServer slow = server(other)) {
      slow.start();
      IOException late =
          assertThrows(
              IOException.class, () -> ControlClient.status(other, null, Duration.ofMillis(300)));
      assertEquals("the daemon does not answer within 300 ms", late.getMessage());
      try (ControlClient client = ControlClient.ask(other, request("stop_recipe", true))) {
        assertEquals(State.COMPLETED, client.next().state(), "a stop does not wait for it");
      }
    }
  }

  @Test
  void whatFailsAtOnceIsToldWithItsReasonOnly() throws Exception {
    machines.refuse("PRESS-01", "busy with process 7");
    try (ControlClient client = ask("start_recipe")) {
      ControlNews news = client.next();
      assertEquals(State.FAILED, news.state());
      assertEquals("busy with process 7", news.message());
      assertNull(client.next());
    }
  }

  @Test
  void whoeverDoesNotWaitIsLetGo() throws Exception {
    machines.answer(of -> {});
    try (ControlClient client = ControlClient.ask(path, request("start_recipe", false))) {
      assertEquals(State.TAKEN, client.next().state());
      assertNull(client.next());
    }
    machines.asked().get(0).result().accept(CommandResult.completed(null));
    machines.answer(of -> of.result().accept(CommandResult.completed(null)));
    try (ControlClient client = ask("stop_recipe")) {
      assertEquals(State.COMPLETED, client.next().state(), "and nothing is mixed up");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          start                                                        | a request is one JSON object on one line
          {"type": "stop_recipe"} {}                                   | a request is one JSON object on one line
          [1]                                                          | a request is one JSON object on one line
          {"type": "stop_recipe", "machin": "PRESS-01"}                | key "machin" is not known
          {"type": "stop_recipe", "machine": 7}                        | machine is not a text
          {"type": "stop_recipe"}                                      | machine: none is named
          {"type": "stop_recipe", "machine": "PRES-01"}                | this daemon has no machine "PRES-01"; did you mean "PRESS-01"?
          {"type": "stop", "machine": "PRESS-01"}                      | type: "stop" is none of hold_recipe, reset_machine, start_recipe, stop_recipe, unhold_recipe
          {"machine": "PRESS-01"}                                      | type: "null" is none of hold_recipe, reset_machine, start_recipe, stop_recipe, unhold_recipe
          {"type": "stop_recipe", "machine": "PRESS-01", "wait": {}}   | wait is neither true nor false
          {"type": "stop_recipe", "machine": "PRESS-01", "parameters": 7}   | parameters is not an object
          {"type": "stop_recipe", "machine": "PRESS-01", "process_id": "7"} | Invalid UUID string: 7
          {"type": "start_recipe", "machine": "PRESS-01", "parameters": {"parameters": {"a": NaN}}} | a request is one JSON object on one line
          """)
  void aBadRequestIsAnsweredInWordsAndHarmsNobody(String line, String words) throws Exception {
    try (SocketChannel client = connect()) {
      write(client, line + "\n");
      ControlNews news = ControlNews.parse(lines(client).readLine());
      assertEquals(State.FAILED, news.state());
      assertEquals(words, news.message());
    }
    assertEquals(List.of(), machines.asked());
    try (ControlClient client = ask("stop_recipe")) {
      assertEquals(State.COMPLETED, client.next().state());
    }
  }

  @Test
  void aRequestMayComeInPieces() throws Exception {
    String line = request("stop_recipe", true).json() + "\n";
    try (SocketChannel client = connect()) {
      for (int i = 0; i < line.length(); i++) {
        write(client, line.substring(i, i + 1));
      }
      assertEquals(State.COMPLETED, ControlNews.parse(lines(client).readLine()).state());
    }
  }

  /** I8: 64 KiB, and who asks for nothing is hung up on. */
  @Test
  void aRequestWithoutEndIsCutOff() throws Exception {
    try (SocketChannel large = connect();
        SocketChannel silent = connect()) {
      write(large, "{\"type\": \"" + "x".repeat(Conversation.MAX_REQUEST));
      String told = lines(large).readLine();
      assertTrue(told.contains("a request has at most 65536 bytes"), told);
      told = lines(silent).readLine();
      assertTrue(told.contains("nothing was asked for within 5 s"), told);
    }
  }

  /** I7, I8: neither those who ask for nothing nor those who wait keep a stop out. */
  @Test
  void thereIsRoomForAStopWhateverOthersDo() throws Exception {
    machines.answer(
        of -> {
          if (of.command().kind() == Kind.STOP) {
            of.result().accept(CommandResult.completed(null));
          }
        });
    List<AutoCloseable> open = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ControlClient waits = ask("start_recipe");
      assertEquals(State.TAKEN, waits.next().state());
      open.add(waits);
    }
    try (ControlClient stop = ask("stop_recipe")) {
      assertEquals(State.COMPLETED, stop.next().state());
    }
    for (int i = 0; i < ControlServer.MOST_ASKING; i++) {
      open.add(connect());
    }
    String told = null;
    try (SocketChannel oneMore = connect()) {
      told = lines(oneMore).readLine();
    }
    assertTrue(told.contains("16 others are asking at this moment; try again"), told);
    // Those are hung up on after 5 s, so that it goes on.
    ControlNews news = null;
    while (news == null || news.state() != State.COMPLETED) {
      Thread.sleep(100);
      try (ControlClient stop = ask("stop_recipe")) {
        news = stop.next();
      } catch (IOException e) {
        // Hung up on before it was read.
        news = null;
      }
    }
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  /** Ctrl-C at a start stops no machine, and the result finds nobody. */
  @Test
  void whoeverHangsUpIsForgotten() throws Exception {
    machines.answer(of -> {});
    try (ControlClient client = ask("start_recipe")) {
      assertEquals(State.TAKEN, client.next().state());
    }
    machines.asked().get(0).result().accept(CommandResult.failed("jammed", null));
    machines.answer(of -> of.result().accept(CommandResult.completed(null)));
    try (ControlClient client = ask("reset_machine")) {
      assertEquals(State.COMPLETED, client.next().state());
    }
  }

  /** A fault in our own program is this command's alone. */
  @Test
  void aFaultIsAnsweredAndTheNextIsServed() throws Exception {
    machines.answer(
        of -> {
          throw new IllegalStateException("a mistake");
        });
    try (ControlClient client = ask("start_recipe")) {
      assertTrue(client.next().message().contains("a fault of the daemon"));
    }
    machines.answer(of -> of.result().accept(CommandResult.completed(null)));
    try (ControlClient client = ask("stop_recipe")) {
      assertEquals(State.COMPLETED, client.next().state());
    }
  }

  /** The daemon's stop: nothing new, and whoever waits hears the end. */
  @Test
  void atTheStopTheEndIsTold() throws Exception {
    machines.answer(of -> {});
    try (ControlClient client = ask("start_recipe")) {
      assertEquals(State.TAKEN, client.next().state());
      server.leave();
      machines.asked().get(0).result().accept(CommandResult.failed("the daemon stops", null));
      server.close();
      assertEquals("the daemon stops", client.next().message());
    }
    assertThrows(IOException.class, () -> ask("stop_recipe"));
  }

  @Test
  void onlyTheOwnerAndTheGroupMay() throws Exception {
    assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
  }

  /** kill -9 leaves the file; a daemon that lives is not pushed aside. */
  @Test
  void aDeadDaemonsSocketIsReplacedAndALivingOnesIsNot() throws Exception {
    assertTrue(
        assertThrows(IOException.class, () -> server(path))
            .getMessage()
            .contains("another daemon answers at " + path));
    Path dead = folder.resolve("dead");
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(dead));
    }
    assertTrue(Files.exists(dead));
    try (ControlServer fresh = server(dead)) {
      fresh.start();
      try (ControlClient client = ControlClient.ask(dead, request("stop_recipe", true))) {
        assertEquals(State.COMPLETED, client.next().state());
      }
    }
    assertFalse(Files.exists(dead));
  }

  @Test
  void whatIsNoSocketIsLeftAlone() throws Exception {
    Path notes = folder.resolve("notes");
    Files.writeString(notes, "mine");
    assertTrue(
        assertThrows(IOException.class, () -> server(notes))
            .getMessage()
            .contains("is there, and is no socket"));
    assertEquals("mine", Files.readString(notes));
    assertTrue(
        assertThrows(IOException.class, () -> server(folder.resolve("nowhere/c.sock")))
            .getMessage()
            .contains("there is no folder "));
  }

  /** Another daemon that has made its own meanwhile keeps it. */
  @Test
  void anothersSocketIsNotTakenAway() throws Exception {
    Path other = folder.resolve("other");
    ControlServer first = server(other);
    first.start();
    Files.delete(other);
    try (ControlServer second = server(other)) {
      second.start();
      first.close();
      try (ControlClient client = ControlClient.ask(other, request("stop_recipe", true))) {
        assertEquals(State.COMPLETED, client.next().state());
      }
    }
  }

  @Test
  void aPathThatNoSocketCanHaveIsAMistake() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ControlSettings(Path.of("/run/" + "x".repeat(102))))
            .getMessage();
    assertTrue(message.contains("has more than 106 bytes"), message);
    assertNotNull(new ControlSettings(Path.of("/run/" + "x".repeat(101))).socket());
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  private static void write(SocketChannel to, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static BufferedReader lines(SocketChannel from) {
    return new BufferedReader(Channels.newReader(from, StandardCharsets.UTF_8));
  }
}
