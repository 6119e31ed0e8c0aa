package dev.millwright.device.modbus;

import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.Rs485;
import dev.millwright.device.serial.StopBits;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.Map;

/**
 * The table {@code [modbus]} of a machine on a serial line. Machines with the same port share its
 * line, and must agree on how frames go over it. The defaults of the line are the standard's
 * (Modbus over Serial Line 1.02, 2.5.1): 19200 bit/s, even parity.
 *
 * @param port the serial device
 * @param unit the machine's address on the line, 1 to 247
 * @param baud 50 to 4000000
 * @param parity none, odd or even
 * @param stopBits 1 or 2
 * @param rs485 default: the port is left as the system has set it up
 * @param frameGap silence before each request, 1 ms to 1 s; default 3.5 characters, and 1.75 ms
 *     over 19200 bit/s
 * @param poll see {@link ModbusMachine}; default 1 s
 * @param timeout default 500 ms
 * @param quiet 10 ms to 10 min, default as the time-out
 * @param maxGap default 8
 * @param wordOrder of tags that have none of their own; default big
 * @param byteOrder likewise
 * @param singleWrites see {@link ModbusMachine}
 * @param readModifyWrite likewise
 */
public record ModbusRtuSettings(
    String port,
    int unit,
    @Default("19200") int baud,
    @Default("even") Parity parity,
    @Default("1") double stopBits,
    @Optional Rs485 rs485,
    @Optional Duration frameGap,
    @Optional Duration poll,
    @Optional Duration timeout,
    @Optional Duration quiet,
    @Optional Integer maxGap,
    @Optional Order wordOrder,
    @Optional Order byteOrder,
    @Default("true") boolean singleWrites,
    @Default("false") boolean readModifyWrite) {

  private static final int DATA_BITS = 8; // Modbus over Serial Line 1.02, 2.5.1

  public ModbusRtuSettings {
    String judged = port == null ? "/dev/null" : port;
    new Rules()
        .within("unit", unit, 1, 247)
        .within("frame_gap", frameGap, Duration.ofMillis(1), Duration.ofSeconds(1))
        .within("quiet", quiet, Duration.ofMillis(10), Duration.ofMinutes(10))
        .also(() -> portSettings(judged, baud, parity, stopBits, rs485))
        .check();
  }

  /** What all machines on the port must say alike. */
  public RtuLine line() {
    return new RtuLine(portSettings(port, baud, parity, stopBits, rs485), frameGap);
  }

  /**
   * The machine's part.
   *
   * @throws IllegalArgumentException when the parts do not go together; see {@link Rules}
   */
  public ModbusMachine machine(
      String serialNumber, Duration staleAfter, Map<String, ModbusTagSettings> tags) {
    Duration patience = timeout == null ? ModbusMachine.Reading.TIMEOUT : timeout;
    return new ModbusMachine.Reading(
            unit,
            poll,
            patience,
            quiet == null ? patience : quiet,
            maxGap,
            wordOrder,
            byteOrder,
            singleWrites,
            readModifyWrite)
        .machine(serialNumber, staleAfter, tags);
  }

  private static PortSettings portSettings(
      String port, int baud, Parity parity, double stopBits, Rs485 rs485) {
    return new PortSettings(port, baud, DATA_BITS, parity, StopBits.of(stopBits), rs485);
  }
}
