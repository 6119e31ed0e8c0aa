package dev.millwright.device.opcua;

import dev.millwright.settings.Access;
import java.util.Objects;

/**
 * A value on an OPC UA server: table {@code [tags.<name>]} of a machine's file. At least one of
 * node and path is given; with both, the path begins at the node.
 *
 * @param name the tag's name
 * @param node the node in the text form of OPC 10000-6, 5.1.12: {@code nsu=urn:press;s=State} names
 *     the namespace by its URI and survives a download to the controller; {@code ns=2;s=State}
 *     names it by an index that may change; {@code i=2258} is in OPC UA's own namespace
 * @param path browse names from the Root folder, or the node, to the value, see {@link NodePath};
 *     survives a download that gives the nodes new ids
 * @param access what may be done with it
 */
public record OpcUaTag(String name, String node, String path, Access access) {

  public OpcUaTag {
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(name, "name");
    NodeAddress.of(node, path);
  }

  /** A tag whose node is known, and that may be written if the server allows it. */
  public OpcUaTag(String name, String node) {
    this(name, node, null, Access.READ_WRITE);
  }

  NodeAddress address() {
    return NodeAddress.of(node, path);
  }
}
