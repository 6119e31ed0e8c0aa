package dev.millwright.device.opcua;

import dev.millwright.settings.Access;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.ValueKind;

/**
 * A table {@code [tags.NAME]} of an OPC UA machine's file.
 *
 * @param node the node's id, see {@link OpcUaTag}
 * @param path the way to it, see {@link OpcUaTag}
 * @param access what may be done with it, as far as the server allows it
 * @param type what its values are; the server knows, this is for recipes to be judged before
 * @param min the lowest number that may be written
 * @param max the highest
 * @param unit what a number counts
 */
public record OpcUaTagSettings(
    @Optional String node,
    @Optional String path,
    @Default("read-write") Access access,
    @Optional ValueKind.Type type,
    @Optional Double min,
    @Optional Double max,
    @Optional String unit)
    implements Access.Stated, ValueKind.Stated {

  public OpcUaTagSettings {
    tag("?", node, path, access);
    var unused = new ValueKind(type, min, max, unit);
  }

  @Override
  public ValueKind kind() {
    return new ValueKind(type, min, max, unit);
  }

  /** The tag of this name. */
  public OpcUaTag tag(String name) {
    return tag(name, node, path, access);
  }

  private static OpcUaTag tag(String name, String node, String path, Access access) {
    return new OpcUaTag(name, node, path, access == null ? Access.READ_WRITE : access);
  }
}
