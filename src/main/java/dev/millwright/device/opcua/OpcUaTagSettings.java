package dev.millwright.device.opcua;

import dev.millwright.settings.Access;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;

/**
 * A table {@code [tags.NAME]} of an OPC UA machine's file.
 *
 * @param node the node's id, see {@link OpcUaTag}
 * @param path the way to it, see {@link OpcUaTag}
 * @param access what may be done with it, as far as the server allows it
 */
public record OpcUaTagSettings(
    @Optional String node, @Optional String path, @Default("read-write") Access access)
    implements Access.Stated {

  public OpcUaTagSettings {
    tag("?", node, path, access);
  }

  /** The tag of this name. */
  public OpcUaTag tag(String name) {
    return tag(name, node, path, access);
  }

  private static OpcUaTag tag(String name, String node, String path, Access access) {
    return new OpcUaTag(name, node, path, access == null ? Access.READ_WRITE : access);
  }
}
