package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Machines.machine;
import static dev.millwright.device.modbus.Machines.next;
import static dev.millwright.device.modbus.Machines.observe;
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
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.testing.FreePort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server on a real socket that does what servers and gateways do. Time-out 400 ms. */
@Timeout(30)
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
        machine("ONE", 1, state("holding:0")),
        machine("TWO", 2, state("holding:0")));
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
        machine("M", 1, state("holding:0")));
    assertEquals(7L, value(next(link), "state"));
  }

  /** FIELD 16: the number says to which request an answer belongs. */
  @Test
  void a_late_answer_is_not_taken_for_the_next() throws Exception {
    int[] asked = {0};
    start(
        (request, to) -> {
          int n = ++asked[0];
          if (n == 2) {
            Thread.sleep(600);
          }
          to.write(frame(request.transaction(), 1, 3, 2, 0, n));
        },
        machine("M", 1, state("holding:0")));
    assertEquals(1L, value(next(link), "state"));
    assertTrue(why(next(link), "state").endsWith("no answer within 400ms"));
    assertEquals(3L, value(next(link), "state"));
    assertEquals(4L, value(next(link), "state"));
  }

  /** FIELD 16: unit, function and length are checked as well. */
  @Test
  void a_wrong_answer_is_bad_with_its_reason() throws Exception {
    start(SEVEN, machine("M", 1, state("holding:0")));
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
        machine("M", 1, state("holding:2"), tag("count", "holding:4", "uint16")));
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
        machine("ONE", 1, state("holding:0")),
        machine("TWO", 2, state("holding:0")));
    Map<String, List<Observation>> seen = observe(link, Duration.ofMillis(1_500));
    assertTrue(seen.get("TWO").size() >= 10, "observed on schedule");
    seen.get("TWO").forEach(o -> assertTrue(why(o, "state").contains("exception 11")));
    seen.get("ONE").forEach(o -> assertEquals(7L, value(o, "state")));
    assertTrue(askedTheDead[0] <= 4, "asked the dead " + askedTheDead[0] + " times");
  }

  /** FIELD 4, 11, 24. */
  @Test
  void a_lost_connection_breaks_the_link_and_opens_again() throws Exception {
    start(SEVEN, machine("M", 1, state("holding:0")));
    next(link);
    server.hangUp();
    LinkException broken =
        assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(5)));
    assertTrue(broken.getMessage().endsWith("the connection was lost"), broken.getMessage());
    link.close();
    link.open();
    assertEquals(7L, value(next(link), "state"));
    assertEquals(1, server.clients(), "one connection, not two");
  }

  /** FIELD 5: a connection that stands and says nothing is given up. */
  @Test
  void a_server_that_says_nothing_any_more_is_left() throws Exception {
    start(SEVEN, machine("M", 1, state("holding:0")));
    next(link);
    server.answer((asked, to) -> {});
    LinkException broken =
        assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(10)));
    assertTrue(broken.getMessage().contains("3 requests in a row"), broken.getMessage());
  }

  /**
   * FIELD 5, I7: nor does it matter whether what gets no answer was to be read or written. A safe
   * state was written to a dead connection for ever, as the third request in a row was a write.
   */
  @Test
  void a_server_that_says_nothing_any_more_is_left_by_whoever_writes() throws Exception {
    start(SEVEN, machine("M", 1, state("holding:0")));
    next(link);
    server.answer((asked, to) -> {});
    List<TagWrite> write = List.of(new TagWrite("state", 8L));
    for (int i = 0; i < 3; i++) {
      assertEquals(Written.Outcome.UNKNOWN, link.write("M", write).get(0).outcome());
    }
    for (int i = 0; i < 2; i++) {
      LinkException broken = assertThrows(LinkException.class, () -> link.write("M", write));
      assertTrue(broken.getMessage().contains("3 requests in a row"), broken.getMessage());
      assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(10)));
    }
    link.close();
    server.answer(SEVEN);
    link.open();
    assertEquals(7L, value(next(link), "state"));
  }

  /** A stream that is no Modbus ends in words, not in a hang. */
  @Test
  void garbage_is_not_taken_for_an_answer() throws Exception {
    start(
        (asked, to) ->
            to.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        machine("M", 1, state("holding:0")));
    assertEquals(Quality.BAD, next(link).values().get("state").quality());
  }

  @Test
  void a_server_that_is_not_there_is_named() throws Exception {
    int nobody = FreePort.find();
    link =
        ModbusLink.tcp("127.0.0.1", nobody, List.of(machine("M", 1, state("holding:0"))), n -> {});
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
