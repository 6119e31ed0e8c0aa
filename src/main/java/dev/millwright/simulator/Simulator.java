package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * A running virtual plant: its machines live on one thread, each step first in the truth file, then
 * on the wire.
 */
public final class Simulator implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(3);
  private static final long LOOK_EVERY_MS = 1_000;

  /**
   * When the plant lives.
   *
   * @param warmUp how long all machines stay idle first, so that readers can connect
   * @param liveFor how long they do something, the warm-up included; then each keeps showing its
   *     last state, so that readers can catch up. Null: until closed
   */
  public record Times(Duration warmUp, Duration liveFor) {}

  /** A machine and the side of it that a wire can see. */
  private record Simulated(VirtualMachine machine, Face face) {}

  private final InstantSource clock;
  private final TruthLog truth;
  private final OpcUaPlant opcUa;
  private final List<Simulated> machines = new ArrayList<>();
  private final ModbusServer modbus;
  private final Map<String, ModbusLine> modbusLines = new HashMap<>();
  private final Map<String, Port> ports = new HashMap<>();
  private final Map<String, Consumer<Boolean>> silences = new HashMap<>();
  private final Map<String, Panel> panels = new HashMap<>();
  private final Faults faults;
  private final List<String> addresses = new ArrayList<>();
  private final Thread thread = new Thread(this::live, "plant");
  private final Instant end;

  /** Held for each step, so that no machine is in the middle of one when all are told to hold. */
  private final Object stepping = new Object();

  private volatile boolean held;
  private volatile boolean stopping;

  /**
   * Puts the plant on its wires and lets it live.
   *
   * @throws IOException when the truth file, the OPC UA port or a pseudo-terminal cannot be had
   */
  public static Simulator start(
      PlantSettings plant, Path truthFile, Times times, InstantSource clock)
      throws IOException, InterruptedException {
    TruthLog truth = new TruthLog(truthFile);
    Simulator simulator;
    try {
      simulator = new Simulator(plant, truth, times, clock);
    } catch (IOException | InterruptedException | RuntimeException e) {
      truth.close();
      throw e;
    }
    simulator.thread.start();
    return simulator;
  }

  private Simulator(PlantSettings plant, TruthLog truth, Times times, InstantSource clock)
      throws IOException, InterruptedException {
    this.clock = clock;
    this.truth = truth;
    Instant now = now();
    this.end = times.liveFor() == null ? Instant.MAX : now.plus(times.liveFor());
    List<String> opcUaMachines =
        plant.machine().stream()
            .filter(machine -> machine.protocol() == PlantSettings.Protocol.OPCUA)
            .map(PlantSettings.Machine::serialNumber)
            .toList();
    this.opcUa =
        opcUaMachines.isEmpty()
            ? null
            : new OpcUaPlant(
                plant.opcua().address().getHostString(),
                plant.opcua().address().getPort(),
                opcUaMachines,
                plant.opcua().security());
    this.modbus =
        plant.machine().stream()
                .noneMatch(machine -> machine.protocol() == PlantSettings.Protocol.MODBUS_TCP)
            ? null
            : new ModbusServer(
                plant.modbus().address().getHostString(), plant.modbus().address().getPort());
    this.faults = new Faults(opcUa, Set.copyOf(opcUaMachines), modbus, ports, silences, clock);
    try {
      long seed = plant.seed();
      for (PlantSettings.Machine machine : plant.machine()) {
        add(
            plant,
            machine,
            new VirtualMachine(habits(plant, machine), seed++, now, times.warmUp()));
      }
      if (opcUa != null) {
        opcUa.start();
      }
      if (modbus != null) {
        modbus.start();
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      closeFaces();
      throw e;
    }
  }

  private static Habits habits(PlantSettings plant, PlantSettings.Machine machine) {
    return new Habits(
        machine.serialNumber(),
        machine.recipes(),
        machine.cycle(),
        machine.pause(),
        machine.faults(),
        machine.stops(),
        machine.component() == null ? "" : machine.component(),
        machine.fault() == null ? "" : machine.fault(),
        plant.dwell(),
        plant.speed());
  }

  private void add(PlantSettings plant, PlantSettings.Machine settings, VirtualMachine machine)
      throws IOException {
    Face face =
        switch (settings.protocol()) {
          case OPCUA -> opcUa(settings);
          case ASCII -> ascii(plant, settings);
          case MODBUS_RTU -> modbusRtu(plant, settings);
          case MODBUS_TCP -> modbusTcp(settings);
        };
    machines.add(new Simulated(machine, face));
    if (settings.recipes().isEmpty()) {
      // Whoever steps it decides what it does; the truth of that is not known here.
      face.show(machine.appearance());
    } else {
      show(face, machine.appearance());
    }
    Panel panel = new Panel(machine, stepping, this::now, shown -> show(face, shown));
    panels.put(settings.serialNumber(), panel);
    face.take(panel);
  }

  private Face opcUa(PlantSettings.Machine settings) {
    addresses.add(settings.serialNumber() + "  opcua  " + opcUa.endpoint());
    return opcUa.face(settings.serialNumber());
  }

  private Face ascii(PlantSettings plant, PlantSettings.Machine settings) throws IOException {
    String name = settings.serialNumber();
    Path link = plant.ports().resolve(name);
    SerialMachine serial =
        new SerialMachine(name, settings.dialect(), link, new Wire(new Random(plant.seed())));
    serial.open();
    ports.put(name, serial);
    addresses.add(name + "  ascii  " + link);
    return serial;
  }

  private Face modbusRtu(PlantSettings plant, PlantSettings.Machine settings) throws IOException {
    Path link = plant.ports().resolve(settings.line());
    ModbusLine line = modbusLines.get(settings.line());
    if (line == null) {
      line = new ModbusLine(link, new Wire(new Random(plant.seed())));
      line.open();
      modbusLines.put(settings.line(), line);
    }
    ports.put(settings.serialNumber(), line);
    return unit(settings, line.units(), "modbus-rtu  " + link);
  }

  private Face modbusTcp(PlantSettings.Machine settings) {
    return unit(settings, modbus.units(), "modbus-tcp  " + modbus.endpoint());
  }

  private Face unit(PlantSettings.Machine settings, ModbusUnits units, String where) {
    String name = settings.serialNumber();
    silences.put(name, on -> units.silent(settings.unit(), on));
    addresses.add(name + "  " + where + " unit " + settings.unit());
    return units.face(settings.unit(), name);
  }

  /** One line for each machine: its serial number, its protocol and where it is to be reached. */
  public List<String> addresses() {
    return List.copyOf(addresses);
  }

  private Instant now() {
    // The truth file and the OPC UA source time are to name the same instant to the last digit.
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void show(Face face, Appearance appearance) {
    truth.accept(appearance);
    face.show(appearance);
  }

  private void live() {
    try {
      while (!stopping && now().isBefore(end)) {
        long millis = LOOK_EVERY_MS;
        if (!held) {
          millis = Math.min(millis, clock.instant().until(stepAll(), ChronoUnit.MILLIS) + 1);
        }
        if (millis > 0) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        }
      }
    } catch (RuntimeException e) {
      // Without a whole truth file there is nothing to compare with: better it stands than it lies.
      Logger.error("the virtual plant stands still: {}", e.getMessage());
    }
  }

  /** Lets the machines do what is due; returns when the next thing will be. */
  private Instant stepAll() {
    Instant next = end;
    for (Simulated simulated : machines) {
      Instant now = now();
      synchronized (stepping) {
        if (!simulated.machine().next().isAfter(now) && now.isBefore(end) && !held) {
          show(simulated.face(), simulated.machine().step(now));
        }
      }
      if (simulated.machine().next().isBefore(next)) {
        next = simulated.machine().next();
      }
    }
    return next;
  }

  /** When this returns, each machine keeps showing its last state, so that readers can catch up. */
  public void hold() {
    synchronized (stepping) {
      held = true;
    }
  }

  /** The machines go on where they were held. */
  public void go() {
    held = false;
    LockSupport.unpark(thread);
  }

  /** What was written to a machine over its wire, oldest first; older ones are forgotten. */
  List<Panel.Entry> written(String machine) {
    return panels.get(machine).entries();
  }

  /** What can be done to the plant. */
  public Faults faults() {
    return faults;
  }

  /** Takes the plant off its wires; bounded. */
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    try {
      thread.join(STOP_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeFaces();
    truth.close();
  }

  private void closeFaces() {
    machines.forEach(simulated -> simulated.face().close());
    modbusLines.values().forEach(ModbusLine::close);
    if (modbus != null) {
      modbus.close();
    }
    if (opcUa != null) {
      opcUa.close();
    }
  }
}
