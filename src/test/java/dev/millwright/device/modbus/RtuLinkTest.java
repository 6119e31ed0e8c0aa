package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Frames.frame;
import static dev.millwright.device.modbus.Frames.join;
import static dev.millwright.device.modbus.Frames.registers;
import static dev.millwright.device.modbus.Machines.POLL;
import static dev.millwright.device.modbus.Machines.SHORT_TIMEOUT;
import static dev.millwright.device.modbus.Machines.hasty;
import static dev.millwright.device.modbus.Machines.machine;
import static dev.millwright.device.modbus.Machines.next;
import static dev.millwright.device.modbus.Machines.observe;
import static dev.millwright.device.modbus.Machines.state;
import static dev.millwright.device.modbus.Machines.tag;
import static dev.millwright.device.modbus.Machines.untilBad;
import static dev.millwright.device.modbus.Machines.untilGood;
import static dev.millwright.device.modbus.Machines.value;
import static dev.millwright.device.modbus.Machines.why;
import static dev.millwright.device.modbus.ScriptedSlaves.say;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.modbus.ScriptedSlaves.Asked;
import dev.millwright.device.modbus.ScriptedSlaves.Saying;
import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.StopBits;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Units on a real pseudo-terminal. Where an answer is late, time-out and quiet are 400 ms. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class RtuLinkTest {

  private static final long MILLI = 1_000_000;

  @TempDir Path directory;
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private ScriptedSlaves wire;
  private ModbusLink link;

  @AfterEach
  void close() {
    if (link != null) {
      link.close();
    }
    if (wire != null) {
      wire.close();
    }
  }

  @Test
  void all_four_tables_are_read_and_neighbours_are_one_snapshot() throws Exception {
    int[] readings = {0};
    start(
        asked ->
            say(
                switch (asked.function()) {
                  case 1 -> frame(5, 1, 1, 0b101);
                  case 2 -> frame(5, 2, 1, 0);
                  case 4 -> registers(5, 4, 0xffff);
                  default -> registers(5, 3, ++readings[0], 0, readings[0]);
                }),
        machine(
            "M",
            5,
            tag("a", "holding:100", "uint16"),
            tag("b", "holding:101", "int32"),
            tag("run", "coil:2", null),
            tag("first", "coil:0", null),
            tag("door", "discrete:7", null),
            tag("level", "input:9", "int16")));
    for (long expected = 1; expected <= 3; expected++) {
      Observation seen = next(link);
      assertEquals(expected, value(seen, "a"));
      assertEquals(expected, value(seen, "b"));
      assertEquals(
          List.of(true, true, false),
          List.of(value(seen, "run"), value(seen, "first"), value(seen, "door")));
      assertEquals(-1L, value(seen, "level"));
    }
    assertEquals(12, wire.asked().size(), "four requests a reading");
  }

  /** FIELD 15, 17. */
  @Test
  void an_answer_in_pieces_between_noise_is_read_as_a_whole() throws Exception {
    byte[] answer = registers(1, 3, 7);
    start(
        asked ->
            List.of(
                Saying.of(0, new byte[] {1, 3, 0}),
                Saying.of(10, Arrays.copyOfRange(answer, 0, 1)),
                Saying.of(40, Arrays.copyOfRange(answer, 1, 5)),
                Saying.of(80, join(Arrays.copyOfRange(answer, 5, 7), new byte[] {(byte) 0xff}))),
        machine("M", 1, state("holding:0")));
    assertEquals(7L, value(next(link), "state"));
    assertEquals(7L, value(next(link), "state"));
  }

  /** FIELD 6, 7: the reason stands where the value would be; the link itself is not broken. */
  @Test
  void each_kind_of_wrong_answer_is_bad_with_its_reason_and_the_link_goes_on() throws Exception {
    byte[] good = registers(1, 3, 7);
    byte[] wrong = good.clone();
    wrong[3] ^= 1;
    start(asked -> List.of(), machine("M", 1, POLL, Duration.ofMillis(20), state("holding:0")));
    assertEquals("unit 1: no usable answer within 200ms: nothing came", why(next(link), "state"));
    for (Map.Entry<byte[], String> each :
        List.of(
            Map.entry(wrong, "right checksum"),
            Map.entry(Arrays.copyOf(good, 5), "right checksum"),
            Map.entry(registers(2, 3, 7), "unit 2 answered"),
            Map.entry(registers(1, 4, 7), "answered with function 4"),
            Map.entry(registers(1, 3, 7, 8), "and 4 bytes, where"))) {
      wire.answer(asked -> say(each.getKey()));
      untilBad(link, each.getValue());
    }
    wire.answer(asked -> say(good));
    assertEquals(7L, untilGood(link));
  }

  /** I4: the age of a value is at most what passed since it was asked for. */
  @Test
  void a_value_may_be_as_old_as_its_request() throws Exception {
    start(asked -> say(80, registers(1, 3, 7)), machine("M", 1, state("holding:0")));
    next(link);
    List<Age> ages = new ArrayList<>();
    // What is likely is the time since the answer, which is short unless the host is busy.
    while (ages.stream().noneMatch(age -> age.likely().toMillis() < 79)) {
      assertTrue(ages.size() < 20, ages.toString());
      Age age = next(link).age("state");
      assertTrue(age.atMost().toMillis() >= 79, age.toString());
      ages.add(age);
    }
  }

  /** FIELD 16. The answer comes while the line is to be quiet. */
  @Test
  void a_late_answer_is_not_taken_for_the_next() throws Exception {
    int[] asked = {0};
    start(
        request -> {
          int n = ++asked[0];
          return say(n % 3 == 2 ? 640 : 0, registers(1, 3, n));
        },
        hasty("M", 1, state("holding:0")));
    List<String> whys = observeOnlyTheLatest(4);
    // A reader that was kept waiting as well may find it in time.
    while (whys.isEmpty()) {
      assertTrue(wire.asked().size() < 20, "none was late");
      whys = observeOnlyTheLatest(wire.asked().size() + 3);
    }
  }

  /**
   * Whatever is good answers the latest request, until that many were sent and the last of them was
   * answered.
   *
   * @return why the others are bad; on a busy host there may be more than the late one
   */
  private List<String> observeOnlyTheLatest(int requests) throws Exception {
    List<String> whys = new ArrayList<>();
    long last = 0;
    while (last < requests) {
      TagValue state = next(link).values().get("state");
      if (state.quality() == Quality.BAD) {
        whys.add(state.why());
        assertTrue(whys.size() < 20, whys.toString());
      } else {
        last = wire.asked().size();
        assertEquals(last, state.value(), whys.toString());
      }
    }
    return whys;
  }

  /** FIELD 16. Later than the guarantee, but the next request is heard out: both are refused. */
  @Test
  void an_answer_later_than_the_quiet_is_noticed_by_the_answer_that_follows_it() throws Exception {
    int[] asked = {0};
    start(
        request -> {
          int n = ++asked[0];
          return say(n % 3 == 1 ? 940 : 260, registers(1, 3, n));
        },
        hasty("M", 1, state("holding:0")));
    List<String> whys = observeOnlyTheLatest(2);
    while (whys.stream().noneMatch(why -> why.contains("two answers came"))) {
      assertTrue(wire.asked().size() < 20, whys.toString());
      whys.addAll(observeOnlyTheLatest(wire.asked().size() + 2));
    }
  }

  @Test
  void an_exception_is_told_by_name_and_harms_nobody_else() throws Exception {
    start(
        asked -> say(asked.function() == 4 ? frame(1, 0x84, 4) : registers(1, 3, 7)),
        machine("M", 1, state("holding:0"), tag("level", "input:0", "uint16")));
    for (int i = 0; i < 3; i++) {
      Observation seen = next(link);
      assertEquals(7L, value(seen, "state"));
      assertEquals(
          "the unit refuses input:0 with exception 4, SERVER DEVICE FAILURE:"
              + " the unit has failed while it did it",
          why(seen, "level"));
    }
  }

  /** A hole between two tags: read over once, learned, said once. */
  @Test
  void a_block_that_spans_a_hole_is_read_in_parts_from_then_on() throws Exception {
    start(
        asked -> say(holes(asked, 3, 4)),
        machine(
            "M",
            1,
            state("holding:2"),
            tag("count", "holding:5", "uint16"),
            tag("next", "holding:6", "uint16")));
    for (int i = 0; i < 3; i++) {
      Observation seen = next(link);
      assertEquals(2L, value(seen, "state"));
      assertEquals(5L, value(seen, "count"));
      assertEquals(6L, value(seen, "next"));
    }
    assertEquals(1 + 3 * 2, wire.asked().size(), "refused once, then two requests a reading");
    assertEquals(1, notices.size(), notices.toString());
    assertTrue(
        notices.get(0).startsWith("M: unit 1 refuses holding:2 to 6 as a whole with exception 2"),
        notices.get(0));
    assertTrue(
        notices.get(0).endsWith("parts from now on: holding:2, holding:5 to 6"), notices.get(0));
  }

  /** FIELD 2, 6: one address that is not there makes one tag bad. */
  @Test
  void an_address_that_is_not_there_spoils_only_its_own_tag() throws Exception {
    List<ModbusTag> tags = new ArrayList<>(List.of(state("holding:0")));
    for (int i = 1; i < 20; i++) {
      tags.add(tag("t" + i, "holding:" + i, "uint16"));
    }
    start(asked -> say(holes(asked, 13, 13)), machine("M", 1, tags.toArray(ModbusTag[]::new)));
    for (int i = 0; i < 2; i++) {
      Observation seen = next(link);
      assertTrue(
          why(seen, "t13").contains("refuses holding:13 with exception 2, ILLEGAL DATA ADDRESS"));
      for (ModbusTag tag : tags) {
        if (!tag.name().equals("t13")) {
          assertEquals((long) tag.first(), value(seen, tag.name()));
        }
      }
    }
  }

  /** Some refuse everything while they start: afterwards they are read as a whole again. */
  @Test
  void a_unit_that_refuses_everything_for_a_while_is_not_divided_for_ever() throws Exception {
    start(
        asked -> say(frame(1, 0x83, 2)),
        machine("M", 1, state("holding:0"), tag("count", "holding:1", "uint16")));
    why(next(link), "state");
    wire.answer(asked -> say(holes(asked, -1, -1)));
    wire.asked().clear();
    assertEquals(0L, value(next(link), "state"));
    assertEquals(1, wire.asked().size());
  }

  /** The standard's 3.5 characters, or what the file says (FIELD 15). */
  @Test
  void the_line_is_silent_before_each_request_for_as_long_as_is_said() throws Exception {
    long[] answered = {0};
    List<Long> gaps = new CopyOnWriteArrayList<>();
    wire =
        new ScriptedSlaves(
            directory.resolve("port"),
            asked -> {
              if (answered[0] != 0) {
                gaps.add(asked.at() - answered[0]);
              }
              answered[0] = asked.at();
              return say(registers(1, asked.function(), 7));
            });
    link =
        ModbusLink.rtu(
            line(directory, Duration.ofMillis(60)),
            List.of(machine("M", 1, state("holding:0"), tag("level", "input:0", "uint16"))),
            notices::add);
    link.open();
    for (int i = 0; i < 5; i++) {
      next(link);
    }
    assertTrue(
        gaps.size() >= 8 && gaps.stream().allMatch(gap -> gap >= 55 * MILLI), gaps.toString());
  }

  @Test
  void the_silence_between_frames_is_the_standards() {
    assertEquals(
        4_010,
        new RtuLine(of(9_600, Parity.EVEN), null).frameGap().toNanos() / 1_000,
        "3.5 × 11 bits");
    assertEquals(1_750, new RtuLine(of(38_400, Parity.EVEN), null).frameGap().toNanos() / 1_000);
    assertEquals(
        1_822,
        new RtuLine(of(19_200, Parity.NONE), null).frameGap().toNanos() / 1_000,
        "3.5 × 10 bits");
  }

  /** I4: nothing on such a line can be told from anything else. */
  @Test
  void a_line_that_is_never_silent_is_said_to_be_so() throws Exception {
    List<Saying> chatter = new ArrayList<>();
    for (int at = 0; at < 4_000; at += 4) {
      chatter.add(Saying.of(at, new byte[] {0x55}));
    }
    start(asked -> chatter, machine("M", 1, POLL, SHORT_TIMEOUT, state("holding:0")));
    untilBad(link, "no whole frame");
    untilBad(link, "the line is never silent for 200ms");
  }

  /** Another baud than the units', or a wire beside a motor (I4, I8). */
  @Test
  void noise_without_end_is_called_noise_and_costs_little() throws Exception {
    start(asked -> say(registers(1, 3, 7)), hasty("M", 1, state("holding:0")));
    wire.noise(true);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    long took = 0;
    List<String> whys = new ArrayList<>();
    while (took < 1_000 * MILLI || (whys.isEmpty() && took < 30_000 * MILLI)) {
      link.observe(Duration.ofMillis(100)).forEach(seen -> whys.add(why(seen, "state")));
      took = System.nanoTime() - begin;
    }
    assertTrue(
        whys.stream().anyMatch(why -> why.contains("noise, or another baud or parity")),
        whys.toString());
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    assertTrue(cpu < took / 4, "used " + cpu / MILLI + " ms of the processor");
    wire.noise(false);
    assertEquals(7L, untilGood(link));
  }

  /** FIELD 11. */
  @Test
  void a_port_that_vanishes_breaks_the_link_in_words_and_opens_again_under_its_name()
      throws Exception {
    start(asked -> say(registers(1, 3, 7)), machine("M", 1, state("holding:0")));
    next(link);
    wire.close();
    LinkException broken =
        assertThrows(LinkException.class, () -> observe(link, Duration.ofSeconds(30)));
    assertTrue(broken.getMessage().contains("vanished"), broken.getMessage());
    link.close();
    assertThrows(LinkException.class, () -> link.open());
    wire = new ScriptedSlaves(directory.resolve("port"), asked -> say(registers(1, 3, 8)));
    link.open();
    assertEquals(8L, value(next(link), "state"));
  }

  /** Registers that show their own address; those of the hole are refused. */
  private static byte[] holes(Asked asked, int from, int to) {
    int end = asked.address() + asked.count() - 1;
    if (asked.address() <= to && end >= from) {
      return frame(asked.unit(), asked.function() | 0x80, 2);
    }
    int[] registers = new int[asked.count()];
    Arrays.setAll(registers, i -> asked.address() + i);
    return registers(asked.unit(), asked.function(), registers);
  }

  private void start(Function<Asked, List<Saying>> script, ModbusMachine... machines)
      throws Exception {
    wire = new ScriptedSlaves(directory.resolve("port"), script);
    link = ModbusLink.rtu(line(directory, null), List.of(machines), notices::add);
    link.open();
  }

  /** Without parity, as pseudo-terminals have none. */
  static RtuLine line(Path directory, Duration gap) {
    return new RtuLine(of(directory.resolve("port").toString(), 115_200, Parity.NONE), gap);
  }

  private static PortSettings of(int baud, Parity parity) {
    return of("/dev/x", baud, parity);
  }

  private static PortSettings of(String port, int baud, Parity parity) {
    return new PortSettings(port, baud, 8, parity, StopBits.ONE, null);
  }
}
