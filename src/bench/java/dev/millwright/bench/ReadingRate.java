package dev.millwright.bench;

import com.digitalpetri.modbus.client.ModbusTcpClient;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.tcp.client.NettyTcpClientTransport;
import com.sun.management.OperatingSystemMXBean;
import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.device.Link;
import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.RecentFrames;
import dev.millwright.device.TagValue;
import dev.millwright.device.modbus.ModbusLink;
import dev.millwright.device.modbus.ModbusMachine;
import dev.millwright.device.modbus.ModbusTagSettings;
import dev.millwright.device.modbus.ModbusTcpSettings;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.simulator.OpcUaPlant;
import dev.millwright.testing.Child;
import dev.millwright.testing.FreePort;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;

/** How many tags can be read, by time and by processor time. */
final class ReadingRate implements Section {

  private static final String OURS = "Millwright";
  private static final String LIBRARY = "bare library";
  private static final String PER_SECOND = "tags/s";
  private static final String PER_CORE = "tags/s of one core";

  /** So many that the shortest interval is over before all are read, also by the bare library. */
  private static final int OPC_UA_MACHINES = 2_000;

  /** Likewise; there cannot be more than 247. */
  private static final int MODBUS_UNITS = 240;

  /**
   * How long each reads before it is counted: longer than the Modbus library keeps the time-out of
   * a request that has been answered (5 s), so that each pays for its own only.
   */
  private static final Duration LEAD = Duration.ofSeconds(6);

  private static final Duration POLL = Duration.ofMillis(10);
  private static final Duration STALE_AFTER = Duration.ofSeconds(30);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** In one block of registers, as the library is asked for it. */
  private static final Map<String, ModbusTagSettings> MODBUS_TAGS =
      Map.of(
          "state", modbusTag("holding:0", "uint16"),
          "counter", modbusTag("holding:1", "uint32"),
          "recipe", modbusTag("holding:3", "string[16]"),
          "fault", modbusTag("holding:11", "string[32]"),
          "component", modbusTag("holding:27", "string[16]"));

  private static final int REGISTERS = 35;
  private static final List<String> OPC_UA_TAGS =
      List.of("State", "Cycle", "Recipe", "Fault", "Component");

  /** Someone who reads for a while. */
  private interface Reader extends AutoCloseable {

    /**
     * Reads once what there is.
     *
     * @return how many tags
     */
    int read() throws Exception;
  }

  @Override
  public String name() {
    return "reading";
  }

  @Override
  public String title() {
    return "Reading";
  }

  @Override
  public String prose(Run run) {
    return """
        Tags read as fast as they come, one request at a time, of servers in another process: %d
        tags of %d machines by OPC UA, and %d tags of %d units behind one Modbus TCP connection, one
        request for each unit. Ours is the link that the daemon uses: it makes typed values with
        quality and age of what comes, checks that the server's namespaces are still the same, and
        keeps the latest for whoever asks. The library only decodes what comes. "Of one core" is by
        the processor time of the whole reading process. Each reads for %d s before it is counted:
        the Modbus library keeps every request's time-out for 5 s after it was answered, and whoever
        comes next would pay for that.
        """
        .formatted(
            OPC_UA_MACHINES * OPC_UA_TAGS.size(),
            OPC_UA_MACHINES,
            MODBUS_UNITS * MODBUS_TAGS.size(),
            MODBUS_UNITS,
            LEAD.toSeconds());
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    int port = FreePort.find();
    Path log = run.folder().resolve("plant.log");
    try (Child plant =
        Child.startOfTests(
            log, PlantProcess.class, List.of("" + OPC_UA_MACHINES, "" + MODBUS_UNITS, "" + port))) {
      plant.awaitLine(PlantProcess.READY, START_LIMIT);
      String endpoint =
          Files.readAllLines(log).stream()
              .filter(line -> line.contains(PlantProcess.READY))
              .findFirst()
              .orElseThrow()
              .replaceFirst(".*" + PlantProcess.READY, "");
      figures.addAll(compare(run, "OPC UA", opcUa(endpoint), bareOpcUa(endpoint)));
      figures.addAll(compare(run, "Modbus TCP", modbus(port), bareModbus(port)));
    }
  }

  private static List<Figure> compare(Run run, String name, Reader ours, Reader library)
      throws Exception {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    contenders.put(OURS, round -> read(run, ours));
    contenders.put(LIBRARY, round -> read(run, library));
    try (ours;
        library) {
      Rounds rounds = Rounds.of(run, contenders);
      List<Figure> figures = new ArrayList<>();
      for (String what : List.of(PER_SECOND, PER_CORE)) {
        figures.add(
            Figure.of(
                name,
                what,
                rounds.of(OURS, what),
                rounds.of(LIBRARY, what),
                Limit.ratioAtLeast(0.9)));
      }
      return figures;
    }
  }

