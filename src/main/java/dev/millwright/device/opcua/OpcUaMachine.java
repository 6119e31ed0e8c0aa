package dev.millwright.device.opcua;

import dev.millwright.device.TagWrite;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A machine that is reached over OPC UA.
 *
 * @param serialNumber its name in the database
 * @param staleAfter how old its data may become; more than zero. The link proves every third of
 *     this that the data is fresh
 * @param tags what to observe and to write; at least one is observed, each name once
 */
public record OpcUaMachine(String serialNumber, Duration staleAfter, List<OpcUaTag> tags) {

  public OpcUaMachine {
    Objects.requireNonNull(serialNumber, "serialNumber");
    if (staleAfter.isZero() || staleAfter.isNegative()) {
      throw new IllegalArgumentException(
          "stale_after: " + Durations.words(staleAfter) + " is not more than zero");
    }
    tags = List.copyOf(tags);
    if (tags.stream().noneMatch(tag -> tag.access().reads())) {
      throw new IllegalArgumentException("tags: " + serialNumber + " has none to read");
    }
    Set<String> names = new HashSet<>();
    for (OpcUaTag tag : tags) {
      if (!names.add(tag.name())) {
        throw new IllegalArgumentException(
            "tags: " + serialNumber + " has \"" + tag.name() + "\" twice");
      }
    }
  }

  /**
   * Why the tag does not take this value; null when it may. Which type and range it takes is known
   * to the server alone.
   */
  public String refusal(TagWrite write) {
    for (OpcUaTag tag : tags) {
      if (tag.name().equals(write.tag())) {
        return tag.access().writes() ? null : "its access is \"read\"";
      }
    }
    return serialNumber + " has no tag " + write.tag();
  }
}
