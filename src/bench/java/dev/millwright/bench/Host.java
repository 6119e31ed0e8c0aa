package dev.millwright.bench;

import dev.millwright.bench.report.Machine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the benchmark runs on, as Linux and the JVM tell. */
final class Host {

  private static final long LIMIT_SECONDS = 30;

  private Host() {}

  /**
   * Describes it.
   *
   * @param postgres the server's version, and where it came from
   * @param folder on the disk that is measured
   */
  static Machine describe(String postgres, Path folder) throws IOException {
    FileStore disk = Files.getFileStore(folder);
    return new Machine(
        line(Path.of("/proc/cpuinfo"), "model name"),
        Runtime.getRuntime().availableProcessors(),
        Math.rint(
            Double.parseDouble(line(Path.of("/proc/meminfo"), "MemTotal").replaceAll("\\D", ""))
                / 1024),
        Stream.of("os.name", "os.version", "os.arch")
            .map(System::getProperty)
            .collect(Collectors.joining(" ")),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        flags(),
        postgres,
        disk.type() + " on " + disk.name());
  }

  /** Those that change how it runs. */
  private static String flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-X") || flag.startsWith("-Dio."))
        .collect(Collectors.joining(" "));
  }

  private static String line(Path file, String key) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  /** The commit that is checked out; with "+" where the sources are not those of it. */
  static String commit() throws IOException, InterruptedException {
    String commit = said("git", "rev-parse", "--short=12", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    String changed = said("git", "status", "--porcelain", "--", "src", "pom.xml", ":!src/docs");
    return changed.isEmpty() ? commit : commit + "+";
  }

  /** What a program says; empty when it cannot. */
  private static String said(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("said", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(false)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      boolean well = ended && process.exitValue() == 0;
      return well ? Files.readString(output, StandardCharsets.UTF_8).strip() : "";
    } catch (IOException e) {
      return "";
    } finally {
      Files.delete(output);
    }
  }
}
