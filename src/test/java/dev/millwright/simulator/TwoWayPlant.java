package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.VirtualMachine;
import dev.millwright.testing.FreePort;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * A plant with one machine that is on OPC UA and on Modbus TCP at once, as many controllers are:
 * {@value #MACHINE}, unit 1. It does nothing until it is stepped. Others have one way each, and are
 * idle: NEAR and FAR on OPC UA, unit 2 on Modbus.
 */
public final class TwoWayPlant implements AutoCloseable {

  public static final String MACHINE = "MOVER";

  private static final int UNIT = 1;
  private static final int NEIGHBOUR = 2;

  private final OpcUaPlant opcUa;
  private final ModbusServer modbus;
  private final int modbusPort = FreePort.find();
  private final int opcUaPort = FreePort.find();
  private final List<Face> faces;
  private final VirtualMachine machine;
  private final Panel panel;
  private final Object stepping = new Object();

  public TwoWayPlant() throws IOException, InterruptedException {
    Duration never = Duration.ofHours(24);
    Habits habits =
        new Habits(
            MACHINE, List.of("R1", "R2"), never, never, 0, 0.2, "", "", Duration.ofMillis(20), 1);
    machine = new VirtualMachine(habits, 1, now(), Duration.ZERO);
    opcUa =
        new OpcUaPlant("127.0.0.1", opcUaPort, List.of(MACHINE, "NEAR", "FAR"), PlantSecurity.NONE);
    modbus = new ModbusServer("127.0.0.1", modbusPort);
    Face unused = modbus.units().face(NEIGHBOUR, "UNIT");
    faces = List.of(opcUa.face(MACHINE), modbus.units().face(UNIT, MACHINE));
    panel = new Panel(machine, stepping, TwoWayPlant::now, this::show);
    faces.forEach(face -> face.take(panel));
    opcUa.start();
    modbus.start();
  }

  public int opcUaPort() {
    return opcUaPort;
  }

  public int modbusPort() {
    return modbusPort;
  }

  /** The machine does what is next: begins a run, ends it, is idle again. */
  public void step() {
    synchronized (stepping) {
      show(machine.step(now()));
    }
  }

  /** What it shows. */
  public String state() {
    synchronized (stepping) {
      return machine.appearance().phase().word();
    }
  }

  /** How many runs it has started. */
  public long cycle() {
    synchronized (stepping) {
      return machine.appearance().cycle();
    }
  }

  /** Whether its valve is open. */
  public boolean isValveOpen() {
    return panel.isOn(Controls.VALVE);
  }

  private void show(Appearance appearance) {
    faces.forEach(face -> face.show(appearance));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public void close() {
    modbus.close();
    opcUa.close();
  }
}
