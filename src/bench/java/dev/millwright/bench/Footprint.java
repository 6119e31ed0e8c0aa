package dev.millwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a process takes of its host, as Linux tells (proc(5)). */
final class Footprint {

  static final String MEMORY = "resident memory";
  static final String THREADS = "threads";
  static final String CPU = "processor";

  private static final double KIB_IN_MIB = 1_024;

  /** USER_HZ, on all processors that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private final long pid;
  private final Path process;

  Footprint(Process process) {
    this.pid = process.pid();
    this.process = Path.of("/proc", Long.toString(pid));
  }

  /** What it takes, and how much of a core within that time. */
  Map<String, Double> during(Duration time) throws IOException, InterruptedException {
    long start = System.nanoTime();
    double before = cpuNanos();
    Thread.sleep(time.toMillis());
    double used = cpuNanos() - before;
    long took = System.nanoTime() - start;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(MEMORY, memory());
    values.put(THREADS, (double) tasks().size());
    values.put(CPU, 100 * used / took);
    return values;
  }

  /** All pages of it that are in memory, those of files too, whoever else has them. */
  private double memory() throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("smaps_rollup"))) {
      String kib =
          lines
              .filter(line -> line.startsWith("Rss:"))
              .findFirst()
              .orElseThrow()
              .replaceAll("\\D", "");
      return Double.parseDouble(kib) / KIB_IN_MIB;
    }
  }

  /** Of all threads that it has had, in nanoseconds. */
  private double cpuNanos() throws IOException {
    return 1e9 * HostLoad.Ticks.own(pid) / TICKS_PER_SECOND;
  }

  private List<Path> tasks() throws IOException {
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      return tasks.toList();
    }
  }
}
