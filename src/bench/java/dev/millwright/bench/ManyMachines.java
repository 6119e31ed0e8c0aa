package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import dev.millwright.testing.Child;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the daemon costs as it watches more and more machines. */
final class ManyMachines implements Section {

  private static final List<Integer> SIZES = List.of(1, 10, 100, 1_000);
  private static final Map<String, String> UNITS =
      Map.of(Footprint.MEMORY, "MiB", Footprint.THREADS, "", Footprint.CPU, "% of a core");

  private static final double LINEAR_PERCENT = 10;

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /** Machines make a transition each five seconds on average. */
  private static final String CYCLE = "5s";

  /** Where machines are. */
  private enum Where {
    ONE_SERVER("on one OPC UA server"),
    OWN_LINKS("virtual, each on a link of its own");

    private final String words;

    Where(String words) {
      this.words = words;
    }
  }

  @Override
  public String name() {
    return "many-machines";
  }

  @Override
  public String title() {
    return "More machines";
  }

  @Override
  public String prose(Run run) {
    return """
        The packaged daemon in a process of its own, with 1, 10, 100 and 1,000 machines, each
        of which makes a transition every five seconds on average. They are all behind one OPC UA
        server, in another process, which reports every 250 ms what has changed; or they are
        virtual, and each has a link of its own, so a thread. Memory and threads are the kernel's
        figures at the end, processor time is that of the window alone, after all machines were met.
        "Per further machine" is the slope of the straight line that lies nearest; the cost is called
        linear when none of the four lies farther from it than a tenth of the largest.
        """;
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    Packaged.archiveClasses();
    for (Where where : Where.values()) {
      // By what is measured, then by size: a value for each round.
      Map<String, Map<Integer, List<Double>>> said = new LinkedHashMap<>();
      for (int round = 1; round <= run.size(1, 2); round++) {
        for (int size : SIZES) {
          Map<String, Double> cost = cost(run, where, size, round);
          run.say("  %d %s: %s", size, where.words, cost);
          cost.forEach(
              (what, value) ->
                  said.computeIfAbsent(what, unused -> new TreeMap<>())
                      .computeIfAbsent(size, unused -> new ArrayList<>())
                      .add(value));
        }
      }
      said.forEach((what, sizes) -> figures.addAll(figures(where, what, sizes)));
    }
  }

  private static List<Figure> figures(Where where, String what, Map<Integer, List<Double>> sizes) {
    List<Figure> figures = new ArrayList<>();
    String name = what + ", " + where.words;
    sizes.forEach(
        (size, values) ->
            figures.add(
                Figure.alone(name, UNITS.get(what), new Series("Millwright", values)).at(size)));
    List<Growth> growths = new ArrayList<>();
    for (int round = 0; round < sizes.get(SIZES.get(0)).size(); round++) {
      Map<Integer, Double> costs = new TreeMap<>();
      for (Map.Entry<Integer, List<Double>> size : sizes.entrySet()) {
        costs.put(size.getKey(), size.getValue().get(round));
      }
      growths.add(Growth.of(costs));
    }
    figures.add(
        Figure.alone(
            name + ": per further machine",
            UNITS.get(what),
            new Series("slope", growths.stream().map(Growth::each).toList())));
    figures.add(
        Figure.alone(
            name + ": farthest from the straight line",
            "% of the largest",
            new Series("distance", growths.stream().map(each -> 100 * each.farthest()).toList()),
            Limit.valueAtMost(LINEAR_PERCENT)));
    return figures;
  }

