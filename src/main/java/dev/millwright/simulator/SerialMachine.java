package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import java.io.IOException;
import java.nio.file.Path;

/** A machine behind a serial port that can be pulled out and plugged in again. */
final class SerialMachine implements Face, Port {

  private final String machine;
  private final Dialect dialect;
  private final Path port;
  private final Wire wire;
  private Appearance shown;
  private Panel panel;

  /** Null while the port is pulled out. */
  private AsciiFace face;

  /**
   * Without a port at first.
   *
   * @param port the name under which the port is found
   */
  SerialMachine(String machine, Dialect dialect, Path port, Wire wire) {
    this.machine = machine;
    this.dialect = dialect;
    this.port = port;
    this.wire = wire;
  }

  @Override
  public synchronized void open() throws IOException {
    if (face == null) {
      face = AsciiFace.open(machine, dialect, port, wire);
      if (shown != null) {
        face.show(shown);
      }
      if (panel != null) {
        face.take(panel);
      }
    }
  }

  @Override
  public synchronized void take(Panel taking) {
    panel = taking;
    if (face != null) {
      face.take(panel);
    }
  }

  @Override
  public Wire wire() {
    return wire;
  }

  @Override
  public synchronized void show(Appearance appearance) {
    shown = appearance;
    if (face != null) {
      face.show(appearance);
    }
  }

  /** Pulls the port out; the machine lives on. */
  @Override
  public synchronized void close() {
    if (face != null) {
      face.close();
      face = null;
    }
  }
}
