package dev.millwright.device.opcua;

import dev.millwright.pki.PkiException;
import dev.millwright.simulator.PlantSecurity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigBuilder;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigLimits;
import org.eclipse.milo.opcua.sdk.server.Session;
import org.eclipse.milo.opcua.sdk.server.identity.AbstractIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.Identity;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilter;
import org.eclipse.milo.opcua.sdk.server.nodes.filters.AttributeFilterContext;
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
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.AnonymousIdentityToken;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.SignatureData;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/** A real server whose values, and whose faults, a test decides. */
public final class TestServer implements AutoCloseable {

  public static final String URI = "urn:test:press";

  static final String APPLICATION_URI = "urn:test:server";

  /** What a server may be unable to do. */
  record Limits(
      int subscriptions,
      double publishingLeastMs,
      int queueMost,
      double samplingLeastMs,
      double sessionMostMs,
      int channelMs) {
    static final Limits NONE = new Limits(1_000, 10, 1_000);

    Limits(int subscriptions, double publishingLeastMs, int queueMost) {
      this(subscriptions, publishingLeastMs, queueMost, 0, 120_000, 3_600_000);
    }

    /** Nothing but how long it lets sessions and channels live without a word. */
    static Limits lifetimes(double sessionMostMs, int channelMs) {
      return new Limits(1_000, 10, 1_000, 0, sessionMostMs, channelMs);
    }
  }

  private final OpcUaServer server;
  private final Space space;
  private final int port;
  private final Set<NodeId> ever = ConcurrentHashMap.newKeySet();
  private final AtomicInteger most = new AtomicInteger();

  public TestServer(int port) {
    this(port, Limits.NONE);
  }

  /** Namespaces in {@code before} push the test's own to a higher index. */
  TestServer(int port, Limits limits, String... before) {
    this(port, limits, PlantSecurity.NONE, before);
  }

  /** Whoever is let in by {@code security} is anybody. */
  TestServer(int port, Limits limits, PlantSecurity security, String... before) {
    this.port = port;
    server =
        new OpcUaServer(
            secured(security, port)
                .setApplicationUri(APPLICATION_URI)
                .setIdentityValidator(
                    new AbstractIdentityValidator() {
                      @Override
                      public Set<UserTokenType> getSupportedTokenTypes() {
                        return Set.of(UserTokenType.Anonymous);
                      }

                      @Override
                      protected Identity.AnonymousIdentity validateAnonymousToken(
                          Session session,
                          AnonymousIdentityToken token,
                          UserTokenPolicy policy,
                          SignatureData signature) {
                        count(session);
                        return AnonymousIdentityValidator.INSTANCE.validateAnonymousToken(
                            session, token, policy, signature);
                      }
                    })
                .setLimits(
                    new OpcUaServerConfigLimits() {
                      @Override
                      public UInteger getMaxSubscriptionsPerSession() {
                        return UInteger.valueOf(limits.subscriptions());
                      }

                      @Override
                      public Double getMaxSessionTimeout() {
                        return limits.sessionMostMs();
                      }

                      @Override
                      public Double getMinPublishingInterval() {
                        return limits.publishingLeastMs();
                      }

                      @Override
                      public Double getDefaultPublishingInterval() {
                        return limits.publishingLeastMs();
                      }
                    })
                .build(),
            profile ->
                new OpcTcpServerTransport(
                    OpcTcpServerTransportConfig.newBuilder()
                        .setMinimumSecureChannelLifetime(
                            UInteger.valueOf(Math.min(limits.channelMs(), 10_000)))
                        .setMaximumSecureChannelLifetime(UInteger.valueOf(limits.channelMs()))
                        .build()));
    for (String uri : before) {
      server.getNamespaceTable().add(uri);
    }
    space = new Space(server, limits);
    space.startup();
  }

  private static OpcUaServerConfigBuilder secured(PlantSecurity security, int port) {
    OpcUaServerConfigBuilder config = OpcUaServerConfig.builder();
    try {
      security.configure(
          config,
          EndpointConfig.newBuilder()
              .setBindAddress("127.0.0.1")
              // A name that leads nowhere, as behind a router: clients are to use the address
              // that they were given.
              .setHostname("plc.invalid")
              .setBindPort(port));
    } catch (PkiException e) {
      throw new IllegalStateException(e);
    }
    return config;
  }

  public TestServer start() throws Exception {
    server.startup().get();
    return this;
  }

  public String endpoint() {
    return "opc.tcp://127.0.0.1:" + port;
  }

  public int sessions() {
    return server.getSessionManager().getAllSessions().size();
  }

  /** All sessions that there have been, each as the server names it. */
  public Set<NodeId> sessionsEver() {
    return ever;
  }

  /** How many there have been at one time: counted whenever somebody shows who he is. */
  public int mostSessions() {
    return most.get();
  }

  private void count(Session activated) {
    ever.add(activated.getSessionId());
    most.accumulateAndGet(sessions(), Math::max);
  }

  /** How many requests have asked for who may write what, with its value. */
  int askedBeforeWriting() {
    return space.asked.get();
  }

  /** Of how many values at most one request has asked for the value. */
  int mostTogether() {
    return space.together.get();
  }

