package dev.millwright.device.opcua;

import dev.millwright.settings.Optional;

/**
 * A table {@code [tags.NAME]} of an OPC UA machine's file.
 *
 * @param node the node's id, see {@link OpcUaTag}
 * @param path the way to it, see {@link OpcUaTag}
 */
public record OpcUaTagSettings(@Optional String node, @Optional String path) {

  public OpcUaTagSettings {
    new OpcUaTag("?", node, path);
  }
}
