package dev.millwright.device.serial;

import dev.millwright.settings.Rules;
import java.util.Objects;

/**
 * A serial port and how characters go over it. Flow control is off: the machines this is for use
 * three wires, and a line that holds back the sender cannot have bounded writes.
 *
 * @param port the device, absolute; a name under {@code /dev/serial/by-id} survives replugging
 * @param baud bits per second, 50 to 4000000
 * @param dataBits 5 to 8
 * @param parity the guard bit
 * @param stopBits 1.5 goes with 5 data bits only
 * @param rs485 how to switch the transceiver; null leaves the port as the system has set it up
 */
public record PortSettings(
    String port, int baud, int dataBits, Parity parity, StopBits stopBits, Rs485 rs485) {

  private static final int MIN_BAUD = 50;
  private static final int MAX_BAUD = 4_000_000;

  public PortSettings {
    Objects.requireNonNull(parity, "parity");
    Objects.requireNonNull(stopBits, "stop_bits");
    // UARTs make "two" stop bits 1.5 long for characters of five bits, and know no other 1.5.
    StopBits impossible = dataBits == 5 ? StopBits.TWO : StopBits.ONE_AND_A_HALF;
    new Rules()
        .require(
            port != null && port.startsWith("/") && port.indexOf('\0') < 0,
            "port",
            port + " is not an absolute path such as /dev/serial/by-id/…")
        .within("baud", baud, MIN_BAUD, MAX_BAUD)
        .within("data_bits", dataBits, 5, 8)
        .require(
            stopBits != impossible,
            "stop_bits",
            stopBits.bits()
                + " is impossible with data_bits "
                + dataBits
                + "; 1.5 goes with 5 data bits, 2 with 6 to 8")
        .check();
  }

  /** Settings that most machines come with: 8 data bits, no parity, one stop bit. */
  public static PortSettings of(String port, int baud) {
    return new PortSettings(port, baud, 8, Parity.NONE, StopBits.ONE, null);
  }
}
