package dev.millwright.testing;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.UaNodeManager;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaNodeContext;
import org.eclipse.milo.opcua.sdk.server.nodes.UaObjectNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaObjectTypeNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/** A real OPC UA server whose types, objects and variables a test decides. */
public final class ModelServer implements AutoCloseable {

  private final OpcUaServer server;
  private final int port;
  private final Map<String, Space> spaces = new HashMap<>();

  /** Starts one without any objects of its own. */
  public ModelServer() throws Exception {
    this.port = FreePort.find();
    server =
        new OpcUaServer(
            OpcUaServerConfig.builder()
                .setApplicationUri("urn:test:server")
                .setEndpoints(
                    Set.of(
                        EndpointConfig.newBuilder()
                            .setBindAddress("127.0.0.1")
                            .setHostname("127.0.0.1")
                            .setBindPort(port)
                            .build()))
                .setCertificateManager(
                    new DefaultCertificateManager(new MemoryCertificateQuarantine()))
                .build(),
            profile -> new OpcTcpServerTransport(OpcTcpServerTransportConfig.newBuilder().build()));
    server.startup().get();
  }

  public String endpoint() {
    return "opc.tcp://127.0.0.1:" + port;
  }

  /** A type of objects. */
  public NodeId type(String uri, String name) {
    Space space = space(uri);
    UaObjectTypeNode node =
        UaObjectTypeNode.builder(space.context())
            .setNodeId(space.id(name))
            .setBrowseName(space.name(name))
            .setDisplayName(LocalizedText.english(name))
            .setIsAbstract(false)
            .build();
    space.manager().addNode(node);
    return node.getNodeId();
  }

  /**
   * An object.
   *
   * @param parent null for the folder Objects
   * @param path its identifier; its name is what is behind the last slash
   */
  public NodeId object(String uri, NodeId parent, String path, NodeId type) {
    Space space = space(uri);
    String name = path.substring(path.lastIndexOf('/') + 1);
    UaObjectNode node =
        new UaObjectNode.UaObjectNodeBuilder(space.context())
            .setNodeId(space.id(path))
            .setBrowseName(space.name(name))
            .setDisplayName(LocalizedText.english(name))
            .setTypeDefinition(type)
            .build();
    space.manager().addNode(node);
    NodeId above = parent == null ? NodeIds.ObjectsFolder : parent;
    node.addReference(new Reference(node.getNodeId(), NodeIds.Organizes, above.expanded(), false));
    return node.getNodeId();
  }

  /** A variable that can be read. */
  public NodeId variable(String uri, NodeId parent, String path, NodeId dataType, Object value) {
    return variable(uri, parent, path, dataType, new DataValue(new Variant(value)));
  }

  /** The same with a value of any quality. */
  public NodeId variable(String uri, NodeId parent, String path, NodeId dataType, DataValue value) {
    Space space = space(uri);
    String name = path.substring(path.lastIndexOf('/') + 1);
    UaVariableNode node =
        new UaVariableNode.UaVariableNodeBuilder(space.context())
            .setNodeId(space.id(path))
            .setBrowseName(space.name(name))
            .setDisplayName(LocalizedText.english(name))
            .setDataType(dataType)
            .setTypeDefinition(NodeIds.BaseDataVariableType)
            .setAccessLevel(AccessLevel.READ_WRITE)
            .setUserAccessLevel(AccessLevel.READ_WRITE)
            .build();
    node.setValue(value);
    space.manager().addNode(node);
    node.addReference(
        new Reference(node.getNodeId(), NodeIds.HasComponent, parent.expanded(), false));
    return node.getNodeId();
  }

  private Space space(String uri) {
    return spaces.computeIfAbsent(
        uri,
        its -> {
          Space space = new Space(server, its);
          space.startup();
          return space;
        });
  }

  @Override
  public void close() throws IOException {
    spaces.values().forEach(Space::shutdown);
    var unused = server.shutdown();
  }

  private static final class Space extends ManagedNamespaceWithLifecycle {

    Space(OpcUaServer server, String uri) {
      super(server, uri);
    }

    UaNodeContext context() {
      return getNodeContext();
    }

    UaNodeManager manager() {
      return getNodeManager();
    }

    NodeId id(String text) {
      return newNodeId(text);
    }

    QualifiedName name(String text) {
      return newQualifiedName(text);
    }

    @Override
    public void onDataItemsCreated(List<DataItem> items) {}

    @Override
    public void onDataItemsModified(List<DataItem> items) {}

    @Override
    public void onDataItemsDeleted(List<DataItem> items) {}

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {}
  }
}
