package dev.millwright.device.modbus;

import dev.millwright.device.Failures;
import dev.millwright.device.TagValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Neighbouring tags that one request reads: they are one snapshot.
 *
 * <p>Belongs to the link's thread.
 */
final class Block {

  private static final Comparator<ModbusTag> BY_ADDRESS =
      Comparator.comparing((ModbusTag tag) -> tag.address().table())
          .thenComparingInt(ModbusTag::first)
          .thenComparingInt(ModbusTag::end);

  private final List<ModbusTag> tags;
  private final int first;
  private final int count;
  private final Failures failures = new Failures();

  /** What was read last, and what it means: most readings bring the same. */
  private ByteBuffer lastAnswer;

  private Map<String, TagValue> lastValues = Map.of();

  private Block(List<ModbusTag> tags) {
    this.tags = List.copyOf(tags);
    first = tags.get(0).first();
    count = end(tags) - first;
  }

  /**
   * The fewest blocks that hold all tags, each within what one request may read, in the order of
   * the tags: a state that is named before the counter is read before it.
   *
   * @param maxGap how many addresses between two tags may be read in vain
   */
  static List<Block> plan(List<ModbusTag> tags, int maxGap) {
    List<Block> blocks = new ArrayList<>();
    List<ModbusTag> together = new ArrayList<>();
    for (ModbusTag tag : tags.stream().sorted(BY_ADDRESS).toList()) {
      if (!together.isEmpty() && !fits(together, tag, maxGap)) {
        blocks.add(new Block(together));
        together.clear();
      }
      together.add(tag);
    }
    blocks.add(new Block(together));
    blocks.sort(
        Comparator.comparingInt(
            block -> block.tags.stream().mapToInt(tags::indexOf).min().orElseThrow()));
    return blocks;
  }

  private static boolean fits(List<ModbusTag> together, ModbusTag tag, int maxGap) {
    Table table = together.get(0).address().table();
    int end = end(together);
    return tag.address().table() == table
        && tag.first() - end <= maxGap
        && Math.max(end, tag.end()) - together.get(0).first() <= table.most();
  }

  private static int end(List<ModbusTag> tags) {
    return tags.stream().mapToInt(ModbusTag::end).max().orElseThrow();
  }

  /**
   * Smaller blocks of the same tags: without gaps where it had some, else two halves.
   *
   * @return only itself when it cannot be divided
   */
  List<Block> divided() {
    List<Block> parts = plan(tags, 0);
    for (int i = 0; i < tags.size() && parts.size() == 1; i++) {
      int half = (tags.size() / 2 + i) % tags.size();
      // Tags of one and the same register stay together.
      if (half > 0 && tags.get(half).first() >= end(tags.subList(0, half))) {
        parts =
            List.of(new Block(tags.subList(0, half)), new Block(tags.subList(half, tags.size())));
      }
    }
    return parts;
  }

  ReadRequest request(int unit) {
    return new ReadRequest(unit, tags.get(0).address().table(), first, count);
  }

  List<ModbusTag> tags() {
    return tags;
  }

  Failures failures() {
    return failures;
  }

  /** Every tag's value in an answer; the same object as long as the answer is the same. */
  Map<String, TagValue> values(ByteBuffer answer) {
    if (!answer.equals(lastAnswer)) {
      Map<String, TagValue> values = new HashMap<>();
      tags.forEach(tag -> values.put(tag.name(), tag.value(answer, first)));
      lastAnswer = ByteBuffer.allocate(answer.remaining()).put(answer.duplicate()).flip();
      lastValues = Map.copyOf(values);
    }
    return lastValues;
  }
}