  private static Map<String, Double> read(Run run, Reader reader) throws Exception {
    OperatingSystemMXBean process =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    if (!run.quick()) {
      readFor(LEAD, reader);
    }
    long cpu = process.getProcessCpuTime();
    long began = System.nanoTime();
    long tags = readFor(Duration.ofMillis(run.size(700, 12_000)), reader);
    double seconds = (System.nanoTime() - began) / 1e9;
    double cores = (process.getProcessCpuTime() - cpu) / 1e9;
    return Map.of(PER_SECOND, tags / seconds, PER_CORE, tags / cores);
  }

  private static long readFor(Duration lasts, Reader reader) throws Exception {
    long tags = 0;
    long began = System.nanoTime();
    while (System.nanoTime() - began < lasts.toNanos()) {
      tags += reader.read();
    }
    return tags;
  }

  /** A link that is read for as long as it is asked to. */
  private static Reader of(Link link) throws Exception {
    link.open();
    return new Reader() {
      @Override
      public int read() throws Exception {
        int tags = 0;
        for (Observation observation : link.observe(Duration.ofSeconds(1))) {
          tags += good(observation);
        }
        return tags;
      }

      @Override
      public void close() {
        link.close();
      }
    };
  }

  private static int good(Observation observation) {
    for (TagValue value : observation.values().values()) {
      if (value.quality() != Quality.GOOD) {
        throw new IllegalStateException("not all can be read: " + observation);
      }
    }
    return observation.values().size();
  }

  private static Reader opcUa(String endpoint) throws Exception {
    OpcUaSettings settings =
        new OpcUaSettings(endpoint, "None", OpcUaSettings.Mode.POLL, null, null, null, POLL, null);
    List<OpcUaMachine> machines =
        PlantProcess.names(OPC_UA_MACHINES).stream()
            .map(
                machine ->
                    new OpcUaMachine(
                        machine,
                        STALE_AFTER,
                        OPC_UA_TAGS.stream()
                            .map(tag -> new OpcUaTag(tag, node(machine, tag)))
                            .toList()))
            .toList();
    return of(
        new OpcUaLink(
            settings, null, machines, notice -> {}, new RecentFrames(InstantSource.system())));
  }

  private static String node(String machine, String tag) {
    return "nsu=" + OpcUaPlant.NAMESPACE + ";s=" + machine + "/" + tag;
  }

  private static Reader bareOpcUa(String endpoint) throws Exception {
    OpcUaClient client = OpcUaClient.create(endpoint);
    client.connect();
    int namespace = client.getNamespaceTable().getIndex(OpcUaPlant.NAMESPACE).intValue();
    List<NodeId> nodes =
        PlantProcess.names(OPC_UA_MACHINES).stream()
            .flatMap(
                machine ->
                    OPC_UA_TAGS.stream().map(tag -> new NodeId(namespace, machine + "/" + tag)))
            .toList();
    return new Reader() {
      @Override
      public int read() throws Exception {
        List<DataValue> values = client.readValues(0, TimestampsToReturn.Both, nodes);
        for (DataValue value : values) {
          if (!value.statusCode().isGood()) {
            throw new IllegalStateException("not all can be read");
          }
        }
        return values.size();
      }

      @Override
      public void close() throws Exception {
        client.disconnect();
      }
    };
  }

  private static Reader modbus(int port) throws Exception {
    List<ModbusMachine> machines = new ArrayList<>();
    for (String unit : PlantProcess.units(MODBUS_UNITS)) {
      machines.add(
          new ModbusTcpSettings(
                  "127.0.0.1", port, machines.size() + 1, POLL, null, null, null, null, true, false)
              .machine(unit, STALE_AFTER, MODBUS_TAGS));
    }
    return of(
        ModbusLink.tcp(
            "127.0.0.1", port, machines, notice -> {}, new RecentFrames(InstantSource.system())));
  }

  private static ModbusTagSettings modbusTag(String address, String type) {
    return new ModbusTagSettings(address, type, null, null, null, null, null);
  }

  private static Reader bareModbus(int port) throws Exception {
    ModbusTcpClient client =
        ModbusTcpClient.create(
            NettyTcpClientTransport.create(
                config -> {
                  config.hostname = "127.0.0.1";
                  config.port = port;
                }));
    client.connect();
    return new Reader() {
      @Override
      public int read() throws Exception {
        int bytes = 0;
        for (int unit = 1; unit <= MODBUS_UNITS; unit++) {
          bytes +=
              client
                  .readHoldingRegisters(unit, new ReadHoldingRegistersRequest(0, REGISTERS))
                  .registers()
                  .length;
        }
        if (bytes != 2 * REGISTERS * MODBUS_UNITS) {
          throw new IllegalStateException(bytes + " bytes were read");
        }
        return MODBUS_UNITS * MODBUS_TAGS.size();
      }

      @Override
      public void close() throws Exception {
        client.disconnect();
      }
    };
  }
}
