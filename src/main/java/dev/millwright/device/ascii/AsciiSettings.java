package dev.millwright.device.ascii;

import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.Rs485;
import dev.millwright.device.serial.StopBits;
import dev.millwright.settings.Optional;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The table {@code [ascii]} of a machine's file; an absent key (null) gets its default. Machines
 * with the same port share its line, and must agree on how characters go over it.
 *
 * @param port the serial device; required
 * @param baud 50 to 4000000, default 9600
 * @param dataBits 5 to 8, default 8
 * @param parity default none
 * @param stopBits 1, 1.5 or 2, default 1
 * @param rs485 default: the port is left as the system has set it up
 * @param poll see {@link AsciiMachine}; default 1 s
 * @param timeout default 500 ms
 * @param quiet default twice the time-out
 * @param terminator default a line feed
 */
public record AsciiSettings(
    String port,
    @Optional Integer baud,
    @Optional Integer dataBits,
    @Optional Parity parity,
    @Optional Double stopBits,
    @Optional Rs485 rs485,
    @Optional Duration poll,
    @Optional Duration timeout,
    @Optional Duration quiet,
    @Optional String terminator) {

  public AsciiSettings {
    baud = baud == null ? 9600 : baud;
    dataBits = dataBits == null ? 8 : dataBits;
    parity = parity == null ? Parity.NONE : parity;
    stopBits = stopBits == null ? 1.0 : stopBits;
    poll = poll == null ? Duration.ofSeconds(1) : poll;
    timeout = timeout == null ? Duration.ofMillis(500) : timeout;
    quiet = quiet == null ? timeout.multipliedBy(2) : quiet;
    terminator = terminator == null ? "\n" : terminator;
    if (port == null) {
      throw new IllegalArgumentException("port: is missing, e.g. /dev/serial/by-id/…");
    }
    // What does not depend on the other tables is checked here, so that the error names this one.
    new PortSettings(port, baud, dataBits, parity, StopBits.of(stopBits), rs485);
    AsciiMachine.checkTimes(poll, timeout, quiet);
    AsciiMachine.checkTerminator(terminator);
  }

  /** The port's part. */
  public PortSettings portSettings() {
    return new PortSettings(port, baud, dataBits, parity, StopBits.of(stopBits), rs485);
  }

  /**
   * The machine's part.
   *
   * @param tags the tables {@code [tags.NAME]} by name
   * @throws IllegalArgumentException when the tables do not go together
   */
  public AsciiMachine machine(
      String serialNumber, Duration staleAfter, Map<String, AsciiTagSettings> tags) {
    List<AsciiTag> named =
        tags.entrySet().stream().map(entry -> entry.getValue().tag(entry.getKey())).toList();
    return new AsciiMachine(serialNumber, staleAfter, poll, timeout, quiet, terminator, named);
  }
}
