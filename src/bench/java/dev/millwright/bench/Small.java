package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import dev.millwright.daemon.DatagramServer;
import dev.millwright.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the daemon takes of its host when nothing happens, and how soon it is there. */
final class Small implements Section {

  private static final String OURS = "Millwright, 20 machines";
  private static final String BARE = "bare JVM";
  private static final String BARE_FLAGS = "bare JVM with our flags";
  private static final String READY = "from exec to ready";

  private static final String PERCENT = "% of a core";

  /** In which both are looked at, in turn, at rest. */
  private static final int WINDOWS = 8;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "small";
  }

  @Override
  public String title() {
    return "Being small";
  }

  @Override
  public String prose(Run run) {
    return """
    The packaged daemon with 20 machines that do nothing, each looked at once a second (14 behind one OPC UA
    server, 3 Modbus TCP units, 3 serial lines), journal, history, status page and metrics. Against it, a JVM
    that holds one OPC UA session (Eclipse Milo) and one connection (pgjdbc) and does nothing, on the same
    class path: as a JVM comes, and with the daemon's flags. Both are started anew in each round.

    Ready is what systemd is told; of the bare JVM, that it has both connections. Resident memory counts pages of
    files too (`Rss` of `/proc/PID/smaps_rollup`), %d s after that. "Soon" is CPU of all threads in the last %d s of
    these, while the JVM is still compiling. At rest is what both of them take, side by side, after another %d s, in
    windows of %d s. The archive of classes was made before, as the package does.\
    """
        .formatted(
            settling(run).plus(window(run)).toSeconds(),
            window(run).toSeconds(),
            toRest(run).toSeconds(),
            window(run).toSeconds());
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    Packaged.archiveClasses();
    try (TestDatabase database = TestDatabase.withSchema().create();
        SmallSite site = new SmallSite(run.folder("site"), database.urlWithPassword())) {
      List<String> flags = Packaged.flags();
      Map<String, Starting> all = new LinkedHashMap<>();
      all.put(OURS, () -> ours(run, site));
      all.put(BARE, () -> bare(List.of(), site, database));
      all.put(BARE_FLAGS, () -> bare(flags, site, database));
      Map<String, Contender> anew = new LinkedHashMap<>();
      all.forEach((label, starting) -> anew.put(label, round -> soon(run, starting)));
      figures.addAll(figures(Rounds.of(run, 1, run.size(2, run.rounds()), anew)));
      try (Up ours = all.get(OURS).start();
          Up bare = all.get(BARE).start()) {
        Thread.sleep(toRest(run).toMillis());
        Map<String, Contender> resting = new LinkedHashMap<>();
        resting.put(OURS, round -> ours.footprint().during(window(run)));
        resting.put(BARE, round -> bare.footprint().during(window(run)));
        figures.addAll(resting(Rounds.of(run, 0, run.size(2, WINDOWS), resting)));
      }
    }
  }

  /** Starts somebody. */
  private interface Starting {
    Up start() throws Exception;
  }

  /**
   * Somebody who is ready, until this is closed.
   *
   * @param systemd whom it tells how it fares; null where it tells nobody
   */
  private record Up(Process process, double readyMillis, DatagramServer systemd)
      implements AutoCloseable {

    /** Ready now. */
    static Up since(long start, Process process, DatagramServer systemd) {
      return new Up(process, (System.nanoTime() - start) / 1e6, systemd);
    }

    Footprint footprint() {
      return new Footprint(process);
    }

    @Override
    public void close() throws Exception {
      int unused = Packaged.end(process);
      if (systemd != null) {
        systemd.close();
      }
    }
  }

  private static Duration settling(Run run) {
    return Duration.ofSeconds(run.size(1, 15));
  }

  private static Duration window(Run run) {
    return Duration.ofSeconds(run.size(2, 15));
  }

  private static Duration toRest(Run run) {
    return Duration.ofSeconds(run.size(1, 300));
  }

  private static Map<String, Double> soon(Run run, Starting starting) throws Exception {
    try (Up up = starting.start()) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(READY, up.readyMillis());
      Thread.sleep(settling(run).toMillis());
      values.putAll(up.footprint().during(window(run)));
      return values;
    }
  }

  private static List<Figure> resting(Rounds rounds) {
    return List.of(
        Figure.of(
            "CPU at rest",
            PERCENT,
            rounds.of(OURS, Footprint.CPU),
            rounds.of(BARE, Footprint.CPU),
            Limit.valueAtMost(1)),
        figure(
            rounds,
            Footprint.MEMORY,
            " at rest",
            "MiB",
            Limit.ratioAtMost(1.3),
            Limit.valueAtMost(128)));
  }

  private static List<Figure> figures(Rounds rounds) throws IOException {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(
            rounds, Footprint.MEMORY, "", "MiB", Limit.ratioAtMost(1.3), Limit.valueAtMost(128)));
    figures.add(figure(rounds, READY, "", "ms", Limit.ratioAtMost(1.5), Limit.valueAtMost(1_500)));
    for (String what : List.of(Footprint.MEMORY, READY)) {
      figures.add(
          Figure.of(
              what + ", same flags",
              what.equals(READY) ? "ms" : "MiB",
              rounds.of(OURS, what),
              rounds.of(BARE_FLAGS, what)));
    }
    figures.add(
        Figure.of(
            "CPU soon", PERCENT, rounds.of(OURS, Footprint.CPU), rounds.of(BARE, Footprint.CPU)));
    figures.add(figure(rounds, Footprint.THREADS, "", ""));
    figures.add(
        Figure.alone(
            "on disk, without the demo",
            "MiB",
            new Series("bin, lib and the archive of classes", List.of(Packaged.onDisk()))));
    return figures;
  }

  private static Figure figure(
      Rounds rounds, String what, String when, String unit, Limit... limits) {
    return Figure.of(what + when, unit, rounds.of(OURS, what), rounds.of(BARE, what), limits);
  }

  private static Up ours(Run run, SmallSite site) throws Exception {
    Path socket = run.folder().resolve("notify");
    DatagramServer systemd = new DatagramServer(socket.toString());
    ProcessBuilder builder = Packaged.daemon(site.file(), run.folder().resolve("daemon.log"));
    builder.environment().put("NOTIFY_SOCKET", socket.toString());
    long start = System.nanoTime();
    Process daemon = builder.start();
    String said = "";
    while (said != null && !said.contains("READY=1")) {
      said = systemd.receive(PATIENCE);
    }
    Up up = Up.since(start, daemon, systemd);
    if (said == null) {
      up.close();
      throw new IllegalStateException(
          "the daemon is not ready within " + PATIENCE + ": " + run.folder());
    }
    return up;
  }

  private static Up bare(List<String> flags, SmallSite site, TestDatabase database)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add(
        "-Djava.util.logging.config.file="
            + Path.of("src/test/resources/logging.properties").toAbsolutePath());
    command.add("-cp");
    command.add(Packaged.classPath());
    command.add(BareClient.class.getName());
    command.add(site.endpoint());
    command.add(database.urlWithPassword());
    ProcessBuilder builder = Packaged.builder(command);
    if (!flags.isEmpty()) {
      // It stands beside the flags in the launcher.
      builder.environment().put("MALLOC_ARENA_MAX", "2");
    }
    long start = System.nanoTime();
    Process client = builder.start();
    BufferedReader said = client.inputReader();
    String line = said.readLine();
    while (line != null && !line.equals(BareClient.READY)) {
      line = said.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the bare JVM has ended with " + client.waitFor());
    }
    return Up.since(start, client, null);
  }
}
