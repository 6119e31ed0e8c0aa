package dev.millwright.device.serial;

import dev.millwright.device.LinkException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Another process that opens a port, says how that went, and keeps it until it is killed. */
final class PortProcess implements AutoCloseable {

  /** Sees everything, as the tests' classes are root's, and may use nothing of others. */
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=65534",
          "--regid=65534",
          "--clear-groups",
          "--inh-caps=+dac_read_search",
          "--ambient-caps=+dac_read_search");

  static final String OPEN = "open";

  private final Process process;
  private final String said;

  private PortProcess(Process process, String said) {
    this.process = process;
    this.said = said;
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  static PortProcess start(Path folder, String port) throws IOException {
    return start(List.of(), folder, port);
  }

  /** As a user who owns nothing and is in no group; only root may start such a one. */
  static PortProcess startAsNobody(Path folder, String port) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return start(AS_NOBODY, folder, port);
  }

  private static PortProcess start(List<String> prefix, Path folder, String port)
      throws IOException {
    Path libraries = Files.createDirectories(folder.resolve("libraries"));
    Files.setPosixFilePermissions(libraries, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Djava.io.tmpdir=" + libraries);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Program.class.getName(), port));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = process.inputReader();
    return new PortProcess(process, String.valueOf(out.readLine()));
  }

  /** {@link #OPEN}, or why not. */
  String said() {
    return said;
  }

  long pid() {
    return process.pid();
  }

  /** kill -9. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What it runs. */
  static final class Program {
    public static void main(String[] args) throws Exception {
      try {
        new SerialLine(PortSettings.of(args[0], 9600)).open();
        System.out.println(OPEN);
        Thread.sleep(60_000);
      } catch (LinkException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
