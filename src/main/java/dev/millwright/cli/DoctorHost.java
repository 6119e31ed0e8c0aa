package dev.millwright.cli;

import dev.millwright.daemon.Chrony;
import dev.millwright.daemon.HostClock;
import dev.millwright.daemon.LogSettings;
import dev.millwright.daemon.Programs;
import dev.millwright.device.serial.HostFiles;
import dev.millwright.device.serial.Mounts;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** The host: its clock, its disks, its memory, and the Java that runs there. */
final class DoctorHost {

  /** What the journal leaves free, and some air. */
  private static final long LEAST_BYTES = 64L << 20;

  private static final long FEW_BYTES = 1L << 30;
  private static final long FEW_INODES = 10_000;

  /** What a daemon with some hundred machines needs. */
  private static final long LEAST_MEMORY = 192L << 20;

  private static final double LARGE_OFFSET_SECONDS = 0.5;

  private DoctorHost() {}

  static List<Diagnosis> clock() throws InterruptedException {
    Chrony chrony = Chrony.ask();
    if (chrony != null) {
      if (!chrony.isSynchronized()) {
        return List.of(unsynchronised("chrony says: not synchronised"));
      }
      String words =
          String.format(
              Locale.ROOT,
              "chrony: %.9f s %s",
              Math.abs(chrony.aheadSeconds()),
              chrony.aheadSeconds() < 0 ? "slow" : "fast");
      return List.of(
          Math.abs(chrony.aheadSeconds()) < LARGE_OFFSET_SECONDS
              ? Diagnosis.ok("clock", words)
              : Diagnosis.warning("clock", words, "wait, or: chronyc makestep"));
    }
    Duration error = HostClock.largestError();
    if (Boolean.TRUE.equals(HostClock.isSynchronized())) {
      return List.of(
          Diagnosis.ok(
              "clock",
              error == null
                  ? "synchronised by systemd-timesyncd; offset not told"
                  : "synchronised, as the kernel says; wrong by " + words(error) + " at most"));
    }
    return List.of(
        unsynchronised(
            error == null
                ? "not known: nothing here tells whether it is synchronised (chronyc, the kernel)"
                : "not synchronised, as the kernel says"));
  }

  private static String words(Duration error) {
    return String.format(Locale.ROOT, "%.3f s", error.toNanos() / 1e9);
  }

  private static Diagnosis unsynchronised(String words) {
    return Diagnosis.warning(
        "clock",
        words,
        "install chrony or systemd-timesyncd, or look why it reaches no time server: the rows' times are this clock's where machines give"
            + " none");
  }

  static List<Diagnosis> java() {
    int version = Runtime.version().feature();
    String words = "Java " + Runtime.version() + ", " + System.getProperty("java.vendor");
    return List.of(
        version >= 17 && version <= 25
            ? Diagnosis.ok("Java", words)
            : Diagnosis.warning("Java", words, "install one of 17 to 25, which are tested"));
  }

  /** Of the service where it is known, else of all that run here. */
  static List<Diagnosis> memory(DoctorPatient patient) throws IOException {
    String limit = patient.unit().getOrDefault("MemoryMax", "");
    Path here = Path.of("/sys/fs/cgroup/memory.max");
    if (!limit.matches("\\d+") && Files.isReadable(here)) {
      limit = Files.readString(here).strip();
    }
    if (!limit.matches("\\d{1,18}")) {
      return List.of(Diagnosis.ok("memory", "no limit is set"));
    }
    long bytes = Long.parseLong(limit);
    String words = "limit " + new DataSize(bytes >> 20 << 20);
    return List.of(
        bytes >= LEAST_MEMORY
            ? Diagnosis.ok("memory", words)
            : Diagnosis.warning(
                "memory", words, "MemoryMax= of the unit: " + (LEAST_MEMORY >> 20) + "M or more"));
  }

  /**
   * The launcher names the file that is installed; without one SQLite unpacks its own.
   *
   * @param properties those of the daemon's Java, which the launcher sets for this one as well
   */
  static List<Diagnosis> libraries(Properties properties, HostFiles host) {
    Path installed =
        Path.of(
            properties.getProperty("org.sqlite.lib.path", ""),
            properties.getProperty("org.sqlite.lib.name", "libsqlitejdbc.so"));
    boolean unpacks = !installed.isAbsolute() || !Files.isReadable(installed);
    Path folder =
        unpacks
            ? Path.of(
                properties.getProperty(
                    "org.sqlite.tmpdir", properties.getProperty("java.io.tmpdir", "/tmp")))
            : installed.getParent();
    Path noexec = Mounts.read(host).noexec(folder);
    return List.of(
        noexec == null && Files.isDirectory(folder)
            ? Diagnosis.ok("native libraries", "programs may be run from " + folder)
            : Diagnosis.fault(
                "native libraries",
                folder + (noexec == null ? " is no folder" : " is on " + noexec + ", noexec"),
                unpacks
                    ? "JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER names one from which programs may be"
                        + " run"
                    : "install Millwright where programs may be run, or remount that"));
  }

  static List<Diagnosis> log(DoctorPatient patient) throws IOException, InterruptedException {
    Path file = patient.main().section(LogSettings.class).file();
    if (file == null) {
      return List.of(Diagnosis.ok("log", "to standard output, which journald keeps"));
    }
    if (!Files.isDirectory(file.getParent())) {
      return List.of(
          Diagnosis.fault(
              "log",
              "there is no folder " + file.getParent(),
              "make it, or start the daemon by systemd, which makes it (LogsDirectory=)"));
    }
    return List.of(Diagnosis.ok("log", file.toString()), disk("log's disk", file.getParent()));
  }

  static Diagnosis disk(String subject, Path folder) throws IOException, InterruptedException {
    String told = Programs.ask("stat", "-f", "-c", "%c %d", folder.toString());
    String[] inodes = told == null ? new String[] {"0", "0"} : told.split(" ", -1);
    return disk(
        subject,
        folder,
        Files.getFileStore(folder).getUsableSpace(),
        // Some file systems have no such limit, and say 0 of 0.
        inodes[0].equals("0") ? null : Long.valueOf(inodes[1]));
  }

  /**
   * What is left on a disk.
   *
   * @param inodes null where there is no limit of them
   */
  static Diagnosis disk(String subject, Path folder, long freeBytes, Long inodes) {
    String words =
        (freeBytes >> 20)
            + " MiB free"
            + (inodes == null ? "" : ", " + inodes + " inodes free")
            + " at "
            + folder;
    if (freeBytes < LEAST_BYTES || (inodes != null && inodes == 0)) {
      return Diagnosis.fault(subject, words, "make room: the journal takes nothing soon");
    }
    return freeBytes < FEW_BYTES || (inodes != null && inodes < FEW_INODES)
        ? Diagnosis.warning(subject, words, "make room before it is full")
        : Diagnosis.ok(subject, words);
  }
}