  private static Map<String, Double> cost(Run run, Where where, int size, int round)
      throws Exception {
    Path folder = run.folder(where + "-" + size + "-" + round);
    try (TestDatabase database = TestDatabase.withSchema().create()) {
      if (where == Where.OWN_LINKS) {
        List<String> files = PlantProcess.names(size).stream().map(ManyMachines::virtual).toList();
        return watched(run, folder, database, files);
      }
      int port = FreePort.find();
      try (Child plant = plant(folder, port, size)) {
        Duration publishing = Duration.ofMillis(250);
        List<String> files =
            PlantProcess.names(size).stream()
                .map(
                    machine ->
                        MachineFiles.opcUa(
                            machine,
                            "opc.tcp://127.0.0.1:" + port,
                            publishing,
                            Duration.ofMillis(100)))
                .toList();
        return watched(run, folder, database, files);
      }
    }
  }

  private static Child plant(Path folder, int port, int size) throws Exception {
    StringBuilder plant = new StringBuilder("[opcua]\nlisten = \"127.0.0.1:%d\"\n".formatted(port));
    for (String machine : PlantProcess.names(size)) {
      plant.append(
          """
          [[machine]]
          serial_number = "%s"
          protocol = "opcua"
          recipes = ["R42"]
          cycle = "%s"
          pause = "%s"
          """
              .formatted(machine, CYCLE, CYCLE));
    }
    Path home = Files.createDirectory(folder.resolve("plant"));
    Files.writeString(home.resolve("plant.toml"), plant);
    Child simulate =
        Child.start(
            folder.resolve("simulate.log"),
            List.of("simulate", "--plant=" + home, "--truth=" + folder.resolve("truth.jsonl")));
    simulate.awaitLine("plant is running", START_LIMIT);
    return simulate;
  }

  private static String virtual(String machine) {
    return MachineFiles.virtual(machine, CYCLE)
        + "seed = "
        + Integer.parseInt(machine.substring(1))
        + "\n";
  }

  private static Map<String, Double> watched(
      Run run, Path folder, TestDatabase database, List<String> machines) throws Exception {
    Path file = configure(folder, database, machines);
    Path log = folder.resolve("run.log");
    Process daemon = Packaged.daemon(file, log).start();
    Map<String, Double> cost;
    try {
      awaitMet(database, machines.size(), daemon, log);
      // What meeting them has cost is over, and what is compiled by then is.
      Thread.sleep(run.size(1_000, 15_000));
      cost = new Footprint(daemon).during(Duration.ofMillis(run.size(2_000, 20_000)));
    } finally {
      int unused = Packaged.end(daemon);
    }
    if (daemon.exitValue() != 0) {
      throw new IOException("the daemon ended with " + daemon.exitValue() + ": " + log);
    }
    return cost;
  }

  private static Path configure(Path folder, TestDatabase database, List<String> files)
      throws IOException {
    Path machines = Files.createDirectory(folder.resolve("machines"));
    for (int i = 0; i < files.size(); i++) {
      Files.writeString(machines.resolve("m" + i + ".toml"), files.get(i));
    }
    Files.writeString(folder.resolve("db-password"), "postgres\n");
    Path file = folder.resolve("millwright.toml");
    Files.writeString(
        file,
        """
        [database]
        url = "%s"
        user = "%s"
        password_file = "db-password"
        [journal]
        path = "%s"
        [control]
        socket = "%s"
        [status]
        listen = "127.0.0.1:%d"
        """
            .formatted(
                database.url(),
                database.settings().user(),
                folder.resolve("journal.db").toAbsolutePath(),
                folder.resolve("control.sock").toAbsolutePath(),
                FreePort.find()));
    return file;
  }

  private static void awaitMet(TestDatabase database, int machines, Process daemon, Path log)
      throws Exception {
    long until = System.nanoTime() + START_LIMIT.toNanos();
    String met = Integer.toString(machines);
    String sql =
        "SELECT count(DISTINCT machine_id) FROM machine_transitions WHERE to_status <> 'offline'";
    while (!met.equals(database.value(sql))) {
      if (!daemon.isAlive() || System.nanoTime() - until > 0) {
        throw new IOException("not all machines are met: " + log);
      }
      Thread.sleep(100);
    }
  }
}
