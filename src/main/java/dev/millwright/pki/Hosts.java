package dev.millwright.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this host. */
public final class Hosts {

  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");

  private Hosts() {}

  /**
   * As the host calls itself; {@code localhost} where that is not to be had. The JDK would ask DNS
   * for it, which may take as long as it takes to find that there is none.
   */
  public static String local() {
    try {
      String name = Files.readString(NAME).strip();
      return name.isEmpty() ? "localhost" : name;
    } catch (IOException e) {
      return "localhost";
    }
  }
}
