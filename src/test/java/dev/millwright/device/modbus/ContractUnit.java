package dev.millwright.device.modbus;

import dev.millwright.device.contract.FarEnd;
import java.time.Duration;
import java.util.List;

/**
 * The contract's machine as a unit: holding:0 the state, coil:0 and coil:1 the bits, no holding:50.
 */
final class ContractUnit {

  private volatile int state;
  private volatile boolean acknowledged;
  private volatile boolean ready;

  /** What is read of it. */
  static ModbusMachine machine(Duration timeout) {
    return new ModbusMachine(
        FarEnd.MACHINE,
        9,
        FarEnd.STALE_AFTER,
        Machines.POLL,
        timeout,
        Duration.ofMillis(50),
        0,
        true,
        false,
        List.of(
            Machines.tag(FarEnd.STATE, "holding:0", "uint16"),
            Machines.tag(FarEnd.Wired.BROKEN, "holding:50", "uint16"),
            Machines.tag(FarEnd.ACK, "coil:0", null),
            Machines.tag(FarEnd.READY, "coil:1", null)));
  }

  void show(long shown) {
    state = (int) shown;
  }

  void ready(boolean set) {
    ready = set;
  }

  boolean acknowledged() {
    return acknowledged;
  }

  /** The answer's function code and data. */
  int[] answer(int function, int address, int value) {
    if (function == 5 && address == 0) {
      acknowledged = value == 0xff00;
      return new int[] {5, 0, 0, value >> 8, value & 0xff};
    }
    if (function == 1 && address == 0) {
      return new int[] {1, 1, (acknowledged ? 1 : 0) + (ready ? 2 : 0)};
    }
    return function == 3 && address == 0
        ? new int[] {3, 2, state >> 8, state & 0xff}
        : new int[] {function | 0x80, 2};
  }
}
