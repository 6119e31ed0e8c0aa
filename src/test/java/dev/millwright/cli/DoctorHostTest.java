package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.serial.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code doctor} says of the host's disks, memory and native libraries. */
class DoctorHostTest {

  @TempDir private Path folder;

  /** On a host whose /tmp is mounted as many are told to mount it. */
  private Diagnosis libraries(String... keysAndValues) throws Exception {
    Path proc = folder.toRealPath().resolve("proc");
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(
        proc.resolve("self/mountinfo"),
        """
        22 1 259:1 / / rw,relatime - ext4 /dev/sda1 rw
        63 22 0:39 / %s rw,nosuid,nodev,noexec - tmpfs tmpfs rw
        """
            .formatted(tmp()));
    Properties properties = new Properties();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    return DoctorHost.libraries(properties, new HostFiles(proc, proc, proc)).get(0);
  }

  private Path tmp() throws Exception {
    return Files.createDirectories(folder.toRealPath().resolve("tmp"));
  }

  /** FIELD 14: where they are unpacked, it is told before a daemon fails on it. */
  @Test
  void a_folder_that_programs_may_not_be_run_from_is_a_fault() throws Exception {
    assertEquals(
        Diagnosis.fault(
            "native libraries",
            tmp() + " is on " + tmp() + ", noexec",
            "JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER names one from which programs may be run"),
        libraries("java.io.tmpdir", tmp().toString()));
    assertEquals(
        Diagnosis.ok("native libraries", "programs may be run from " + folder),
        libraries("java.io.tmpdir", tmp().toString(), "org.sqlite.tmpdir", folder.toString()));
    Path none = folder.resolve("none");
    assertEquals(none + " is no folder", libraries("java.io.tmpdir", none.toString()).words());
  }

  /** The package brings them, so that a /tmp that is mounted noexec is no matter. */
  @Test
  void where_they_are_installed_a_noexec_tmp_is_no_matter() throws Exception {
    String name = "libsqlitejdbc.so";
    Files.writeString(folder.resolve(name), "");
    String path = "org.sqlite.lib.path";
    assertEquals(
        Diagnosis.ok("native libraries", "programs may be run from " + folder),
        libraries(path, folder.toString(), "java.io.tmpdir", tmp().toString()));
    // A processor for which the package has none: unpacked after all.
    String other = folder.resolve("riscv64").toString();
    Diagnosis unpacked = libraries(path, other, "java.io.tmpdir", tmp().toString());
    assertEquals(Diagnosis.Level.FAULT, unpacked.level(), unpacked::toString);
    Files.writeString(tmp().resolve(name), "");
    Diagnosis installed = libraries(path, tmp().toString());
    assertEquals(
        "install Millwright where programs may be run, or remount that", installed.advice());
  }

  /** An empty number of inodes: a file system that has no limit of them. */
  @ParameterizedTest
  @CsvSource({
    "2048, 500000, OK",
    "2048,, OK",
    "1023, 500000, WARNING",
    "2048, 9999, WARNING",
    "63, 500000, FAULT",
    "2048, 0, FAULT",
  })
  void a_disk_is_told_of_before_it_is_full(long mebibytes, Long inodes, Diagnosis.Level level) {
    Diagnosis found = DoctorHost.disk("journal's disk", folder, mebibytes << 20, inodes);
    assertEquals(level, found.level(), found::toString);
    assertTrue(found.words().startsWith(mebibytes + " MiB free"), found::words);
    assertTrue(found.words().endsWith(" at " + folder), found::words);
  }

  /** This host's own, whatever it has left. */
  @Test
  void a_real_disk_is_read() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace() >> 20;
    String words = DoctorHost.disk("journal's disk", folder).words();
    long told = Long.parseLong(words.substring(0, words.indexOf(' ')));
    assertTrue(Math.abs(told - free) < 10_240, words + " against " + free);
  }

  @Test
  void a_limit_of_memory_that_is_too_small_names_the_least() throws Exception {
    Sites sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.virtual("V-1", false);
    assertEquals(
        List.of(
            Diagnosis.warning("memory", "limit 128MiB", "MemoryMax= of the unit: 192M or more")),
        DoctorHost.memory(Patients.of(sites, Map.of("MemoryMax", "134217728"))));
    assertEquals(
        List.of(Diagnosis.ok("memory", "limit 512MiB")),
        DoctorHost.memory(Patients.of(sites, Map.of("MemoryMax", "536870912"))));
  }
}
