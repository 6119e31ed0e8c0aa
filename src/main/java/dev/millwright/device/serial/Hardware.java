package dev.millwright.device.serial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What is behind a terminal, as sysfs tells it: the folder {@code /sys/class/tty/NAME} has a link
 * {@code device} where there is hardware, and the devices above that one are its adapter.
 *
 * @param driver the kernel's driver; null when it is not known
 * @param uart what an on-board port is; else null
 * @param usb the adapter; else null
 */
record Hardware(String driver, String uart, UsbAdapter usb) {

  /** The types of UARTs that people know by name (linux/serial_core.h). */
  private static final Map<String, String> UARTS =
      Map.of("1", "8250", "2", "16450", "3", "16550", "4", "16550A");

  /** Linux makes ports of this type for hardware that may turn up, and mostly never does. */
  private static final String NO_UART = "0";

  /** Since Linux 6.5 UARTs have two devices of this bus in between, which drive nothing. */
  private static final String IN_BETWEEN = "serial-base";

  /** Null when there is none: a console, a pseudo-terminal. */
  static Hardware of(Path sys, Path terminal) throws IOException {
    Path device = terminal.resolve("device");
    String type = text(terminal.resolve("type"));
    if (!Files.exists(device) || NO_UART.equals(type)) {
      return null;
    }
    Path devices = sys.resolve("devices").toRealPath();
    String driver = null;
    UsbAdapter usb = null;
    for (Path at = device.toRealPath();
        usb == null && at.startsWith(devices) && !at.equals(devices);
        at = at.getParent()) {
      driver = driver == null ? driver(at) : driver;
      usb = usb(at);
    }
    return new Hardware(driver, type == null ? null : uart(terminal, type), usb);
  }

  /** A device that sysfs does not list. */
  static Hardware none(Path dev, Path device) {
    return new Hardware(
        device.startsWith(dev.resolve("pts")) ? "pseudo-terminal" : null, null, null);
  }

  private static String driver(Path device) throws IOException {
    Path link = device.resolve("driver");
    if (!Files.exists(link)) {
      return null;
    }
    Path driver = link.toRealPath(); // …/bus/usb-serial/drivers/ftdi_sio
    boolean between = driver.getParent().getParent().endsWith(IN_BETWEEN);
    return between ? null : driver.getFileName().toString();
  }

  private static UsbAdapter usb(Path device) {
    String vendor = text(device.resolve("idVendor"));
    return vendor == null
        ? null
        : new UsbAdapter(
            vendor,
            text(device.resolve("idProduct")),
            text(device.resolve("manufacturer")),
            text(device.resolve("product")),
            text(device.resolve("serial")));
  }

  private static String uart(Path terminal, String type) {
    String port = text(terminal.resolve("port"));
    String memory = text(terminal.resolve("iomem_base"));
    String address = port == null || port.equals("0x0") ? memory : port;
    return UARTS.getOrDefault(type, "UART of type " + type)
        + (address == null ? "" : " at " + address);
  }

  /** Null when there is no such file, or nothing in it. */
  private static String text(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), UTF_8).strip();
      text = text.replaceAll("\\p{Cntrl}", "?"); // adapters say what they like
      return text.isEmpty() ? null : text;
    } catch (IOException e) {
      return null;
    }
  }
}
