package dev.millwright.device.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trees like those of a Linux host with an FTDI adapter, a CDC-ACM one and an on-board 16550A, as
 * the kernel 6.x lays them out. The device nodes are files: nobody but the tests may make others.
 */
public final class MadeUpHost {

  private static final String USB = "devices/pci0000:00/0000:00:14.0/usb1/";

  private final Path root;

  public MadeUpHost(Path root) throws IOException {
    this.root = root.toRealPath();
    Files.createDirectories(sys("class/tty"));
    Files.createDirectories(sys("devices"));
    Files.createDirectories(proc(""));
    Files.createDirectories(dev("serial/by-id"));
    Files.createDirectories(dev("serial/by-path"));
    Files.writeString(proc("locks"), "");
    process(1, "systemd");
  }

  public HostFiles files() {
    return new HostFiles(root.resolve("dev"), root.resolve("sys"), root.resolve("proc"));
  }

  public Path dev(String name) {
    return root.resolve("dev").resolve(name);
  }

  Path proc(String name) {
    return root.resolve("proc").resolve(name);
  }

  private Path sys(String name) {
    return root.resolve("sys").resolve(name);
  }

  /** usb 1-2, one interface, one port of the driver ftdi_sio; the serial number may be null. */
  public void ftdi(String tty, String serialNumber) throws IOException {
    String socket = "1-2" + (tty.equals("ttyUSB0") ? "" : "." + tty.substring("ttyUSB".length()));
    String usb = USB + socket;
    String in = usb + "/" + socket + ":1.0";
    usbDevice(usb, "0403", "6001", "FTDI", "FT232R USB UART", serialNumber);
    driver(in, "usb", "ftdi_sio");
    driver(in + "/" + tty, "usb-serial", "ftdi_sio");
    terminal(in + "/" + tty + "/tty/" + tty, in + "/" + tty);
  }

  /** usb 1-3: the terminal belongs to the interface itself. */
  void cdcAcm(String tty) throws IOException {
    usbDevice(
        USB + "1-3", "2341", "0043", "Arduino (www.arduino.cc)", null, "7573530373535170F0C1");
    driver(USB + "1-3/1-3:1.0", "usb", "cdc_acm");
    terminal(USB + "1-3/1-3:1.0/tty/" + tty, USB + "1-3/1-3:1.0");
  }

  /** Found by ACPI; with the two devices of the bus serial-base in between. */
  void uart(String tty) throws IOException {
    String pnp = "devices/pnp0/00:00";
    driver(pnp, "pnp", "serial");
    driver(pnp + "/00:00:0", "serial-base", "ctrl");
    driver(pnp + "/00:00:0/00:00:0.0", "serial-base", "port");
    String at = pnp + "/00:00:0/00:00:0.0/tty/" + tty;
    terminal(at, pnp + "/00:00:0/00:00:0.0");
    write(at, "type", "4");
    write(at, "port", "0x3F8");
    write(at, "irq", "4");
    write(at, "iomem_base", "0x0");
  }

  /** Of the four that Linux makes on every PC, one that is not there. */
  void phantom(String tty) throws IOException {
    String platform = "devices/platform/serial8250";
    driver(platform, "platform", "serial8250");
    driver(platform + "/serial8250:0", "serial-base", "ctrl");
    driver(platform + "/serial8250:0/serial8250:0.1", "serial-base", "port");
    String at = platform + "/serial8250:0/serial8250:0.1/tty/" + tty;
    terminal(at, platform + "/serial8250:0/serial8250:0.1");
    write(at, "type", "0");
  }

  /** No hardware is behind it. */
  void console(String tty) throws IOException {
    Files.createDirectories(sys("devices/virtual/tty/" + tty));
    Files.createSymbolicLink(sys("class/tty/" + tty), Path.of("../../devices/virtual/tty/" + tty));
    Files.writeString(dev(tty), "");
  }

  public void name(String kind, String name, String tty) throws IOException {
    Files.createSymbolicLink(dev("serial/" + kind + "/" + name), Path.of("../../" + tty));
  }

  public void process(int pid, String program, Path... open) throws IOException {
    Path descriptors = Files.createDirectories(proc(pid + "/fd"));
    Files.writeString(proc(pid + "/comm"), program + "\n");
    Files.writeString(proc(pid + "/cmdline"), "/usr/bin/" + program + "\0-x\0");
    Files.createSymbolicLink(descriptors.resolve("0"), Path.of("/dev/null"));
    Files.createSymbolicLink(descriptors.resolve("1"), Path.of("socket:[4711]"));
    for (int i = 0; i < open.length; i++) {
      Files.createSymbolicLink(descriptors.resolve(Integer.toString(i + 2)), open[i]);
    }
  }

  /** As flock(2) makes them. */
  public void lock(int pid, Path device) throws IOException {
    long dev = (Long) Files.getAttribute(device, "unix:dev");
    long inode = (Long) Files.getAttribute(device, "unix:ino");
    Files.writeString(
        proc("locks"),
        """
        1: POSIX  ADVISORY  WRITE 1 00:1a:%d 0 EOF
        2: FLOCK  ADVISORY  WRITE %d %02x:%02x:%d 0 EOF
        2: -> FLOCK  ADVISORY  WRITE 9 00:1a:5 0 EOF
        """
            .formatted(
                inode, pid, (dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xff00), inode));
  }

  private void usbDevice(
      String at, String vendor, String product, String by, String name, String serialNumber)
      throws IOException {
    write(at, "idVendor", vendor);
    write(at, "idProduct", product);
    write(at, "manufacturer", by);
    write(at, "product", name);
    write(at, "serial", serialNumber);
    driver(at, "usb", "usb");
  }

  private void terminal(String at, String device) throws IOException {
    Path folder = Files.createDirectories(sys(at));
    String tty = folder.getFileName().toString();
    Files.createSymbolicLink(folder.resolve("device"), folder.relativize(sys(device)));
    Files.createSymbolicLink(sys("class/tty/" + tty), sys("class/tty").relativize(folder));
    Files.writeString(dev(tty), "");
  }

  private void driver(String device, String bus, String name) throws IOException {
    Path driver = Files.createDirectories(sys("bus/" + bus + "/drivers/" + name));
    Path folder = Files.createDirectories(sys(device));
    if (!Files.exists(folder.resolve("driver"))) {
      Files.createSymbolicLink(folder.resolve("driver"), folder.relativize(driver));
    }
  }

  private void write(String folder, String file, String text) throws IOException {
    if (text != null) {
      Files.writeString(Files.createDirectories(sys(folder)).resolve(file), text + "\n");
    }
  }
}
