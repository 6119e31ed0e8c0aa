package dev.millwright.testing;

import dev.millwright.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Millwright command in a process of its own, with the flags of bin/millwright. */
public final class Child implements AutoCloseable {

  private static final List<String> FLAGS =
      List.of(
          "-Dfile.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  /**
   * What the process holds.
   *
   * @param rssMib resident memory
   * @param threads as the kernel counts them
   * @param descriptors open files, sockets and the like
   */
  public record Vitals(long rssMib, long threads, long descriptors) {}

  private final Process process;
  private final Path log;
  private final Thread reaper;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    // A test run that is broken off leaves nothing behind.
    this.reaper = new Thread(process::destroyForcibly, "reap " + process.pid());
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /**
   * Starts it.
   *
   * @param log gets all that it prints
   */
  public static Child start(Path log, List<String> arguments) throws IOException {
    return start(log, Main.class, classPath(), arguments);
  }

  /**
   * Starts a program of the tests' own.
   *
   * @param log gets all that it prints
   */
  public static Child startOfTests(Path log, Class<?> main, List<String> arguments)
      throws IOException {
    return start(log, main, System.getProperty("java.class.path"), arguments);
  }

  private static Child start(Path log, Class<?> main, String classPath, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    Files.createFile(log);
    Process process =
        new ProcessBuilder(Tied.command("KILL", command)).redirectErrorStream(true).start();
    Thread pump = new Thread(() -> pump(process.getInputStream(), log), "log " + process.pid());
    pump.setDaemon(true);
    pump.start();
    return new Child(process, log);
  }

  /** Through this process, as its own files may be taken away from the child. */
  private static void pump(InputStream from, Path log) {
    try (from;
        OutputStream to = Files.newOutputStream(log)) {
      from.transferTo(to);
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Without the tests' own classes and resources, as a user has it. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits until a line contains the text; fails with the log's end when it does not come. */
  public void awaitLine(String text, Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (Files.readAllLines(log).stream().noneMatch(line -> line.contains(text))) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "no \"" + text + "\" within " + atMost.toSeconds() + " s from\n" + tail());
      }
      Thread.sleep(50);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Writes a line to its standard input. */
  public void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /** Sends a signal, as kill does. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Ends it at once (SIGKILL), and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The last lines that it printed. */
  public String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /** How many lines contain the text. */
  public long lines(String text) throws IOException {
    return Files.readAllLines(log).stream().filter(line -> line.contains(text)).count();
  }

  public Vitals vitals() throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    List<String> status = Files.readAllLines(proc.resolve("status"));
    try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
      return new Vitals(
          number(status, "VmRSS:") / 1024, number(status, "Threads:"), descriptors.count());
    }
  }

  /** How long it has computed, on all processors together. */
  public Duration cpuTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static long number(List<String> status, String key) {
    String line = status.stream().filter(l -> l.startsWith(key)).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  /**
   * Asks it to stop (SIGTERM).
   *
   * @return its exit code
   */
  public int stop(Duration atMost) throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "does not stop within " + atMost.toSeconds() + " s\n" + tail());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(reaper);
  }
}
