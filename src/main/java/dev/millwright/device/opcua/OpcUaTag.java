package dev.millwright.device.opcua;

import java.util.Objects;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;

/**
 * A value on an OPC UA server: table {@code [tags.<name>]} of a machine's file.
 *
 * @param name the tag's name
 * @param node the node in the text form of OPC 10000-6, 5.1.12: {@code nsu=urn:press;s=State} names
 *     the namespace by its URI and survives a download to the controller; {@code ns=2;s=State}
 *     names it by an index that may change; {@code i=2258} is in OPC UA's own namespace
 */
public record OpcUaTag(String name, String node) {

  public OpcUaTag {
    Objects.requireNonNull(name, "name");
    if (node == null) {
      throw new IllegalArgumentException(
          "node: not given; it looks like \"nsu=urn:press;s=State\" or \"ns=2;s=State\"");
    }
    parse(node);
  }

  ExpandedNodeId id() {
    return parse(node);
  }

  private static ExpandedNodeId parse(String text) {
    ExpandedNodeId id;
    try {
      id = ExpandedNodeId.parse(text);
    } catch (UaRuntimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "node: \"%s\" is not a node id; it looks like \"nsu=urn:press;s=State\" or \"ns=2;s=State\""
              .formatted(text),
          e);
    }
    if (!id.isLocal()) {
      throw new IllegalArgumentException(
          "node: \"%s\" is on another server (svr=…); give that server's endpoint instead"
              .formatted(text));
    }
    return id;
  }
}
