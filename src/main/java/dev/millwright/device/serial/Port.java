package dev.millwright.device.serial;

import java.nio.file.Path;
import java.util.List;

/**
 * A serial port as the host shows it at one moment.
 *
 * @param device the device node, such as {@code /dev/ttyUSB0}
 * @param byId its names by what the adapter says of itself, which survive replugging
 * @param byPath its names by the socket that it is plugged into
 * @param driver the kernel's driver; null when it is not known
 * @param uart what an on-board port is, such as {@code 16550A at 0x3F8}; else null
 * @param usb the adapter; null when it is none
 * @param holders who has it open, as far as this user may see
 * @param denied why this user may not open it, and what to do; null when it may
 */
public record Port(
    Path device,
    List<Path> byId,
    List<Path> byPath,
    String driver,
    String uart,
    UsbAdapter usb,
    List<Holder> holders,
    String denied) {

  public Port {
    byId = List.copyOf(byId);
    byPath = List.copyOf(byPath);
    holders = List.copyOf(holders);
  }
}
