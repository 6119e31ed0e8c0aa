package dev.millwright.device.opcua;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaMethodNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilter;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilterContext;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;

/**
 * A controller's program on a test server: variables in the folder {@code Press}, which the server
 * samples. Their ids are numbers that the next download gives out anew.
 */
final class Program extends ManagedNamespaceWithLifecycle {

  static final String URI = "urn:test:program";

  private final SubscriptionModel sampling;
  private final Map<String, UaVariableNode> variables = new HashMap<>();
  private final UaFolderNode folder;
  private int nextId;

  /** Loads it, with these ids and the next free namespace index. */
  Program(OpcUaServer server, int firstId) {
    super(server, URI);
    nextId = firstId;
    sampling = new SubscriptionModel(server, this);
    getLifecycleManager().addLifecycle(sampling);
    startup();
    folder =
        new UaFolderNode(
            getNodeContext(), nextId(), newQualifiedName("Press"), LocalizedText.english("Press"));
    getNodeManager().addNode(folder);
    folder.addReference(
        new Reference(
            folder.getNodeId(), NodeIds.Organizes, NodeIds.ObjectsFolder.expanded(), false));
  }

  /** Takes it off the server and loads the next one, while sessions and subscriptions go on. */
  Program download(int firstId) {
    shutdown();
    getServer().getNamespaceTable().set(getNamespaceIndex(), "urn:other:" + firstId);
    return new Program(getServer(), firstId);
  }

  /** Sets a variable, and makes it first where there is none. */
  Program set(String name, Object value) {
    variables
        .computeIfAbsent(name, it -> variable(it, nextId()))
        .setValue(new DataValue(new Variant(value)));
    return this;
  }

  /** What a variable has now. */
  Object get(String name) {
    return variables.get(name).getValue().value().value();
  }

  /** Makes who asks for the variable's class wait. */
  Program holdClass(String name, CountDownLatch until) {
    variables
        .get(name)
        .getFilterChain()
        .addFirst(
            new AttributeFilter() {
              @Override
              public Object readAttribute(AttributeFilterContext context, AttributeId attribute)
                  throws UaException {
                if (attribute == AttributeId.NodeClass) {
                  await(until);
                }
                return AttributeFilter.super.readAttribute(context, attribute);
              }
            });
    return this;
  }

  private static void await(CountDownLatch until) throws UaException {
    try {
      if (!until.await(10, TimeUnit.SECONDS)) {
        throw new UaException(StatusCodes.Bad_Timeout);
      }
    } catch (InterruptedException e) {
      throw new UaException(StatusCodes.Bad_Shutdown, e);
    }
  }

  /** Another node with the same browse name. */
  Program setTwice(String name, Object value) {
    variable(name, nextId()).setValue(new DataValue(new Variant(value)));
    return this;
  }

  /** A method below the folder. */
  Program method(String name) {
    UaMethodNode method =
        UaMethodNode.builder(getNodeContext())
            .setNodeId(nextId())
            .setBrowseName(newQualifiedName(name))
            .setDisplayName(LocalizedText.english(name))
            .build();
    getNodeManager().addNode(method);
    folder.addComponent(method);
    return this;
  }

  private UaVariableNode variable(String name, NodeId id) {
    UaVariableNode node =
        new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
            .setNodeId(id)
            .setBrowseName(newQualifiedName(name))
            .setDisplayName(LocalizedText.english(name))
            .setDataType(NodeIds.BaseDataType)
            .setTypeDefinition(NodeIds.BaseDataVariableType)
            .setAccessLevel(AccessLevel.READ_WRITE)
            .setUserAccessLevel(AccessLevel.READ_WRITE)
            .build();
    getNodeManager().addNode(node);
    folder.addComponent(node);
    return node;
  }

  private NodeId nextId() {
    return newNodeId(UInteger.valueOf(nextId++));
  }

  @Override
  public void onDataItemsCreated(List<DataItem> created) {
    sampling.onDataItemsCreated(created);
  }

  @Override
  public void onDataItemsModified(List<DataItem> modified) {
    sampling.onDataItemsModified(modified);
  }

  @Override
  public void onDataItemsDeleted(List<DataItem> deleted) {
    sampling.onDataItemsDeleted(deleted);
  }

  @Override
  public void onMonitoringModeChanged(List<MonitoredItem> changed) {
    sampling.onMonitoringModeChanged(changed);
  }
}
