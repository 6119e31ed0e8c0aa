package dev.millwright.device.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * FIELD 14, jSerialComm #387 #606: what keeps the library from being loaded is seen before. With
 * real mounts: LauncherTest.
 */
class NativeLibraryTest {

  @TempDir private Path root;

  private Path opt;
  private Path tmp;
  private Path home;

  @BeforeEach
  void folders() throws Exception {
    root = root.toRealPath();
    opt = Files.createDirectories(root.resolve("opt/lib/native"));
    tmp = Files.createDirectory(root.resolve("a tmp"));
    home = Files.createDirectory(root.resolve("home"));
  }

  @Test
  void a_library_of_our_own_may_be_loaded_where_everything_else_is_noexec() throws Exception {
    library("x86_64");
    assertNull(problem(opt, "amd64", noexec(root), exec(opt)));
  }

  @Test
  void a_library_on_a_noexec_file_system_is_said_to_be_there() throws Exception {
    Path file = library("armv8_64");
    String wrong = problem(opt, "aarch64", exec(root), noexec(root.resolve("opt")));
    assertTrue(
        wrong.startsWith(
            file + " is on " + root.resolve("opt") + ", which is mounted noexec: install"),
        wrong);
  }

  @Test
  void of_two_file_systems_at_one_point_the_later_one_counts() throws Exception {
    library("x86_64");
    assertNull(problem(opt, "amd64", noexec(root), exec(root)));
  }

  /** Without bin/millwright, or on a processor that it has no file for. */
  @Test
  void a_library_that_is_unpacked_needs_one_of_its_two_folders() throws Exception {
    library("x86_64");
    assertNull(problem(opt, "riscv64", exec(root), noexec(tmp)), "there is the home");
    String wrong = problem(opt, "riscv64", exec(root), noexec(tmp), noexec(home));
    assertEquals(
        "it is unpacked into "
            + tmp
            + ", which is mounted noexec or not writable: name a folder from which programs may be"
            + " run: JAVA_OPTS=-Djava.io.tmpdir=FOLDER",
        wrong);
    assertEquals(wrong, problem(null, "amd64", exec(root), noexec(tmp), noexec(home)));
  }

  /** Where the mounts cannot be read, trying tells. */
  @Test
  void nothing_is_claimed_of_mounts_that_nobody_knows() throws Exception {
    library("x86_64");
    assertNull(problem(opt, "amd64"));
    assertNull(problem(null, "amd64", "garbage", ""));
  }

  private String problem(Path libraries, String processor, String... mountinfo) {
    Properties properties = new Properties();
    if (libraries != null) {
      properties.setProperty("jSerialComm.library.path", libraries.toString());
    }
    properties.setProperty("os.arch", processor);
    properties.setProperty("java.io.tmpdir", tmp.toString());
    properties.setProperty("user.home", home.toString());
    return NativeLibrary.problem(properties, Mounts.of(List.of(mountinfo)));
  }

  private Path library(String processor) throws Exception {
    Path folder = Files.createDirectories(opt.resolve("Linux").resolve(processor));
    return Files.writeString(folder.resolve("libjSerialComm.so"), "");
  }

  private static String noexec(Path point) {
    return mount(point, "rw,nosuid,noexec,relatime");
  }

  private static String exec(Path point) {
    return mount(point, "rw,relatime");
  }

  private static String mount(Path point, String options) {
    return "63 43 0:39 / "
        + point.toString().replace(" ", "\\040")
        + " "
        + options
        + " shared:1 - tmpfs tmpfs rw";
  }
}
