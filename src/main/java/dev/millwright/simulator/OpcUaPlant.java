package dev.millwright.simulator;

import dev.millwright.pki.PkiException;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigBuilder;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/**
 * The OPC UA server of the virtual plant: for each machine the nodes {@code <machine>/State},
 * {@code /Cycle}, {@code /Recipe}, {@code /Fault} and {@code /Component}, and to be written {@code
 * /Select} (the recipe that runs next), {@code /Start}, {@code /Stop}, {@code /Reset}, {@code
 * /Ack}, {@code /Valve} and {@code /Mixer}, in the namespace {@value #NAMESPACE}. Its machines live
 * on while it is stopped.
 */
public final class OpcUaPlant implements AutoCloseable {

  /** The URI of the machines' namespace. */
  public static final String NAMESPACE = "urn:millwright:plant";

  private static final int CLOSE_LIMIT_S = 2;

  /** What can be written, by the nodes' names. */
  private static final Map<String, String> WRITTEN = new LinkedHashMap<>();

  static {
    WRITTEN.put("Select", Controls.RECIPE);
    WRITTEN.put("Start", Controls.START);
    WRITTEN.put("Stop", Controls.STOP);
    WRITTEN.put("Reset", Controls.RESET);
    WRITTEN.put("Ack", Controls.ACK);
    WRITTEN.put("Valve", Controls.VALVE);
    WRITTEN.put("Mixer", Controls.MIXER);
  }

  private final String address;
  private final int port;
  private final PlantSecurity security;
  private final Map<String, Appearance> shown = new LinkedHashMap<>();
  private final Map<String, Quality> qualities = new HashMap<>();
  private final Map<String, Panel> panels = new HashMap<>();

  /** Held from the beginning to the end of starting and stopping; taken before any other. */
  private final Object listening = new Object();

  /** Both null while it is stopped; the first changes only while {@link #listening} is held. */
  private OpcUaServer server;

  private OpcUaPlantNamespace namespace;

  /**
   * Contacts nothing; {@link #start} does.
   *
   * @param address where to listen, such as {@code 127.0.0.1}
   * @param port 1 to 65535, or 0 for a free one
   * @param machines the machines' names
   */
  public OpcUaPlant(String address, int port, List<String> machines, PlantSecurity security)
      throws IOException {
    this.security = security;
    this.address = address;
    this.port = port == 0 ? freePort(address) : port;
    for (String machine : machines) {
      shown.put(machine, new Appearance(machine, Phase.IDLE, 0, "", "", "", Instant.now()));
    }
  }

