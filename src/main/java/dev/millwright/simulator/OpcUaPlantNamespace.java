package dev.millwright.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilter;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilterContext;
import org.eclipse.milo.opcua.sdk.server.subscriptions.Subscription;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;

/**
 * Nodes that report each change at once. Milo's own model samples the nodes at an interval, so two
 * changes within one interval would be one; here every value goes into the queues of the items that
 * monitor it, and what belongs together is published together.
 */
final class OpcUaPlantNamespace extends ManagedNamespaceWithLifecycle {

  private final Map<String, UaVariableNode> nodes = new HashMap<>();
  private final Map<NodeId, Set<DataItem>> items = new HashMap<>();
  private final Map<String, UaFolderNode> folders = new HashMap<>();

  OpcUaPlantNamespace(OpcUaServer server, String uri) {
    super(server, uri);
  }

  /** Adds the node {@code <folder>/<name>}, below a folder of its own; it can only be read. */
  synchronized void define(String folder, String name, NodeId type) {
    add(folder, name, type, AccessLevel.READ_ONLY);
  }

  /**
   * Adds a node that can be written.
   *
   * @param taking takes what a client writes, and says what becomes of it; it shows the value
   */
  synchronized void define(
      String folder, String name, NodeId type, Function<Object, StatusCode> taking) {
    add(folder, name, type, AccessLevel.READ_WRITE)
        .getFilterChain()
        .addLast(
            new AttributeFilter() {
              @Override
              public void writeAttribute(
                  AttributeFilterContext context, AttributeId attribute, Object value)
                  throws UaException {
                if (attribute != AttributeId.Value) {
                  context.writeAttribute(attribute, value);
                  return;
                }
                StatusCode status = taking.apply(((DataValue) value).value().value());
                if (status.isBad()) {
                  throw new UaException(status);
                }
              }
            });
  }

  private UaVariableNode add(String folder, String name, NodeId type, Set<AccessLevel> access) {
    UaVariableNode node =
        new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
            .setNodeId(newNodeId(folder + "/" + name))
            .setBrowseName(newQualifiedName(name))
            .setDisplayName(LocalizedText.english(name))
            .setDataType(type)
            .setTypeDefinition(NodeIds.BaseDataVariableType)
            .setAccessLevel(access)
            .setUserAccessLevel(access)
            .build();
    getNodeManager().addNode(node);
    folders.computeIfAbsent(folder, this::folder).addOrganizes(node);
    nodes.put(folder + "/" + name, node);
    return node;
  }

  /** Sets what has changed, with one source time, so that a client sees it as one. */
  synchronized void show(Map<String, Object> values, StatusCode quality, Instant at) {
    DateTime time = new DateTime(at);
    Map<UaVariableNode, DataValue> changed = new LinkedHashMap<>();
    values.forEach(
        (path, value) -> {
          UaVariableNode node = nodes.get(path);
          DataValue before = node.getValue();
          if (!value.equals(before.value().value()) || !quality.equals(before.statusCode())) {
            changed.put(node, new DataValue(new Variant(value), quality, time, time));
          }
        });
    setTogether(changed);
  }

  private void setTogether(Map<UaVariableNode, DataValue> changed) {
    Map<UInteger, Subscription> touched = new TreeMap<>();
    for (UaVariableNode node : changed.keySet()) {
      for (DataItem item : items.getOrDefault(node.getNodeId(), Set.of())) {
        Subscription subscription =
            item.getSession().getSubscriptionManager().getSubscription(item.getSubscriptionId());
        if (subscription != null) {
          touched.put(subscription.getId(), subscription);
        }
      }
    }
    set(changed, new ArrayList<>(touched.values()));
  }

  /**
   * Sets the values while none of the subscriptions can publish: it gathers its items' values while
   * it holds its own monitor, and would else send half of what belongs together. Locked in the
   * order of their ids, so that two threads cannot wait for each other.
   */
  private void set(Map<UaVariableNode, DataValue> changed, List<Subscription> rest) {
    if (!rest.isEmpty()) {
      synchronized (rest.get(0)) {
        set(changed, rest.subList(1, rest.size()));
      }
      return;
    }
    changed.forEach(
        (node, value) -> {
          node.setValue(value);
          items.getOrDefault(node.getNodeId(), Set.of()).forEach(item -> item.setValue(value));
        });
  }

  @Override
  public synchronized void onDataItemsCreated(List<DataItem> created) {
    for (DataItem item : created) {
      NodeId id = item.getReadValueId().getNodeId();
      if (AttributeId.Value.isEqual(item.getReadValueId().getAttributeId())) {
        items.computeIfAbsent(id, node -> new LinkedHashSet<>()).add(item);
        getNodeManager()
            .getNode(id)
            .ifPresent(node -> item.setValue(((UaVariableNode) node).getValue()));
      }
    }
  }

  @Override
  public void onDataItemsModified(List<DataItem> modified) {
    // Queue and interval are the item's own matter.
  }

  @Override
  public synchronized void onDataItemsDeleted(List<DataItem> deleted) {
    for (DataItem item : deleted) {
      items.getOrDefault(item.getReadValueId().getNodeId(), Set.of()).remove(item);
    }
  }

  @Override
  public void onMonitoringModeChanged(List<MonitoredItem> changed) {
    // An item that is not to report does not hand out its queue.
  }

  private UaFolderNode folder(String name) {
    UaFolderNode folder =
        new UaFolderNode(
            getNodeContext(), newNodeId(name), newQualifiedName(name), LocalizedText.english(name));
    getNodeManager().addNode(folder);
    folder.addReference(
        new Reference(
            folder.getNodeId(), NodeIds.Organizes, NodeIds.ObjectsFolder.expanded(), false));
    return folder;
  }
}
