package dev.millwright.device.opcua;

import java.util.List;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;

/**
 * Where a value is on a server, in the words of the configuration.
 *
 * @param start a node
 * @param path how to go on from there, by browse names; empty when the node itself is meant
 * @param text both, for messages
 */
record NodeAddress(ExpandedNodeId start, List<PathStep> path, String text) {

  NodeAddress {
    path = List.copyOf(path);
  }

  /**
   * At least one of the two is given; a path alone begins at the server's Root folder.
   *
   * @throws IllegalArgumentException when they are no address, in words about their keys
   */
  static NodeAddress of(String node, String path) {
    if (node == null && path == null) {
      throw new IllegalArgumentException(
          "node: not given; it looks like \"nsu=urn:press;s=State\" or \"ns=2;s=State\"; or give"
              + " path = \"/Objects/…\"");
    }
    ExpandedNodeId start = node == null ? NodeIds.RootFolder.expanded() : node(node);
    List<PathStep> steps = path == null ? List.of() : NodePath.parse(path);
    String text = node == null ? path : path == null ? node : node + " " + path;
    return new NodeAddress(start, steps, text);
  }

  private static ExpandedNodeId node(String text) {
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