  /** Begins to listen, for the first time or again; nothing where it listens already. */
  public void start() throws IOException, InterruptedException {
    synchronized (listening) {
      if (!prepare()) {
        return;
      }
      // A machine that does something holds its own lock and comes for this one, so what the
      // machines are asked for is asked without.
      shown.keySet().forEach(this::publishControls);
      try {
        server.startup().get(CLOSE_LIMIT_S, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        end();
        throw new IOException("cannot listen on " + endpoint() + "; is the port in use?", e);
      }
    }
  }

  /** False where it listens already. */
  private synchronized boolean prepare() throws IOException {
    if (server != null) {
      return false;
    }
    server =
        new OpcUaServer(
            config(),
            profile -> new OpcTcpServerTransport(OpcTcpServerTransportConfig.newBuilder().build()));
    namespace = new OpcUaPlantNamespace(server, NAMESPACE);
    namespace.startup();
    shown.forEach(this::define);
    return true;
  }

  /** Ends all connections and listens no more, until it is started again. */
  public void stop() {
    synchronized (listening) {
      if (end()) {
        awaitRelease();
      }
    }
  }

  /** False where it has ended already. */
  private synchronized boolean end() {
    if (server == null) {
      return false;
    }
    namespace.shutdown();
    // It has finished when it returns; nothing in it waits for clients.
    var unused = server.shutdown();
    server = null;
    namespace = null;
    return true;
  }

  /** Where clients reach the plant. */
  public String endpoint() {
    return "opc.tcp://" + address + ":" + port;
  }

  /** The side of one of the plant's machines that clients see. */
  Face face(String machine) {
    return new Face() {
      @Override
      public void show(Appearance appearance) {
        OpcUaPlant.this.show(machine, appearance);
      }

      @Override
      public void take(Panel panel) {
        OpcUaPlant.this.take(machine, panel);
      }

      @Override
      public void close() {
        // The server serves the other machines; it goes with the plant.
      }
    };
  }

  /** From now on the values of this machine have this quality. */
  synchronized void quality(String machine, Quality quality, Instant at) {
    qualities.put(machine, quality);
    publish(machine, at);
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * A closed channel keeps its port until its event loop looks at it next, some milliseconds later;
   * a plant that is started again at once would find it taken.
   */
  private void awaitRelease() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_LIMIT_S);
    while (!isFree() && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private boolean isFree() {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(address))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private void define(String machine, Appearance appearance) {
    values(appearance).forEach((name, value) -> namespace.define(machine, name, type(name)));
    WRITTEN.forEach(
        (name, tag) -> {
          NodeId type = tag.equals(Controls.RECIPE) ? NodeIds.String : NodeIds.Boolean;
          namespace.define(machine, name, type, value -> write(machine, tag, value));
        });
    publish(machine, appearance.at());
  }

  private void take(String machine, Panel panel) {
    synchronized (this) {
      panels.put(machine, panel);
    }
    publishControls(machine);
  }

  /** Called by the library's threads; the machine shows what it does with the plant's lock held. */
  private StatusCode write(String machine, String tag, Object value) {
    Panel panel;
    synchronized (this) {
      panel = panels.get(machine);
    }
    Controls.Refusal refusal = panel == null ? Controls.Refusal.NOT_NOW : panel.write(tag, value);
    if (refusal == null) {
      publishControls(machine);
      return StatusCode.GOOD;
    }
    return new StatusCode(
        switch (refusal) {
          case NO_SUCH_TAG -> StatusCodes.Bad_NotWritable;
          case WRONG_VALUE -> StatusCodes.Bad_TypeMismatch;
          case UNKNOWN_RECIPE -> StatusCodes.Bad_OutOfRange;
          case NOT_NOW -> StatusCodes.Bad_InvalidState;
        });
  }

  /** Bits that act when they are written fall back at once. */
  private void publishControls(String machine) {
    OpcUaPlantNamespace space;
    Panel panel;
    synchronized (this) {
      space = namespace;
      panel = panels.get(machine);
    }
    if (space == null) {
      return;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    WRITTEN.forEach(
        (name, tag) ->
            values.put(
                machine + "/" + name,
                tag.equals(Controls.RECIPE)
                    ? panel == null ? "" : panel.recipe()
                    : (Object) (panel != null && panel.isOn(tag))));
    space.show(values, StatusCode.GOOD, Instant.now());
  }

  private synchronized void show(String machine, Appearance appearance) {
    shown.put(machine, appearance);
    publish(machine, appearance.at());
  }

  private void publish(String machine, Instant at) {
    if (namespace == null) {
      return;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values(shown.get(machine)).forEach((name, value) -> values.put(machine + "/" + name, value));
    namespace.show(values, qualities.getOrDefault(machine, Quality.GOOD).code(), at);
  }

  private static Map<String, Object> values(Appearance appearance) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("Cycle", UInteger.valueOf(appearance.cycle()));
    values.put("Recipe", appearance.recipe());
    values.put("Fault", appearance.fault());
    values.put("Component", appearance.component());
    values.put("State", appearance.phase().code());
    return values;
  }

  private static NodeId type(String name) {
    return switch (name) {
      case "State" -> NodeIds.Int32;
      case "Cycle" -> NodeIds.UInt32;
      default -> NodeIds.String;
    };
  }

  private OpcUaServerConfig config() throws IOException {
    OpcUaServerConfigBuilder config =
        OpcUaServerConfig.builder()
            .setApplicationUri(PlantSecurity.APPLICATION_URI)
            .setApplicationName(LocalizedText.english("Millwright virtual plant"))
            .setProductUri("urn:millwright");
    try {
      security.configure(
          config,
          EndpointConfig.newBuilder()
              .setBindAddress(address)
              .setBindPort(port)
              .setHostname(address));
    } catch (PkiException e) {
      throw new IOException(e.getMessage(), e);
    }
    return config.build();
  }

  private static int freePort(String address) throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return probe.getLocalPort();
    }
  }
}
