package dev.millwright.bench;

import dev.millwright.testing.Tied;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The package as Maven leaves it, which is what a user installs, and processes from it. */
final class Packaged {

  private static final Path FOLDER = Path.of("target/millwright");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final double BYTES_IN_MIB = 1 << 20;

  private Packaged() {}

  /** Makes the archive of classes, as the Debian package does when it is installed. */
  static void archiveClasses() throws IOException, InterruptedException {
    Process process = builder(List.of(launcher("archive-classes"))).inheritIO().start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          launcher("archive-classes") + " does not end within " + PATIENCE.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          launcher("archive-classes") + " ended with " + process.exitValue());
    }
  }

  /**
   * The daemon, by its launcher.
   *
   * @param log gets all that it prints
   */
  static ProcessBuilder daemon(Path configuration, Path log) {
    return builder(List.of(launcher("millwright"), "run", "--config", configuration.toString()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
  }

  /** A command with this JVM's own Java, which ends with this JVM. */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(Tied.command("KILL", command));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_OPTS");
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /**
   * Ends one in the way that systemd does.
   *
   * @return its exit code
   */
  static int end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  /** As they stand in the launcher, which is the one place where they are. */
  static List<String> flags() throws IOException {
    return Pattern.compile("(?m)(?<=\\s)-(X|Dio\\.)\\S+")
        .matcher(Files.readString(Path.of(launcher("millwright"))))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /** What the daemon has, and this bench's own classes, in which the rivals are. */
  static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(FOLDER.resolve("lib"))) {
      List<String> all =
          new ArrayList<>(
              jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
      all.add("target/test-classes");
      return String.join(":", all);
    }
  }

  /** In mebibytes, without what only the demo needs. */
  static double onDisk() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
              .filter(file -> !file.startsWith(FOLDER.resolve("lib/demo")))
              .mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0)
              .sum()
          / BYTES_IN_MIB;
    }
  }

  private static String launcher(String name) {
    return FOLDER.resolve("bin").resolve(name).toString();
  }
}
