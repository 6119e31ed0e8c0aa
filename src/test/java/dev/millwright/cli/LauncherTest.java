package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * FIELD 14, jSerialComm #387 #606: bin/millwright on a host whose /tmp is mounted noexec, for real,
 * in a mount namespace of its own.
 */
@Tag("host")
class LauncherTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** It takes 5 s of a processor. */
  private static final Duration ARCHIVING = Duration.ofMinutes(5);

  /** Not in the build's temporary folder; it may be below /tmp all the same. */
  static final class InTarget implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "launcher");
    }
  }

  @TempDir(factory = InTarget.class)
  private Path folder;

  private Path home;
  private Path port;
  private Path out;
  private Sites sites;
  private Process daemon;

  /** As the package is laid out by src/main/assembly/directory.xml. */
  @BeforeEach
  void install() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount anything");
    home = folder.resolve("home");
    port = folder.resolve("ports/PRESS-01");
    out = folder.resolve("out.txt");
    Path programs = Files.createDirectories(home.resolve("bin"));
    for (String name : List.of("millwright", "archive-classes")) {
      Path program = Files.copy(Path.of("src/main/bin", name), programs.resolve(name));
      assertTrue(program.toFile().setExecutable(true));
    }
    Path libraries = Files.createDirectory(home.resolve("lib"));
    Files.copy(Path.of("src/main/cds/classes.list"), libraries.resolve("classes.list"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      String name = path.getFileName().toString();
      if (name.endsWith(".jar")) {
        Files.createSymbolicLink(libraries.resolve(name), path);
        unpackNative(path);
      } else if (name.equals("classes")) {
        jar(path, libraries.resolve("millwright.jar"));
      }
    }
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.ascii("PRESS-01", port.toString());
  }

  @AfterEach
  void stop() throws Exception {
    if (daemon != null) {
      daemon.destroyForcibly().waitFor();
    }
  }

  @Test
  void native_libraries_are_loaded_from_the_package_while_tmp_is_noexec() throws Exception {
    try (AnsweringMachine machine = new AnsweringMachine(port)) {
      start(noexecTmp(), "");
      Child.await("answers in\n" + said(), () -> machine.answered() > 3, SOON);
      String maps = Files.readString(Path.of("/proc/" + daemon.pid() + "/maps"));
      for (String library : List.of("libjSerialComm.so", "libsqlitejdbc.so")) {
        List<String> loaded = maps.lines().filter(line -> line.endsWith(library)).toList();
        assertFalse(loaded.isEmpty(), library);
        loaded.forEach(line -> assertTrue(line.contains(home + "/lib/native/"), line));
      }
      daemon.destroy();
      assertTrue(daemon.waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
      assertEquals(Exit.OK, daemon.exitValue(), said());
    }
  }

  /** Seen before it is tried, so that mending it needs no restart. */
  @Test
  void a_package_on_a_noexec_file_system_is_said_and_mended_without_a_restart() throws Exception {
    Path libraries = home.resolve("lib/native/Linux");
    try (AnsweringMachine machine = new AnsweringMachine(port)) {
      start(
          "mount --bind %s %s && mount -o remount,bind,noexec %s"
              .formatted(libraries, libraries, libraries),
          "");
      await(
          "libjSerialComm.so is on "
              + libraries
              + ", which is mounted noexec: install Millwright where programs may be run");
      assertEquals(0, machine.answered());
      Process mended =
          new ProcessBuilder(
                  "nsenter",
                  "-m",
                  "-t",
                  Long.toString(daemon.pid()),
                  "mount",
                  "-o",
                  "remount,bind,exec",
                  libraries.toString())
              .start();
      assertEquals(0, mended.waitFor());
      Child.await("answers", () -> machine.answered() > 3, SOON);
    }
  }

  /** As on a processor that the package has no file for. */
  @Test
  void a_library_that_would_be_unpacked_into_a_noexec_tmp_is_said() throws Exception {
    try (AnsweringMachine machine = new AnsweringMachine(port)) {
      start(noexecTmp(), "-DjSerialComm.library.path= -Duser.home=/tmp/nobody");
      await(
          port
              + ": the serial library cannot be loaded: it is unpacked into /tmp, which is mounted"
              + " noexec or not writable: name a folder");
      assertTrue(daemon.isAlive(), "the others go on");
      assertEquals(0, machine.answered());
    }
  }

  /**
   * Classes are taken from the archive, or else -Xshare:on would end the JVM. What is of other
   * libraries, or is none, is left alone without a word.
   */
  @Test
  void an_archive_of_the_classes_is_used_and_does_no_harm_where_it_does_not_fit() throws Exception {
    Path archive = home.resolve("lib/classes.jsa");
    assertEquals(Exit.OK, run("archive-classes", ""), this::said);
    assertEquals(Exit.OK, run("millwright", "-Xshare:on", "--version"), this::said);
    String version = said();
    // Other libraries than those that it was made of.
    Path library = home.resolve("lib/millwright.jar");
    Files.setLastModifiedTime(library, FileTime.fromMillis(0));
    assertEquals(Exit.OK, run("millwright", "", "--version"), this::said);
    assertEquals(version, said());
    Files.delete(archive);
    Files.write(archive, new byte[10_000]);
    assertEquals(Exit.OK, run("millwright", "", "--version"), this::said);
    assertEquals(version, said());
  }

  private int run(String program, String javaOptions, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(home.resolve("bin").resolve(program).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", javaOptions);
    Process process = builder.start();
    boolean ended = process.waitFor(ARCHIVING.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    assertTrue(ended, () -> program + " does not end: " + said());
    return process.exitValue();
  }

  /** Another /tmp; what this test uses stays where it is, also where that is below /tmp. */
  private String noexecTmp() {
    return "mount --bind %s /mnt && mount -t tmpfs -o noexec tmpfs /tmp && mkdir -p %s && mount --bind /mnt %s"
        .formatted(folder, folder, folder);
  }

  private void start(String mount, String javaOptions) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "unshare",
                "-m",
                "sh",
                "-c",
                mount + " && exec \"$0\" \"$@\"",
                home.resolve("bin/millwright").toString(),
                "run",
                "--config",
                sites.file().toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", javaOptions);
    daemon = builder.start();
  }

  private void await(String words) throws Exception {
    Child.await(words, () -> said().contains(words) || !daemon.isAlive(), SOON);
    assertTrue(said().contains(words), this::said);
  }

  private String said() {
    try {
      return Files.exists(out) ? Files.readString(out) : "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void unpackNative(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      List<JarEntry> libraries =
          file.stream()
              .filter(
                  entry ->
                      entry.getName().matches("(org/sqlite/native/)?Linux/[^/]+/lib[^/]+\\.so"))
              .toList();
      for (JarEntry entry : libraries) {
        Path target = home.resolve("lib/native").resolve(entry.getName());
        Files.createDirectories(target.getParent());
        try (InputStream from = file.getInputStream(entry)) {
          Files.copy(from, target);
        }
      }
    }
  }

  private static void jar(Path classes, Path jar) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(classes)) {
      all.filter(Files::isRegularFile).forEach(files::add);
    }
    try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Path file : files) {
        to.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, to);
        to.closeEntry();
      }
    }
  }
}
