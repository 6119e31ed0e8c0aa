package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Machines.hasty;
import static dev.millwright.device.modbus.Machines.next;
import static dev.millwright.device.modbus.Machines.observe;
import static dev.millwright.device.modbus.Machines.patient;
import static dev.millwright.device.modbus.Machines.state;
import static dev.millwright.device.modbus.Machines.tag;
import static dev.millwright.device.modbus.Machines.value;
import static dev.millwright.device.modbus.Machines.why;
import static dev.millwright.device.modbus.RawServer.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server on a real socket that does what servers and gateways do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class TcpLinkTest {

  private static final RawServer.Script SEVEN =
      (asked, to) -> to.write(frame(asked.transaction(), asked.unit(), asked.function(), 2, 0, 7));

  private final List<String> notices = new CopyOnWriteArrayList<>();
  private RawServer server;
  private ModbusLink link;

  @AfterEach
  void close() throws Exception {
    if (link != null) {
      link.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void values_are_read_over_one_connection_for_all_units_behind_it() throws Exception {
    start(
        (asked, to) -> to.write(frame(asked.transaction(), asked.unit(), 3, 2, 0, asked.unit())),
        patient("ONE", 1, state("holding:0")),
        patient("TWO", 2, state("holding:0")));
    for (int i = 0; i < 6; i++) {
      Observation seen = next(link);
      assertEquals(seen.machine().equals("ONE") ? 1L : 2L, value(seen, "state"));
    }
    assertEquals(1, server.clients());
  }

  /** FIELD 17. */
  @Test
  void an_answer_in_pieces_is_read_as_a_whole() throws Exception {
    start(
        (asked, to) -> {
          byte[] answer = frame(asked.transaction(), 1, 3, 2, 0, 7);
          for (int at = 0; at < answer.length; at += 2) {
            to.write(Arrays.copyOfRange(answer, at, Math.min(answer.length, at + 2)));
            to.flush();
            Thread.sleep(5);
          }
        },
        patient("M", 1, state("holding:0")));
    assertEquals(7L, value(next(link), "state"));
  }

  /** FIELD 16: the number says to which request an answer belongs. */
  @Test
  void a_late_answer_is_not_taken_for_the_next() throws Exception {
    int[] asked = {0};
    start(
        (request, to) -> {
          int n = ++asked[0];
          if (n % 3 == 2) {
            Thread.sleep(600);
          }
          to.write(frame(request.transaction(), 1, 3, 2, 0, n));
        },
        hasty("M", 1, state("holding:0")));
    List<String> whys = new ArrayList<>();
    for (long good = 0; good < 4 || whys.isEmpty(); ) {
      assertTrue(asked[0] < 40, "none was late");
      TagValue state;
      try {
        state = next(link).values().get("state");
      } catch (LinkException e) {
        // Three in a row were late, as the host is busy.
        link.close();
        link.open();
        continue;
      }
      if (state.quality() == Quality.BAD) {
        whys.add(state.why()); // there may be more than the late one
      } else {
        good = asked[0];
        assertEquals(good, state.value(), "the answer to the latest request");
      }
    }
    assertTrue(whys.stream().anyMatch(why -> why.endsWith("no answer within 400ms")), "" + whys);
  }

  /** FIELD 16: unit, function and length are checked as well. */
  @Test
  void a_wrong_answer_is_bad_with_its_reason() throws Exception {
    start(SEVEN, patient("M", 1, state("holding:0")));
    assertEquals(7L, value(next(link), "state"));
    for (Map.Entry<int[], String> each :
        List.of(
            Map.entry(new int[] {9, 3, 2, 0, 7}, "unit 9 answered, where unit 1 was asked"),
            Map.entry(new int[] {1, 4, 2, 0, 7}, "the answer has function 4 and 4 bytes"),
            Map.entry(new int[] {1, 3, 4, 0, 7, 0, 7}, "the answer has function 3 and 6 bytes"),
            Map.entry(new int[] {1, 3, 2, 0}, "the answer has function 3 and 3 bytes"),
            Map.entry(new int[] {1, 0x83, 6}, "exception 6, SERVER DEVICE BUSY"),
            Map.entry(new int[] {1, 0x83, 0x0b}, "GATEWAY TARGET DEVICE FAILED TO RESPOND"),
            Map.entry(new int[] {1, 0x83, 99}, "exception 99, which the standard does not know"),
            Map.entry(new int[] {1}, "the answer has function -1 and 0 bytes"))) {
      int[] answer = each.getKey();
      server.answer(
          (asked, to) ->
              to.write(
                  frame(
                      asked.transaction(),
                      answer[0],
                      Arrays.copyOfRange(answer, 1, answer.length))));
      String why = why(next(link), "state");
      assertTrue(why.contains(each.getValue()), why + " for " + each.getValue());
    }
    server.answer(SEVEN);
    assertEquals(7L, value(next(link), "state"));
  }

  @Test
  void a_hole_is_learned_as_on_a_line() throws Exception {
    start(
        (asked, to) -> {
          boolean hole = asked.address() <= 3 && asked.address() + asked.count() > 3;
          to.write(
              hole
                  ? frame(asked.transaction(), 1, 0x83, 2)
                  : frame(asked.transaction(), 1, 3, 2, 0, asked.address()));
        },
        patient("M", 1, state("holding:2"), tag("count", "holding:4", "uint16")));
    for (int i = 0; i < 3; i++) {
      Observation seen = next(link);
      assertEquals(2L, value(seen, "state"));
      assertEquals(4L, value(seen, "count"));
    }
    assertEquals(1, notices.size(), notices.toString());
  }

  /** A gateway says at once that a unit does not answer; that unit is not asked at every poll. */
  @Test
  void a_unit_that_its_gateway_does_not_reach_is_left_alone_for_a_while() throws Exception {
    int[] askedTheDead = {0};
    start(
        (asked, to) -> {
          askedTheDead[0] += asked.unit() == 2 ? 1 : 0;
          to.write(
              asked.unit() == 2
                  ? frame(asked.transaction(), 2, 0x83, 0x0b)
                  : frame(asked.transaction(), 1, 3, 2, 0, 7));
        },
        patient("ONE", 1, state("holding:0")),
        patient("TWO", 2, state("holding:0")));
    int observed = 0;
    while (observed < 20) {
      Observation seen = next(link);
      if (seen.machine().equals("TWO")) {
        observed++; // on schedule, as it were asked
        assertTrue(why(seen, "state").contains("exception 11"));
      } else {
        assertEquals(7L, value(seen, "state"));
      }
    }
    assertTrue(askedTheDead[0] <= observed / 3, "asked the dead " + askedTheDead[0] + " times");
  }

  /** FIELD 4, 11, 24. */
  @Test
  void a_lost_connection_breaks_the_link_and_opens_again() throws Exception {
    start(SEVEN, patient("M", 1, state("holding:0")));
    next(link);
    server.hangUp();
    LinkException broken =
        assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(30)));
    assertTrue(broken.getMessage().endsWith("the connection was lost"), broken.getMessage());
    link.close();
    link.open();
    assertEquals(7L, value(next(link), "state"));
    assertEquals(1, server.clients(), "one connection, not two");
  }

  /** FIELD 5: a connection that stands and says nothing is given up. */
  @Test
  void a_server_that_says_nothing_any_more_is_left() throws Exception {
    start(SEVEN, hasty("M", 1, state("holding:0")));
    next(link);
    server.answer((asked, to) -> {});
    LinkException broken =
        assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(30)));
    assertTrue(broken.getMessage().contains("3 requests in a row"), broken.getMessage());
  }

  /**
   * FIELD 5, I7: nor does it matter whether what gets no answer was to be read or written. A safe
   * state was written to a dead connection for ever, as the third request in a row was a write.
   */
  @Test
  void a_server_that_says_nothing_any_more_is_left_by_whoever_writes() throws Exception {
    start(SEVEN, hasty("M", 1, state("holding:0")));
    next(link);
    server.answer((asked, to) -> {});
    List<TagWrite> write = List.of(new TagWrite("state", 8L));
    for (int i = 0; i < 3; i++) {
      assertEquals(Written.Outcome.UNKNOWN, link.write("M", write).get(0).outcome());
    }
    for (int i = 0; i < 2; i++) {
      LinkException broken = assertThrows(LinkException.class, () -> link.write("M", write));
      assertTrue(broken.getMessage().contains("3 requests in a row"), broken.getMessage());
      assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(30)));
    }
    link.close();
    server.answer(SEVEN);
    link.open();
    assertEquals(7L, value(next(link), "state"));
  }

  /**
   * I7: a connection that is given up is reset. Closed in order, the system would go on sending to
   * a slave that does not read for minutes, also after the safe state on the next connection.
   */
  @Test
  void a_connection_to_a_slave_that_does_not_read_is_reset() throws Exception {
    try (ServerSocket slave = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      link =
          ModbusLink.tcp(
              "127.0.0.1",
              slave.getLocalPort(),
              List.of(hasty("M", 1, state("holding:0"))),
              notices::add);
      link.open();
      try (Socket connection = slave.accept()) {
        Written written = link.write("M", List.of(new TagWrite("state", 8L))).get(0);
        assertEquals(Written.Outcome.UNKNOWN, written.outcome(), written.toString());
        link.close();
        connection.setSoTimeout(30_000);
        IOException end =
            assertThrows(SocketException.class, () -> connection.getInputStream().readAllBytes());
        assertTrue(end.getMessage().contains("reset"), end.getMessage());
      }
    }
  }

  /** A stream that is no Modbus ends in words, not in a hang. */
  @Test
  void garbage_is_not_taken_for_an_answer() throws Exception {
    start(
        (asked, to) ->
            to.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        hasty("M", 1, state("holding:0")));
    assertEquals(Quality.BAD, next(link).values().get("state").quality());
  }

  @Test
  void a_server_that_is_not_there_is_named() throws Exception {
    int nobody = FreePort.find();
    link =
        ModbusLink.tcp("127.0.0.1", nobody, List.of(patient("M", 1, state("holding:0"))), n -> {});
    LinkException refused = assertThrows(LinkException.class, link::open);
    assertTrue(refused.getMessage().contains("127.0.0.1:" + nobody), refused.getMessage());
    assertTrue(refused.getMessage().contains("Connection refused"), refused.getMessage());
  }

  private void start(RawServer.Script script, ModbusMachine... machines) throws Exception {
    server = new RawServer(script);
    link = ModbusLink.tcp("127.0.0.1", server.port(), List.of(machines), notices::add);
    link.open();
  }
}
