package dev.millwright.device.opcua;

/**
 * A table {@code [tags.NAME]} of an OPC UA machine's file.
 *
 * @param node the node's id, see {@link OpcUaTag}
 */
public record OpcUaTagSettings(String node) {

  public OpcUaTagSettings {
    new OpcUaTag("?", node);
  }
}
