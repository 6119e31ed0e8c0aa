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
    files too (`Rss` of `/proc/PID/smaps_rollup`), %d s after that. CPU is that of all threads in the last %d s.
    The archive of classes was made before, as the package does.\
    """
        .formatted(settling(run).plus(rest(run)).toSeconds(), rest(run).toSeconds());
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    Packaged.archiveClasses();
    try (TestDatabase database = TestDatabase.withSchema().create();
        SmallSite site = new SmallSite(run.folder("site"), database.urlWithPassword())) {
      Duration settling = settling(run);
      Duration rest = rest(run);
      Map<String, Contender> contenders = new LinkedHashMap<>();
      contenders.put(OURS, round -> ours(run, site, settling, rest));
      List<String> flags = Packaged.flags();
      contenders.put(BARE, round -> bare(List.of(), site, database, settling, rest));
      contenders.put(BARE_FLAGS, round -> bare(flags, site, database, settling, rest));
      figures.addAll(figures(Rounds.of(run, run.size(2, run.rounds()), contenders)));
    }
  }

  private static Duration settling(Run run) {
    return Duration.ofSeconds(run.size(1, 30));
  }

  private static Duration rest(Run run) {
    return Duration.ofSeconds(run.size(2, 15));
  }

  private static List<Figure> figures(Rounds rounds) throws IOException {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        figure(rounds, Footprint.MEMORY, "MiB", Limit.ratioAtMost(1.3), Limit.valueAtMost(128)));
    figures.add(figure(rounds, READY, "ms", Limit.ratioAtMost(1.5), Limit.valueAtMost(1_500)));
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
            "CPU at rest",
            "% of a core",
            rounds.of(OURS, Footprint.CPU),
            rounds.of(BARE, Footprint.CPU),
            Limit.valueAtMost(1)));
    figures.add(figure(rounds, Footprint.THREADS, ""));
    figures.add(
        Figure.alone(
            "on disk, without the demo",
            "MiB",
            new Series("bin, lib and the archive of classes", List.of(Packaged.onDisk()))));
    return figures;
  }

  private static Figure figure(Rounds rounds, String what, String unit, Limit... limits) {
    return Figure.of(what, unit, rounds.of(OURS, what), rounds.of(BARE, what), limits);
  }

  private static Map<String, Double> ours(Run run, SmallSite site, Duration settling, Duration rest)
      throws Exception {
    Path socket = run.folder().resolve("notify");
    try (DatagramServer systemd = new DatagramServer(socket.toString())) {
      ProcessBuilder builder = Packaged.daemon(site.file(), run.folder().resolve("daemon.log"));
      builder.environment().put("NOTIFY_SOCKET", socket.toString());
      long start = System.nanoTime();
      Process daemon = builder.start();
      try {
        String said = "";
        while (!said.contains("READY=1")) {
          said = systemd.receive(PATIENCE);
          if (said == null) {
            throw new IllegalStateException(
                "the daemon is not ready within " + PATIENCE + ": " + run.folder());
          }
        }
        return footprint(daemon, start, settling, rest);
      } finally {
        int unused = Packaged.end(daemon);
      }
    }
  }

  private static Map<String, Double> bare(
      List<String> flags, SmallSite site, TestDatabase database, Duration settling, Duration rest)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
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
    try (BufferedReader said = client.inputReader()) {
      String line = said.readLine();
      while (line != null && !line.equals(BareClient.READY)) {
        line = said.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the bare JVM has ended with " + client.waitFor());
      }
      return footprint(client, start, settling, rest);
    } finally {
      int unused = Packaged.end(client);
    }
  }

  private static Map<String, Double> footprint(
      Process process, long start, Duration settling, Duration rest)
      throws IOException, InterruptedException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put(READY, (System.nanoTime() - start) / 1e6);
    Thread.sleep(settling.toMillis());
    values.putAll(new Footprint(process).during(rest));
    return values;
  }
}
