package dev.millwright.device.serial;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The serial ports of a host, as Linux shows them; opens none of them. */
public final class Ports {

  private final HostFiles host;
  private final Holders holders;
  private final List<Port> all = new ArrayList<>();

  private Ports(HostFiles host) {
    this.host = host;
    this.holders = Holders.look(host);
  }

  /**
   * Looks at all ports that hardware is behind.
   *
   * @throws IOException when the host does not show them
   */
  public static Ports look(HostFiles host) throws IOException {
    Ports ports = new Ports(host);
    Path terminals = host.sys().resolve("class/tty");
    for (Path terminal : list(terminals)) {
      Hardware hardware = Hardware.of(host.sys(), terminal);
      // The kernel names files in folders of /dev with a "!" where the "/" is.
      Path node = host.dev().resolve(terminal.getFileName().toString().replace('!', '/'));
      if (hardware != null && Files.exists(node)) {
        ports.all.add(ports.port(node, hardware));
      }
    }
    ports.all.sort(Comparator.comparing(port -> inOrder(port.device())));
    return ports;
  }

  /** By the device's name, ttyUSB2 before ttyUSB10. */
  public List<Port> all() {
    return List.copyOf(all);
  }

  /** How many processes' open files this user may not see: they may hold any port. */
  public int hiddenProcesses() {
    return holders.hidden();
  }

  /**
   * The port that a name leads to, be it one without hardware, such as a pseudo-terminal.
   *
   * @return empty where no port is
   */
  public Optional<Port> at(Path name) {
    Path device;
    try {
      device = name.toRealPath();
    } catch (IOException e) {
      return Optional.empty();
    }
    Optional<Port> known = all.stream().filter(port -> port.device().equals(device)).findFirst();
    if (known.isPresent()) {
      return known;
    }
    boolean isPort = PortProblem.kindOf(device) == null;
    return isPort ? Optional.of(port(device, Hardware.none(host.dev(), device))) : known;
  }

  /** What is wrong with a name that leads to no port, in words. */
  public static String problem(Path name) {
    return PortProblem.before(name);
  }

  private Port port(Path node, Hardware hardware) {
    return new Port(
        node,
        names("by-id", node),
        names("by-path", node),
        hardware.driver(),
        hardware.uart(),
        hardware.usb(),
        holders.of(node),
        Access.denied(node));
  }

  private List<Path> names(String kind, Path node) {
    List<Path> names = new ArrayList<>();
    try {
      for (Path name : list(host.dev().resolve("serial").resolve(kind))) {
        if (name.getParent().resolve(Files.readSymbolicLink(name)).normalize().equals(node)) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      // No adapter has such a name, or one has just gone.
    }
    return names;
  }

  /** What keeps the library that opens ports from being loaded here; null when nothing is seen. */
  public static String libraryProblem() {
    return NativeLibrary.problem(System.getProperties(), Mounts.read(HostFiles.THIS));
  }

  private static List<Path> list(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.naturalOrder());
    return entries;
  }

  private static String inOrder(Path device) {
    String name = device.toString();
    String number = name.replaceAll(".*?([0-9]*)$", "$1");
    String kind = name.substring(0, name.length() - number.length());
    return kind + "0".repeat(Math.max(0, 9 - number.length())) + number;
  }
}
