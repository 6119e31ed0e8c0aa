package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A small disk of a test's own, where this user may mount one. */
final class SmallDisk {

  private SmallDisk() {}

  /** What is done on it. */
  interface OnDisk {
    void run(Path disk) throws Exception;
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  static void mount(Path folder, String options, OnDisk test) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        isRoot() && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0,
        "no right to mount a small disk");
    try {
      test.run(disk);
    } finally {
      run("umount", disk.toString());
    }
  }

  static int run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    return process.exitValue();
  }
}
