package dev.millwright.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody is looking. */
final class Terminal {

  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  /** Below it a table would be one letter wide. */
  private static final int LEAST_WIDTH = 60;

  private Terminal() {}

  /** How wide a table may be: what a screen has, and no limit for a file or another program. */
  static int width() {
    return isStandardOutput() ? Math.max(LEAST_WIDTH, size()[1]) : Integer.MAX_VALUE;
  }

  /** Rows and columns, or what terminals have had since 1978. */
  static int[] size() {
    try {
      // Standard input may be something else; standard output is what is looked at.
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Files.readSymbolicLink(STANDARD_OUTPUT).toFile())
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String[] words = answer.strip().split(" ", 2);
      int rows = Integer.parseInt(words[0]);
      int columns = Integer.parseInt(words[1]);
      return rows > 1 && columns > 1 ? new int[] {rows, columns} : new int[] {24, 80};
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new int[] {24, 80};
    }
  }

  /**
   * Whether standard output is a terminal. {@code System.console()} does not tell: before JDK 22 it
   * asks for standard input as well, and from then on it is never null.
   */
  static boolean isStandardOutput() {
    try {
      String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
