package dev.millwright.device.modbus;

import static dev.millwright.device.modbus.Machines.tag;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.millwright.device.TagValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which requests read a machine's tags. */
class BlockTest {

  /** A state is read before the counter where the file names it first, whatever its address. */
  @Test
  void blocksAreReadInTheOrderOfTheTags() {
    List<ModbusTag> tags =
        List.of(
            Machines.tag("state", "holding:500", "uint16"),
            Machines.tag("counter", "holding:0", "uint32"),
            Machines.tag("recipe", "holding:501", "uint16"));
    assertEquals(List.of("holding:500 to 501", "holding:0 to 1"), requests(Block.plan(tags, 8)));
  }

  @Test
  void neighbours_are_read_together_and_a_gap_only_as_wide_as_allowed() {
    List<ModbusTag> tags =
        List.of(
            tag("c", "holding:20", "uint16"),
            tag("a", "holding:0", "uint32"),
            tag("b", "holding:10", "float64"));
    assertEquals(List.of("holding:0 to 20"), requests(Block.plan(tags, 8)));
    assertEquals(List.of("holding:10 to 20", "holding:0 to 1"), requests(Block.plan(tags, 7)));
    assertEquals(
        List.of("holding:20", "holding:0 to 1", "holding:10 to 13"), requests(Block.plan(tags, 0)));
  }

  @Test
  void each_table_is_read_by_itself() {
    List<ModbusTag> tags =
        List.of(
            tag("h", "holding:0", "uint16"),
            tag("i", "input:0", "uint16"),
            tag("c", "coil:0", null),
            tag("d", "discrete:3", null));
    assertEquals(
        List.of("holding:0", "input:0", "coil:0", "discrete:3"), requests(Block.plan(tags, 124)));
  }

  /** Modbus Application Protocol 1.1b3, 6.3: 125 registers; 6.1: 2000 bits. */
  @Test
  void no_request_asks_for_more_than_the_protocol_allows() {
    List<ModbusTag> registers = new ArrayList<>();
    List<ModbusTag> bits = new ArrayList<>();
    for (int i = 0; i < 126; i++) {
      registers.add(tag("r" + i, "input:" + (65_410 + i), "uint16"));
    }
    for (int i = 0; i <= 2_000; i += 100) {
      bits.add(tag("b" + i, "discrete:" + i, null));
    }
    assertEquals(
        List.of("input:65410 to 65534", "input:65535"), requests(Block.plan(registers, 0)));
    assertEquals(List.of("discrete:0 to 1900", "discrete:2000"), requests(Block.plan(bits, 124)));
  }

  /** The bits of a status word are of one moment, as the word is. */
  @Test
  void bits_of_a_register_stay_with_it_however_a_block_is_divided() {
    List<ModbusTag> tags =
        List.of(
            tag("word", "holding:5", "uint16"),
            tag("run", "holding:5.0", null),
            tag("fault", "holding:5.15", null),
            tag("next", "holding:6", "uint16"));
    Block block = Block.plan(tags, 0).get(0);
    assertEquals(List.of("holding:5", "holding:6"), requests(block.divided()));
    Block word = block.divided().get(0);
    assertEquals(List.of("holding:5"), requests(word.divided()), "no further");
    Map<String, Object> values = new HashMap<>();
    word.values(ByteBuffer.wrap(Frames.hex("80 00"))).forEach((k, v) -> values.put(k, v.value()));
    assertEquals(Map.of("word", 32_768L, "run", false, "fault", true), values);
  }

  @Test
  void a_refused_block_is_divided_at_its_gaps_first() {
    List<ModbusTag> tags =
        List.of(
            tag("a", "holding:0", "uint16"),
            tag("b", "holding:1", "uint16"),
            tag("c", "holding:4", "uint16"));
    List<Block> parts = Block.plan(tags, 8).get(0).divided();
    assertEquals(List.of("holding:0 to 1", "holding:4"), requests(parts));
    assertEquals(List.of("holding:0", "holding:1"), requests(parts.get(0).divided()));
  }

  /** Bit n of an answer is address first + n, the lowest bit of each byte first. */
  @Test
  void bits_are_found_where_the_standard_puts_them() {
    List<ModbusTag> tags =
        List.of(tag("a", "coil:19", null), tag("b", "coil:20", null), tag("c", "coil:37", null));
    Block block = Block.plan(tags, 100).get(0);
    // The standard's own example: coils 20 to 38 of its count, CD 6B 05 (6.1).
    Map<String, TagValue> values = block.values(ByteBuffer.wrap(Frames.hex("cd 6b 05")));
    assertEquals(true, values.get("a").value());
    assertEquals(false, values.get("b").value());
    assertEquals(true, values.get("c").value());
  }

  private static List<String> requests(List<Block> blocks) {
    return blocks.stream().map(block -> block.request(1).toString()).toList();
  }

  /** By the same object others know that nothing has changed. */
  @Test
  void theSameAnswerGivesTheSameValues() {
    Block block =
        Block.plan(List.of(tag("a", "holding:0", "uint16"), tag("b", "holding:1", "float32")), 0)
            .get(0);
    byte[] answer = {0, 7, 0x3f, (byte) 0x80, 0, 0};
    Map<String, TagValue> first = block.values(ByteBuffer.wrap(answer));
    assertEquals(Map.of("a", TagValue.good(7L, null), "b", TagValue.good(1.0, null)), first);
    assertSame(first, block.values(ByteBuffer.wrap(answer.clone())));
    // Whose bytes they are may write others over them.
    answer[1] = 8;
    assertEquals(TagValue.good(8L, null), block.values(ByteBuffer.wrap(answer)).get("a"));
    assertEquals(TagValue.good(7L, null), first.get("a"));
    answer[1] = 7;
    assertEquals(first, block.values(ByteBuffer.wrap(answer)));
  }
}
