package dev.millwright.device.serial;

import java.nio.file.Path;

/**
 * Where Linux shows devices and processes.
 *
 * @param dev the device nodes and their names, as {@code /dev}
 * @param sys the drivers' side of them, as {@code /sys}
 * @param proc the processes, their open files and locks, as {@code /proc}
 */
public record HostFiles(Path dev, Path sys, Path proc) {

  /** This host's. */
  public static final HostFiles THIS =
      new HostFiles(Path.of("/dev"), Path.of("/sys"), Path.of("/proc"));
}
