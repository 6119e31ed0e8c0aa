package dev.millwright.device.serial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Whether this user may use a device, and what to do where not. */
final class Access {

  private static final Set<PosixFilePermission> BOTH =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE);

  private static final Path PSEUDO_TERMINALS = Path.of("/dev/pts");

  private Access() {}

  /** Why this user may not use it, and the command that changes that; null when it may. */
  static String denied(Path device) {
    return Files.isReadable(device) && Files.isWritable(device) ? null : words(device);
  }

  /** The same of a device that the system has refused. */
  static String words(Path device) {
    String user = System.getProperty("user.name");
    try {
      PosixFileAttributes node = Files.readAttributes(device, PosixFileAttributes.class);
      return words(
          device, user, node.owner().getName(), node.group().getName(), node.permissions());
    } catch (IOException | UnsupportedOperationException e) {
      return "permission denied for user " + user;
    }
  }

  static String words(
      Path device, String user, String owner, String group, Set<PosixFilePermission> mode) {
    String said =
        "permission denied for user " + user + ": " + device + " belongs to user " + owner;
    if (mode.containsAll(BOTH) && !group.equals("root")) {
      return said
          + " and group "
          + group
          + ": sudo usermod -aG "
          + group
          + " "
          + user
          + ", then restart Millwright (a person: log in anew)";
    }
    if (device.startsWith(PSEUDO_TERMINALS)) {
      return said + ", who runs the program at its other end: run both as one user";
    }
    return said
        + ", group "
        + group
        + ", mode "
        + PosixFilePermissions.toString(mode)
        + ", so that no group can be joined: give it one by a udev rule in /etc/udev/rules.d: KERNEL==\""
        + device.getFileName()
        + "\", GROUP=\"dialout\", MODE=\"0660\"";
  }
}
