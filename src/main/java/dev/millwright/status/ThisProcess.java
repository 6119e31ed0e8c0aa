package dev.millwright.status;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * This process and its virtual machine, by the names that Prometheus' own client libraries give
 * them. Linux tells most of it in {@code /proc} (proc(5)); what it does not tell is left out.
 */
final class ThisProcess {

  private static final Path SELF = Path.of("/proc/self");

  private ThisProcess() {}

  static void add(Families families) {
    ProcessHandle.Info info = ProcessHandle.current().info();
    families.counter(
        "process_cpu_seconds",
        "Processor time that this process has used.",
        Counts.seconds(info.totalCpuDuration().orElse(Duration.ZERO)));
    families.gauge(
        "process_start_time_seconds",
        "When this process was started, since 1970-01-01 UTC.",
        ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    Double kilobytes = number("status", "VmRSS:");
    families.gauge(
        "process_resident_memory_bytes",
        "Memory of this process that is not swapped out.",
        kilobytes == null ? null : kilobytes * 1024);
    families.gauge("process_open_fds", "File descriptors that are open.", descriptors());
    families.gauge(
        "process_max_fds",
        "File descriptors that may be open at most.",
        number("limits", "Max open files"));
    virtualMachine(families);
  }

  private static void virtualMachine(Families families) {
    memory(families, "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
    memory(families, "nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    families.gauge("jvm_threads_current", "Threads that there are.", threads.getThreadCount());
    families.gauge(
        "jvm_threads_peak", "Most threads since the start.", threads.getPeakThreadCount());
    SummarySnapshot.Builder collections =
        SummarySnapshot.builder()
            .name("jvm_gc_collection_seconds")
            .help("Garbage collections, and the time that they took.");
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections.dataPoint(
          SummaryDataPointSnapshot.builder()
              .count(Math.max(0, gc.getCollectionCount()))
              .sum(Math.max(0, gc.getCollectionTime()) / 1e3)
              .labels(Labels.of("gc", gc.getName()))
              .build());
    }
    families.add(collections.build());
  }

  private static void memory(Families families, String area, MemoryUsage usage) {
    families.gauge("jvm_memory_used_bytes", "Memory in use.", usage.getUsed(), "area", area);
    families.gauge(
        "jvm_memory_committed_bytes",
        "Memory that the system has given.",
        usage.getCommitted(),
        "area",
        area);
    families.gauge(
        "jvm_memory_max_bytes",
        "Memory that there may be at most; absent where there is no limit.",
        usage.getMax() < 0 ? null : usage.getMax(),
        "area",
        area);
  }

  private static Long descriptors() {
    try (Stream<Path> open = Files.list(SELF.resolve("fd"))) {
      return open.count() - 1; // but for the one that lists them
    } catch (IOException e) {
      return null;
    }
  }

  /** The first number on the line that begins so; null when there is none. */
  private static Double number(String file, String beginning) {
    try (Stream<String> lines = Files.lines(SELF.resolve(file))) {
      return lines
          .filter(line -> line.startsWith(beginning))
          .map(line -> line.substring(beginning.length()).strip().replaceAll("\\s.*", ""))
          .map(Double::valueOf)
          .findFirst()
          .orElse(null);
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }
}
