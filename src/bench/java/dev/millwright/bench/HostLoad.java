package dev.millwright.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Whose the processors were, as Linux counts it (proc(5)): how much of them went to others than
 * this process and its children.
 *
 * @param passed all processors' time, idle or not, in ticks
 * @param busy how much of it was used by anybody, the kernel and other virtual machines included
 * @param own how much was this process's and that of its children, the ended ones too
 */
record HostLoad(long passed, long busy, long own) {

  private static final int IDLE = 3;
  private static final int WAITING = 4;

  /** User, nice, system, idle, waiting, interrupts, soft interrupts, stolen; guests are in user. */
  private static final int KINDS = 8;

  static HostLoad now() throws IOException {
    long[] ticks;
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String all = lines.findFirst().orElseThrow();
      ticks =
          Stream.of(all.split("\\s+", -1))
              .skip(1)
              .limit(KINDS)
              .mapToLong(Long::parseLong)
              .toArray();
    }
    long passed = LongStream.of(ticks).sum();
    ProcessHandle self = ProcessHandle.current();
    long own = 0;
    for (ProcessHandle each : Stream.concat(Stream.of(self), self.descendants()).toList()) {
      own += Ticks.withChildren(each.pid());
    }
    return new HostLoad(passed, passed - ticks[IDLE] - ticks[WAITING], own);
  }

  /** The share of all processors that others had since then; 0 to 1. */
  double others(HostLoad before) {
    double others = (busy - before.busy) - (own - before.own);
    return Math.max(0, others / Math.max(1, passed - before.passed));
  }

  /** What a process has used, in ticks of USER_HZ. */
  static final class Ticks {
    private static final int USER = 11;

    private Ticks() {}

    /** Of all threads that it has had. */
    static long own(long pid) throws IOException {
      List<String> fields = fields(pid);
      return sum(fields, 2);
    }

    /** And of children that it has waited for; none when it is gone. */
    static long withChildren(long pid) {
      try {
        return sum(fields(pid), 4);
      } catch (IOException e) {
        return 0;
      }
    }

    private static long sum(List<String> fields, int count) {
      return fields.subList(USER, USER + count).stream().mapToLong(Long::parseLong).sum();
    }

    /** Behind the program's name, which may have blanks in it; the third of all is the first. */
    private static List<String> fields(long pid) throws IOException {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }
  }
}
