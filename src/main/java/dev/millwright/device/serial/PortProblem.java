package dev.millwright.device.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in words why a port cannot be opened, and what to do about it. */
final class PortProblem {

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EIO = 5;
  private static final int ENXIO = 6;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int EBUSY = 16;
  private static final int ENODEV = 19;
  private static final int EINVAL = 22;
  private static final int ENOTTY = 25;

  private static final int TYPE_MASK = 0170000;

  private PortProblem() {}

  /** What is visibly wrong with the port before it is opened; null when nothing is. */
  static String before(Path port) {
    if (!Files.exists(port)) {
      if (Files.isSymbolicLink(port)) {
        return "no such port: it is a link to "
            + target(port)
            + ", which is not there; is the adapter plugged in?";
      }
      return "no such port; is the adapter plugged in? 'millwright ports' shows those that are";
    }
    String kind = kindOf(port);
    return kind == null
        ? Access.denied(port)
        : "not a serial port: it is a " + kind + ", not a device";
  }

  /** What a file is that is no character device, see inode(7); null when it is one. */
  static String kindOf(Path file) {
    try {
      return switch ((Integer) Files.getAttribute(file, "unix:mode") & TYPE_MASK) {
        case 0020000 -> null;
        case 0040000 -> "directory";
        case 0010000 -> "FIFO";
        case 0140000 -> "socket";
        case 0060000 -> "disk";
        default -> "file";
      };
    } catch (IOException | UnsupportedOperationException e) {
      return "thing that cannot be looked at (" + e.getMessage() + ")";
    }
  }

  /**
   * Whether another program has locked it; null when none has. Looked at first, as the library sets
   * DTR and RTS before it tries the lock, and RTS may be what another program switches its RS-485
   * transceiver with.
   */
  static String locked(HostFiles host, Path device) {
    Optional<Holder> locker =
        Holders.locksOnly(host).of(device).stream().filter(Holder::locked).findFirst();
    return locker.map(holder -> busy(List.of(holder), device, 0)).orElse(null);
  }

  /** What an errno from opening means. */
  static String refused(HostFiles host, Path device, int errno) {
    return switch (errno) {
      case EPERM ->
          "this process may not open devices: see DeviceAllow= in its systemd unit, or the devices"
              + " that its container gets";
      case EACCES -> Access.words(device);
      case EAGAIN, EBUSY -> {
        Holders holders = Holders.look(host);
        yield busy(holders.of(device), device, holders.hidden());
      }
      // The library answers 2 for a port that it holds itself; a missing one was seen before.
      case ENOENT ->
          Files.exists(device) ? busyHere() : "no such port: it vanished while it was being opened";
      case ENOTTY -> "not a serial port: the device takes no baud rate (errno 25)";
      case EINVAL ->
          "the device cannot do these settings (errno 22): another baud, data_bits, parity or"
              + " stop_bits?";
      case EIO, ENXIO, ENODEV ->
          "the device does not work (errno " + errno + "): unplug it and plug it in again";
      default -> "the system refuses to open it (errno " + errno + ")";
    };
  }

  /** That somebody has it, and who, as far as this user may know. */
  static String busy(List<Holder> holders, Path device, int hidden) {
    if (holders.stream().anyMatch(holder -> holder.pid() == ProcessHandle.current().pid())) {
      return busyHere();
    }
    if (!holders.isEmpty()) {
      String who = holders.stream().map(Holder::toString).collect(Collectors.joining(", "));
      return "busy: held by " + who + "; end that first";
    }
    return hidden > 0
        ? "busy: a program of another user holds it; 'sudo fuser -v " + device + "' shows which"
        : "busy: another program holds it";
  }

  private static String busyHere() {
    return "busy: it is already open in this program; is it configured twice?";
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "something";
    }
  }

  /** Whether the device that was opened is still in its directory. */
  static boolean present(Path device) {
    return Files.exists(device, LinkOption.NOFOLLOW_LINKS);
  }
}
