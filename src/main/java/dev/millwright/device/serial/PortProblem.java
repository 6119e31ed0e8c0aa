package dev.millwright.device.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/** Says in words why a port cannot be opened, and what to do about it. */
final class PortProblem {

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
  private static final int CHARACTER_DEVICE = 0020000;

  private PortProblem() {}

  /** What is visibly wrong with the port before it is opened; null when nothing is. */
  static String before(Path port) {
    if (!Files.exists(port)) {
      if (Files.isSymbolicLink(port)) {
        return "no such port: it is a link to " + target(port) + ", which is not there";
      }
      return "no such port; is the adapter plugged in? /dev/serial/by-id shows those that are";
    }
    try {
      int mode = (Integer) Files.getAttribute(port, "unix:mode");
      if ((mode & TYPE_MASK) != CHARACTER_DEVICE) {
        return "not a serial port: it is a "
            + (Files.isDirectory(port) ? "directory" : "file")
            + ", not a device";
      }
    } catch (IOException | UnsupportedOperationException e) {
      return "cannot be looked at: " + e.getMessage();
    }
    if (!Files.isReadable(port) || !Files.isWritable(port)) {
      return permission(port);
    }
    return null;
  }

  /** What an errno from opening means. */
  static String refused(Path port, int errno) {
    return switch (errno) {
      case EACCES -> permission(port);
      case EAGAIN, EBUSY ->
          "busy: another program holds it; 'fuser -v " + port + "' shows which (as root)";
      // The library answers 2 for a port that it holds itself; a missing one was seen before.
      case ENOENT ->
          Files.exists(port)
              ? "busy: it is already open in this program; is it configured twice?"
              : "no such port: it vanished while it was being opened";
      case ENOTTY, EINVAL ->
          "not a serial port, or it cannot do these settings (errno " + errno + ")";
      case EIO, ENXIO, ENODEV ->
          "the device does not work (errno " + errno + "): unplug it and plug it in again";
      default -> "the system refuses to open it (errno " + errno + ")";
    };
  }

  private static String permission(Path port) {
    String user = System.getProperty("user.name");
    try {
      PosixFileAttributes device = Files.readAttributes(port, PosixFileAttributes.class);
      return permission(user, device.group().getName());
    } catch (IOException | UnsupportedOperationException e) {
      return "permission denied for user " + user;
    }
  }

  static String permission(String user, String group) {
    return "permission denied: add user " + user + " to group " + group + ", then restart";
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