  OpcUaServer milo() {
    return server;
  }

  /** Sets values that came to be at one moment, and reports them. */
  public void set(Instant at, Object... namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      set((String) namesAndValues[i], data(namesAndValues[i + 1], StatusCode.GOOD, at));
    }
  }

  void set(String name, DataValue value) {
    space.set(name, value, true);
  }

  /** Sets a value that is read, but never reported: a dead subscription. */
  void setSilently(String name, Object value) {
    space.set(name, data(value, StatusCode.GOOD, Instant.now()), false);
  }

  /**
   * From now on clients may write a value.
   *
   * @param refusal what the server answers; null lets the value be written
   */
  public void writable(String name, StatusCode refusal) {
    space.writable(name, refusal);
  }

  /** What the server has. */
  public DataValue value(String name) {
    return space.value(name);
  }

  static DataValue data(Object value, StatusCode status, Instant at) {
    DateTime time = at == null ? null : new DateTime(at);
    return new DataValue(new Variant(value), status, time, DateTime.now());
  }

  @Override
  public void close() {
    space.shutdown();
    var unused = server.shutdown();
    awaitRelease();
  }

  /** Its event loop lets the port go some milliseconds after the channel was closed. */
  private void awaitRelease() {
    for (int tries = 0; tries < 1_000 && !isFree(); tries++) {
      LockSupport.parkNanos(2_000_000);
    }
  }

  private boolean isFree() {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean areAny(List<ReadValueId> wanted, AttributeId attribute) {
    return wanted.stream().anyMatch(each -> each.getAttributeId().equals(attribute.uid()));
  }

  private static final class Space extends ManagedNamespaceWithLifecycle {

    private final Map<String, UaVariableNode> nodes = new LinkedHashMap<>();
    private final Map<NodeId, Set<DataItem>> items = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();
    private final Limits limits;

    Space(OpcUaServer server, Limits limits) {
      super(server, URI);
      this.limits = limits;
    }

    synchronized void set(String name, DataValue value, boolean report) {
      UaVariableNode node = nodes.computeIfAbsent(name, this::node);
      node.setValue(value);
      if (report) {
        items.getOrDefault(node.getNodeId(), Set.of()).forEach(item -> item.setValue(value));
      }
    }

    synchronized DataValue value(String name) {
      return nodes.get(name).getValue();
    }

    synchronized void writable(String name, StatusCode refusal) {
      UaVariableNode node = nodes.get(name);
      node.setAccessLevel(AccessLevel.toValue(AccessLevel.READ_WRITE));
      node.setUserAccessLevel(AccessLevel.toValue(AccessLevel.READ_WRITE));
      node.getFilterChain()
          .addFirst(
              new AttributeFilter() {
                @Override
                public void writeAttribute(
                    AttributeFilterContext context, AttributeId attribute, Object value)
                    throws UaException {
                  if (refusal != null) {
                    throw new UaException(refusal);
                  }
                  set(name, (DataValue) value, true);
                }
              });
    }

    @Override
    public List<DataValue> read(
        ReadContext context, Double maxAge, TimestampsToReturn times, List<ReadValueId> wanted) {
      // The server itself asks for the one, at other times.
      if (areAny(wanted, AttributeId.UserAccessLevel) && areAny(wanted, AttributeId.Value)) {
        asked.incrementAndGet();
      }
      if (areAny(wanted, AttributeId.Value)) {
        together.accumulateAndGet(wanted.size(), Math::max);
      }
      return super.read(context, maxAge, times, wanted);
    }

    private UaVariableNode node(String name) {
      UaVariableNode node =
          new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
              .setNodeId(newNodeId(name))
              .setBrowseName(newQualifiedName(name))
              .setDisplayName(LocalizedText.english(name))
              .setDataType(NodeIds.BaseDataType)
              .setTypeDefinition(NodeIds.BaseDataVariableType)
              .setAccessLevel(AccessLevel.READ_ONLY)
              .setUserAccessLevel(AccessLevel.READ_ONLY)
              .build();
      getNodeManager().addNode(node);
      return node;
    }

    @Override
    public RevisedDataItemParameters onCreateDataItem(
        ReadValueId item, Double sampling, UInteger queue) {
      return new RevisedDataItemParameters(
          Math.max(sampling, limits.samplingLeastMs()),
          UInteger.valueOf(Math.min(queue.longValue(), limits.queueMost())));
    }

    @Override
    public synchronized void onDataItemsCreated(List<DataItem> created) {
      for (DataItem item : created) {
        NodeId id = item.getReadValueId().getNodeId();
        items.computeIfAbsent(id, node -> ConcurrentHashMap.newKeySet()).add(item);
        nodes.values().stream()
            .filter(node -> node.getNodeId().equals(id))
            .forEach(node -> item.setValue(node.getValue()));
      }
    }

    @Override
    public void onDataItemsModified(List<DataItem> modified) {}

    @Override
    public void onDataItemsDeleted(List<DataItem> deleted) {
      deleted.forEach(
          item -> items.getOrDefault(item.getReadValueId().getNodeId(), Set.of()).remove(item));
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> changed) {}
  }
}
