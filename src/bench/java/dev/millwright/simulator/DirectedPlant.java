package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Machines on the virtual plant's wires that change when they are told to, and only then. */
public final class DirectedPlant implements AutoCloseable {

  private static final String LOCAL = "127.0.0.1";
  private static final String RECIPE = "R42";

  private final Path ports;
  private final Map<String, Face> faces = new HashMap<>();
  private final Map<String, Appearance> shown = new HashMap<>();
  private final List<AutoCloseable> parts = new ArrayList<>();

  /**
   * @param ports the folder of the links to the serial machines' pseudo-terminals
   */
  public DirectedPlant(Path ports) {
    this.ports = ports;
  }

  /**
   * Puts machines behind an OPC UA server of their own.
   *
   * @return its endpoint
   */
  public String opcUa(List<String> machines) throws IOException, InterruptedException {
    OpcUaPlant server = new OpcUaPlant(LOCAL, 0, machines, PlantSecurity.NONE);
    parts.add(server);
    machines.forEach(machine -> begin(machine, server.face(machine)));
    server.start();
    return server.endpoint();
  }

  /**
   * Puts a machine on a Modbus RTU line of its own, as unit 1.
   *
   * @return its port
   */
  public Path modbusRtu(String machine) throws IOException {
    Path port = ports.resolve(machine);
    ModbusLine line = new ModbusLine(port, new Wire(new Random(1)));
    line.open();
    parts.add(line);
    begin(machine, line.units().face(1, machine));
    return port;
  }

  /**
   * Puts machines behind a Modbus TCP server of their own, as units from 1 on.
   *
   * @param port a free one
   */
  public void modbusTcp(int port, List<String> machines) throws IOException, InterruptedException {
    ModbusServer server = new ModbusServer(LOCAL, port);
    parts.add(server);
    for (int i = 0; i < machines.size(); i++) {
      begin(machines.get(i), server.units().face(i + 1, machines.get(i)));
    }
    server.start();
  }

  /**
   * Puts a machine that answers {@code STATUS?} on a port.
   *
   * @return its port
   */
  public Path ascii(String machine) throws IOException {
    Path port = ports.resolve(machine);
    SerialMachine serial =
        new SerialMachine(machine, Dialect.STATUS, port, new Wire(new Random(1)));
    serial.open();
    parts.add(serial);
    begin(machine, serial);
    return port;
  }

  private void begin(String machine, Face face) {
    Appearance idle = new Appearance(machine, Phase.IDLE, 0, RECIPE, "", "", Instant.now());
    faces.put(machine, face);
    shown.put(machine, idle);
    face.show(idle);
  }

  /**
   * Begins a run, or completes the one that there is. For one thread at a time.
   *
   * @return the moment before it was to be seen on the wire, on the monotonic clock
   */
  public long change(String machine) {
    Appearance last = shown.get(machine);
    boolean runs = last.phase() == Phase.PROCESSING;
    Appearance next =
        new Appearance(
            machine,
            runs ? Phase.COMPLETE : Phase.PROCESSING,
            last.cycle() + (runs ? 0 : 1),
            RECIPE,
            "",
            "",
            Instant.now());
    shown.put(machine, next);
    long moment = System.nanoTime();
    faces.get(machine).show(next);
    return moment;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable part : parts) {
      part.close();
    }
  }
}
