package dev.millwright.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody is looking. */
final class Terminal {

  private Terminal() {}

  /** How wide a table may be: what a screen has, and no limit for a file or another program. */
  static int width() {
    return isStandardOutput() ? 120 : Integer.MAX_VALUE;
  }

  /**
   * Whether standard output is a terminal. {@code System.console()} does not tell: before JDK 22 it
   * asks for standard input as well, and from then on it is never null.
   */
  static boolean isStandardOutput() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
