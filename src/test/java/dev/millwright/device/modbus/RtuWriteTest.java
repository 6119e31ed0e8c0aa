package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Frames.frame;
import static dev.millwright.device.modbus.Frames.hex;
import static dev.millwright.device.modbus.Frames.join;
import static dev.millwright.device.modbus.Frames.registers;
import static dev.millwright.device.modbus.Machines.POLL;
import static dev.millwright.device.modbus.Machines.next;
import static dev.millwright.device.modbus.Machines.state;
import static dev.millwright.device.modbus.Machines.tag;
import static dev.millwright.device.modbus.Machines.value;
import static dev.millwright.device.modbus.ScriptedSlaves.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.Written.Outcome;
import dev.millwright.device.modbus.ScriptedSlaves.Asked;
import dev.millwright.device.modbus.ScriptedSlaves.Saying;
import dev.millwright.settings.Access;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Writes to a unit on a real pseudo-terminal, byte by byte. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class RtuWriteTest {

  /** Of a unit that answers: a busy host must not make it late. */
  private static final Duration PATIENT = Duration.ofMillis(1_500);

  /** Of a unit that is asked in vain, or whose answer comes late. */
  private static final Duration HASTY = Duration.ofMillis(500);

  @TempDir Path directory;
  private ScriptedSlaves wire;
  private ModbusLink link;

  @AfterEach
  void close() {
    link.close();
    wire.close();
  }

  /** The requests of Modbus Application Protocol 1.1b3, 6.5, 6.6, 6.11, 6.12 and 6.16. */
  @Test
  void each_kind_of_write_is_the_standards_request() throws Exception {
    start(RtuWriteTest::obeying, machine(true, false));
    expect("11 05 00 ac ff 00", "coil", true);
    expect("11 05 00 ac 00 00", "coil", false);
    expect("11 06 00 01 00 03", "register", 3L);
    expect("11 10 00 02 00 02 04 ff ff ff fe", "long", -2L);
    expect("11 10 00 0a 00 02 04 01 00 00 00", "swapped", 1L);
    expect("11 06 00 0c 00 7d", "scaled", 1.25);
    expect("11 10 00 0e 00 02 04 3f 00 00 00", "float", 0.5);
    expect("11 10 00 14 00 02 04 52 34 32 00", "text", "R42");
    expect("11 16 00 04 ff f7 00 08", "bit", true);
    expect("11 16 00 04 ff f7 00 00", "bit", false);
  }

  @Test
  void a_unit_that_knows_no_single_writes_gets_none() throws Exception {
    start(RtuWriteTest::obeying, machine(false, false));
    expect("11 0f 00 ac 00 01 01 01", "coil", true);
    expect("11 10 00 01 00 01 02 00 03", "register", 3L);
  }

  private void expect(String request, String tag, Object value) throws Exception {
    assertEquals(List.of(Outcome.DONE), outcomes(write(tag, value)));
    assertEquals(request, last());
  }

  @Test
  void writes_go_out_in_order_between_readings_and_are_confirmed_one_by_one() throws Exception {
    start(RtuWriteTest::obeying, machine(true, false));
    assertEquals(7L, value(next(link), "state"));
    List<Written> written =
        link.write(
            "M",
            List.of(
                new TagWrite("text", "R42"),
                new TagWrite("coil", true),
                new TagWrite("text", "R43")));
    assertEquals(List.of(Outcome.DONE, Outcome.DONE, Outcome.DONE), outcomes(written));
    assertEquals(7L, value(next(link), "state"));
    assertEquals(
        List.of(3, 4, 16, 5, 16, 3, 4), wire.asked().stream().map(Asked::function).toList());
  }

  /** I6: what the unit says stands in the outcome, by name, and the rest is not tried. */
  @Test
  void an_exception_is_told_by_name_and_ends_the_rest() throws Exception {
    start(RtuWriteTest::obeying, machine(true, false));
    for (String line :
        List.of(
            "1 REFUSED ILLEGAL FUNCTION",
            "2 REFUSED ILLEGAL DATA ADDRESS",
            "3 REFUSED ILLEGAL DATA VALUE",
            "4 UNKNOWN SERVER DEVICE FAILURE",
            "5 UNKNOWN ACKNOWLEDGE",
            "6 REFUSED SERVER DEVICE BUSY",
            "10 REFUSED GATEWAY PATH UNAVAILABLE",
            "11 UNKNOWN GATEWAY TARGET DEVICE FAILED TO RESPOND")) {
      String[] words = line.split(" ", 3);
      int code = Integer.parseInt(words[0]);
      wire.answer(
          asked ->
              asked.function() < 5 ? obeying(asked) : say(frame(17, asked.function() | 128, code)));
      List<Written> written =
          link.write("M", List.of(new TagWrite("register", 3L), new TagWrite("coil", true)));
      assertEquals(List.of(Outcome.valueOf(words[1]), Outcome.NOT_TRIED), outcomes(written));
      String why = written.get(0).why();
      assertTrue(why.startsWith("unit 17, holding:1: exception " + code + ", " + words[2]), why);
    }
  }

  /**
   * I6: it may have happened; it is never sent again, and its late answer is not taken for the
   * next.
   */
  @Test
  void no_answer_is_unknown_and_never_sent_again() throws Exception {
    boolean[] late = {true};
    start(
        request -> {
          boolean waits = late[0] && request.function() >= 5;
          return say(waits ? 800 : 0, obeying(request).get(0).bytes().array());
        },
        hasty());
    next(link);
    long next = 1;
    Written first = write("register", next).get(0);
    // A host that keeps both sides waiting lets a late answer be found in time.
    while (first.outcome() != Outcome.UNKNOWN) {
      assertTrue(++next < 5, first.toString());
      first = write("register", next).get(0);
    }
    assertEquals("unit 17, holding:1: no usable answer within 500ms: nothing came", first.why());
    late[0] = false;
    // And one that comes at once be late.
    while (write("register", ++next).get(0).outcome() != Outcome.DONE) {
      assertTrue(next < 9, "no answer is taken any more");
    }
    next(link);
    assertEquals(
        LongStream.rangeClosed(1, next).mapToObj(n -> "11 06 00 01 00 0" + n).toList(),
        wire.asked().stream().filter(a -> a.function() == 6).map(Asked::frame).toList());
  }

  /** FIELD 16: the answer has to repeat what was sent. */
  @Test
  void an_answer_that_repeats_something_else_is_unknown() throws Exception {
    start(asked -> asked.function() < 5 ? obeying(asked) : say(frame(17, 6, 0, 1, 0, 99)), hasty());
    Written written = write("register", 3L).get(0);
    assertEquals(Outcome.UNKNOWN, written.outcome());
    assertTrue(written.why().endsWith("repeats another request than was sent"), written.why());
  }

  @Test
  void nothing_is_sent_when_a_value_does_not_suit_its_tag() throws Exception {
    start(RtuWriteTest::obeying, machine(true, false));
    for (TagWrite unfit :
        List.of(
            new TagWrite("register", 65_536L),
            new TagWrite("register", 1.5),
            new TagWrite("register", "3"),
            new TagWrite("coil", 1L),
            new TagWrite("text", "R4200"),
            new TagWrite("text", "R€"),
            new TagWrite("scaled", 1.255),
            new TagWrite("float", 16_777_217L),
            new TagWrite("input", 1L),
            new TagWrite("nobody", 1L))) {
      List<Written> written = link.write("M", List.of(new TagWrite("coil", true), unfit));
      assertEquals(
          List.of(Outcome.NOT_TRIED, Outcome.REFUSED), outcomes(written), unfit.toString());
    }
    assertEquals(List.of(), wire.asked());
    assertEquals(
        "holding:1 uint16 takes whole numbers from 0 to 65535, not 65536",
        write("register", 65_536L).get(0).why());
    assertEquals(
        "input:3 can only be read; what can be written is a holding register",
        write("input", 1L).get(0).why());
  }

  @Test
  void a_unit_without_mask_writes_is_refused_a_bit_unless_reading_and_writing_back_is_allowed()
      throws Exception {
    Function<Asked, List<Saying>> script =
        asked ->
            asked.function() == 22
                ? say(frame(17, 22 | 128, 1))
                : asked.function() == 3 && asked.address() == 4
                    ? say(registers(17, 3, 0x0105))
                    : obeying(asked);
    start(script, machine(true, false));
    Written refused = write("bit", true).get(0);
    assertEquals(Outcome.REFUSED, refused.outcome());
    assertTrue(refused.why().contains("read_modify_write = true"), refused.why());
    close();
    start(script, machine(true, true));
    assertEquals(Outcome.DONE, write("bit", true).get(0).outcome());
    assertEquals("11 06 00 04 01 0d", last());
    assertEquals(Outcome.DONE, write("bit", true).get(0).outcome());
    assertEquals(
        1, wire.asked().stream().filter(asked -> asked.function() == 22).count(), "learned once");
  }

  /** I6: such an adapter would confirm each write by itself; the unit behind it may be off. */
  @Test
  void an_adapter_that_hears_what_it_sends_does_not_confirm_a_write() throws Exception {
    boolean[] dead = {false};
    start(
        asked -> {
          byte[] echo = join(hex(asked.frame()), checksum(asked));
          boolean silent = dead[0] && asked.function() > 4;
          return say(silent ? echo : join(echo, obeying(asked).get(0).bytes().array()));
        },
        hasty());
    assertEquals(Outcome.DONE, write("register", 3L).get(0).outcome(), "a read came first");
    assertEquals(List.of(3, 6), wire.asked().stream().map(Asked::function).toList());
    dead[0] = true;
    assertEquals(Outcome.UNKNOWN, write("register", 4L).get(0).outcome());
    assertEquals(Outcome.UNKNOWN, write("coil", true).get(0).outcome());
  }

  @Test
  void nothing_is_written_to_a_unit_that_answers_nothing() throws Exception {
    start(asked -> List.of(), hasty());
    List<Written> written = write("register", 3L);
    assertEquals(List.of(Outcome.NOT_TRIED), outcomes(written));
    assertEquals(List.of(3), wire.asked().stream().map(Asked::function).toList());
  }

  /** FIELD 11. */
  @Test
  void a_port_that_vanishes_under_a_write_leaves_it_unknown_and_breaks_the_link() throws Exception {
    start(RtuWriteTest::obeying, machine(true, false));
    next(link);
    wire.close();
    List<Written> written;
    try {
      written = write("register", 3L);
    } catch (LinkException e) {
      return; // noticed before anything was sent
    }
    assertEquals(List.of(Outcome.UNKNOWN), outcomes(written));
    assertThrows(LinkException.class, () -> Machines.observe(link, Duration.ofSeconds(30)));
  }

  /** What a unit answers that does what it is told. */
  private static List<Saying> obeying(Asked asked) {
    byte[] request = hex(asked.frame());
    int answered = asked.function() == 22 ? 8 : 6;
    int[] answer = new int[answered];
    for (int i = 0; i < answered; i++) {
      answer[i] = request[i] & 0xff;
    }
    return say(
        asked.function() == 3 || asked.function() == 4
            ? registers(17, asked.function(), 7)
            : asked.function() == 1 ? frame(17, 1, 1, 0) : frame(answer));
  }

  private static byte[] checksum(Asked asked) {
    byte[] request = hex(asked.frame());
    int[] body = new int[request.length];
    for (int i = 0; i < body.length; i++) {
      body[i] = request[i] & 0xff;
    }
    byte[] whole = frame(body);
    return new byte[] {whole[whole.length - 2], whole[whole.length - 1]};
  }

  private String last() {
    return wire.asked().get(wire.asked().size() - 1).frame();
  }

  private List<Written> write(String tag, Object value) throws Exception {
    return link.write("M", List.of(new TagWrite(tag, value)));
  }

  private static List<Outcome> outcomes(List<Written> written) {
    return written.stream().map(Written::outcome).toList();
  }

  private static ModbusMachine machine(boolean singleWrites, boolean readModifyWrite) {
    return machine(PATIENT, singleWrites, readModifyWrite);
  }

  private static ModbusMachine hasty() {
    return machine(HASTY, true, false);
  }

  private static ModbusMachine machine(
      Duration timeout, boolean singleWrites, boolean readModifyWrite) {
    return new ModbusMachine(
        "M",
        17,
        Duration.ofMinutes(1),
        POLL,
        timeout,
        timeout,
        8,
        singleWrites,
        readModifyWrite,
        List.of(
            state("holding:0"),
            written("coil", "coil:172", null, null, null),
            written("register", "holding:1", "uint16", null, null),
            written("long", "holding:2", "int32", null, null),
            written("bit", "holding:4.3", null, null, null),
            written("swapped", "holding:10", "uint32", Order.LITTLE, null),
            written("scaled", "holding:12", "int16", null, 0.01),
            written("float", "holding:14", "float32", null, null),
            written("text", "holding:20", "string[4]", null, null),
            tag("input", "input:3", "uint16")));
  }

  private static ModbusTag written(
      String name, String address, String type, Order orders, Double scale) {
    return new ModbusTagSettings(address, type, orders, orders, scale, null, Access.WRITE)
        .tag(name, Order.BIG, Order.BIG);
  }

  private void start(Function<Asked, List<Saying>> script, ModbusMachine machine) throws Exception {
    wire = new ScriptedSlaves(directory.resolve("port"), script);
    link = ModbusLink.rtu(RtuLinkTest.line(directory, null), List.of(machine), notice -> {});
    link.open();
  }
}
