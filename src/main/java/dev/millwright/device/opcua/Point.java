package dev.millwright.device.opcua;

import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;

/** A tag of a machine, and the node that it names. */
record Point(String machine, String tag, ExpandedNodeId node) {

  /** For messages: {@code PRESS-01 state}. */
  String label() {
    return machine + " " + tag;
  }
}
