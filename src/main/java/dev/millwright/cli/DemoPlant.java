package dev.millwright.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The virtual plant in a process of its own; it ends with this one, as its standard input does. */
final class DemoPlant implements AutoCloseable {

  private static final int STOP_LIMIT_SECONDS = 5;

  /**
   * Ctrl-C reaches every process of the terminal; the plant is to go on until the demo has seen
   * what it did last. What is ignored stays ignored in the program that follows.
   */
  private static final List<String> WITHOUT_INTERRUPT =
      List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

  private final Process process;

  private DemoPlant(Process process) {
    this.process = process;
  }

  /** Starts it and waits until its machines can be reached. */
  static DemoPlant start(List<String> arguments) throws IOException, Failure {
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null && !line.equals(SimulateCommand.RUNNING)) {
      line = lines.readLine();
    }
    if (line == null) {
      throw new Failure(
          Exit.UNAVAILABLE, "the virtual plant has not started; the reason stands above");
    }
    return new DemoPlant(process);
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(WITHOUT_INTERRUPT);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("simulate", "--obey-input"));
    command.addAll(arguments);
    return command;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its machines keep showing their last state from now on. */
  void hold() throws IOException {
    process
        .getOutputStream()
        .write((SimulateCommand.HOLD + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
