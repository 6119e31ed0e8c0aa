package dev.millwright.device.modbus;

import dev.millwright.device.TagWrite;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One unit on a Modbus line or connection, and what is read of it.
 *
 * @param serialNumber the machine
 * @param unit its address on the line, 1 to 247
 * @param staleAfter how old a value may be
 * @param poll from one reading to the next, 10 ms to 1 h; a third of staleAfter at most
 * @param timeout how long it may think before it answers, 10 ms to 1 min; less than staleAfter
 * @param quiet how long the line must be silent after an answer did not come, 0 to 10 min; 0 where
 *     answers are numbered
 * @param maxGap how many addresses that nobody asked for may be read to save a request, 0 to 124
 * @param singleWrites whether one coil or register is written with function 5 or 6, else 15 or 16
 * @param readModifyWrite whether a bit of a register may be written by reading the register and
 *     writing it back, where the unit does not know function 22: what the unit itself changes in
 *     between is lost
 * @param tags one or more that are observed
 */
public record ModbusMachine(
    String serialNumber,
    int unit,
    Duration staleAfter,
    Duration poll,
    Duration timeout,
    Duration quiet,
    int maxGap,
    boolean singleWrites,
    boolean readModifyWrite,
    List<ModbusTag> tags) {

  private static final Duration MIN_TIME = Duration.ofMillis(10);

  public ModbusMachine {
    Objects.requireNonNull(serialNumber, "serial_number");
    tags = List.copyOf(tags);
    Rules rules =
        new Rules()
            .within("unit", unit, 1, 247)
            .within("poll", poll, MIN_TIME, Duration.ofHours(1))
            .within("timeout", timeout, MIN_TIME, Duration.ofMinutes(1))
            .within("quiet", quiet, Duration.ZERO, Duration.ofMinutes(10))
            .within("max_gap", maxGap, 0, 124)
            .require(
                tags.stream().anyMatch(tag -> tag.access().reads()),
                "tags",
                "there are none to read")
            .require(
                timeout.compareTo(staleAfter) < 0,
                "timeout",
                Durations.words(timeout)
                    + " is not less than stale_after, "
                    + Durations.words(staleAfter))
            // Link.observe: what did not change is observed every third of the staleness limit.
            .require(
                poll.multipliedBy(3).compareTo(staleAfter) <= 0,
                "poll",
                Durations.words(poll)
                    + " is more than a third of stale_after, "
                    + Durations.words(staleAfter)
                    + ", so that one lost answer would show the machine as offline");
    for (int i = 0; i < tags.size(); i++) {
      for (ModbusTag other : tags.subList(0, i)) {
        ModbusTag tag = tags.get(i);
        rules.require(
            !tag.contradicts(other),
            "tags." + tag.name() + ".address",
            tag + " overlaps with tag " + other.name() + ", " + other + "; one of them is wrong");
      }
    }
    rules.check();
  }

  /** The tags that are observed. */
  List<ModbusTag> observed() {
    return tags.stream().filter(tag -> tag.access().reads()).toList();
  }

  /** The tag of this name; null when there is none. */
  ModbusTag tag(String name) {
    return tags.stream().filter(tag -> tag.name().equals(name)).findFirst().orElse(null);
  }

  /** Why the tag does not take this value; null when it does. Contacts nothing. */
  public String refusal(TagWrite write) {
    ModbusTag tag = tag(write.tag());
    return tag == null ? serialNumber + " has no tag " + write.tag() : tag.refusal(write.value());
  }

  /**
   * What both kinds of tables {@code [modbus]} say of a machine; an absent key is null.
   *
   * @param quiet never null
   */
  record Reading(
      int unit,
      Duration poll,
      Duration timeout,
      Duration quiet,
      Integer maxGap,
      Order wordOrder,
      Order byteOrder,
      boolean singleWrites,
      boolean readModifyWrite) {

    static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final int MAX_GAP = 8;

    /** The machine with these tags, by name. */
    ModbusMachine machine(
        String serialNumber, Duration staleAfter, Map<String, ModbusTagSettings> settings) {
      Order words = wordOrder == null ? Order.BIG : wordOrder;
      Order bytes = byteOrder == null ? Order.BIG : byteOrder;
      List<ModbusTag> tags = new ArrayList<>();
      settings.forEach((name, tag) -> tags.add(tag.tag(name, words, bytes)));
      return new ModbusMachine(
          serialNumber,
          unit,
          staleAfter,
          poll == null ? Duration.ofSeconds(1) : poll,
          timeout == null ? TIMEOUT : timeout,
          quiet,
          maxGap == null ? MAX_GAP : maxGap,
          singleWrites,
          readModifyWrite,
          tags);
    }
  }

  /**
   * Refuses codes of the state that its tag can never show.
   *
   * @param codes by their key in {@code [lifecycle] state}
   * @throws IllegalArgumentException with a message as {@link Rules} makes them
   */
  public void checkCodes(String tagName, Map<String, List<String>> codes) {
    Rules rules = new Rules();
    for (ModbusTag tag : tags) {
      if (tag.name().equals(tagName)) {
        codes.forEach(
            (key, list) ->
                list.forEach(
                    code -> {
                      String never = tag.type().neverShows(code, tag.scale());
                      rules.require(
                          never == null,
                          "lifecycle.state." + key,
                          "tag " + tagName + " can never show " + code + ": " + never);
                    }));
      }
    }
    rules.check();
  }
}
