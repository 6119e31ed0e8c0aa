package dev.millwright.device.opcua;

import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.eclipse.milo.opcua.stack.core.types.structured.RelativePathElement;

/**
 * One step of a browse path: down a hierarchy, to the node with this browse name.
 *
 * @param part whether only parts of the node before are meant ({@code .}, references of type
 *     Aggregates), or all that is below it ({@code /}, HierarchicalReferences)
 * @param uri the namespace of the name; null when it is told by its index
 * @param index the namespace's index, 0 to 65535; not used with a URI
 * @param name the browse name, 1 to 512 characters (OPC 10000-3, 8.3)
 * @param text the step as it was written
 */
record PathStep(boolean part, String uri, int index, String name, String text) {

  /** Null when the server has no such namespace. */
  RelativePathElement element(NamespaceTable table) {
    UShort namespace = uri == null ? UShort.valueOf(index) : table.getIndex(uri);
    return namespace == null
        ? null
        : new RelativePathElement(
            part ? NodeIds.Aggregates : NodeIds.HierarchicalReferences,
            false,
            true,
            new QualifiedName(namespace, name));
  }
}
