package dev.millwright.device.ascii;

import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.Rs485;
import dev.millwright.device.serial.StopBits;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The table {@code [ascii]} of a machine's file; an absent key is null and has its default.
 * Machines with the same port share its line, and must agree on how characters go over it.
 *
 * @param port the serial device; required
 * @param baud 50 to 4000000, default 9600
 * @param dataBits 5 to 8, default 8
 * @param parity default none
 * @param stopBits 1, 1.5 or 2, default 1
 * @param rs485 default: the port is left as the system has set it up
 * @param poll see {@link AsciiMachine}; default 1 s; only for machines that are asked
 * @param timeout default 500 ms; only for machines that are asked or written to
 * @param quiet default twice the time-out; likewise
 * @param terminator default a line feed; only for machines that talk unasked
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
    // Without a port the rest is judged all the same: every mistake is told at once.
    String judged = port == null ? "/dev/null" : port;
    Integer bits = dataBits;
    new Rules()
        .require(port != null, "port", "is missing, e.g. /dev/serial/by-id/…")
        .also(() -> portSettings(judged, baud, bits, parity, stopBits, rs485))
        .check();
  }

  /** The port's part. */
  public PortSettings portSettings() {
    return portSettings(port, baud, dataBits, parity, stopBits, rs485);
  }

  /**
   * The machine's part.
   *
   * @param tags the tables {@code [tags.NAME]} by name
   * @throws IllegalArgumentException when a time is out of its range, or the tables do not go
   *     together; the message starts with the key
   */
  public AsciiMachine machine(
      String serialNumber, Duration staleAfter, Map<String, AsciiTagSettings> tags) {
    List<AsciiTag> named =
        tags.entrySet().stream().map(entry -> entry.getValue().tag(entry.getKey())).toList();
    refuseWhatHasNoEffect(named);
    Duration patience = orElse(timeout, Duration.ofMillis(500));
    return new AsciiMachine(
        serialNumber,
        staleAfter,
        orElse(poll, Duration.ofSeconds(1)),
        patience,
        orElse(quiet, patience.multipliedBy(2)),
        orElse(terminator, "\n"),
        named);
  }

  private void refuseWhatHasNoEffect(List<AsciiTag> tags) {
    if (tags.stream().allMatch(tag -> tag.query() == null)) {
      refuse("poll", poll, "a machine that talks unasked");
      if (tags.stream().allMatch(tag -> tag.command() == null)) {
        refuse("timeout", timeout, "a machine that talks unasked and is never told anything");
        refuse("quiet", quiet, "a machine that talks unasked and is never told anything");
      }
    } else {
      refuse("terminator", terminator, "a machine that is asked; end the reply patterns instead");
    }
  }

  private static void refuse(String key, Object value, String where) {
    if (value != null) {
      throw new IllegalArgumentException(key + ": has no effect on " + where);
    }
  }

  private static PortSettings portSettings(
      String port, Integer baud, Integer dataBits, Parity parity, Double stopBits, Rs485 rs485) {
    return new PortSettings(
        port,
        orElse(baud, 9600),
        orElse(dataBits, 8),
        orElse(parity, Parity.NONE),
        StopBits.of(orElse(stopBits, 1.0)),
        rs485);
  }

  private static <T> T orElse(T value, T absent) {
    return value == null ? absent : value;
  }
}
