package dev.millwright.chaos;

import dev.millwright.audit.Ledger;
import dev.millwright.testing.Cable;
import dev.millwright.testing.Plant;
import dev.millwright.testing.PostgresCable;
import dev.millwright.testing.TestPlant;
import dev.millwright.testing.TruthSteps;
import dev.millwright.testing.TruthSteps.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL, the plant and the daemon as three processes, with cables of our own between them.
 *
 * @param folder of all of it
 */
record World(
    Path folder,
    TestPlant files,
    Ledger ledger,
    Postgres postgres,
    PostgresCable databaseCable,
    Cable opcUaCable,
    Plant plant,
    CoilMachine cell,
    Cable cellCable,
    CommandTable commands,
    DaemonProcess daemon,
    Map<String, Lock> locks)
    implements AutoCloseable {

  static final List<String> OPC_UA = List.of("PRESS-01", "PRESS-02", "MILL-01");
  static final List<String> SERIAL = List.of("OVEN-01", "LATHE-01", "SAW-01");
  static final Set<String> MACHINES = all();

  /** It runs by itself, and is told to as well. */
  static final String COMMANDED = "PRESS-02";

  private static final String COMMANDS =
      """
      [tags.select]
      node = "nsu=urn:millwright:plant;s=PRESS-02/Select"
      [tags.start]
      node = "nsu=urn:millwright:plant;s=PRESS-02/Start"
      [tags.stop]
      node = "nsu=urn:millwright:plant;s=PRESS-02/Stop"
      [tags.reset]
      node = "nsu=urn:millwright:plant;s=PRESS-02/Reset"
      [commands.start]
      write = { select = "{recipe}", start = true }
      expect = { state = "processing", within = "3s" }
      [commands.stop]
      write = { stop = true }
      expect = { state = "stopped", within = "3s" }
      [commands.reset]
      write = { reset = true }
      expect = { state = "idle", within = "3s" }
      """;

  /** So that what nobody takes has ended soon. */
  private static final String TIME_TO_LIVE = "[commands]\ntime_to_live = \"5s\"\n";

  /** As short as fits a busy host: what is slow to be noticed makes a schedule long. */
  static Duration staleAfter(String machine) {
    return switch (machine) {
      case "SAW-01" -> Duration.ofMillis(2_500); // It says something every second.
      case "OVEN-01", "LATHE-01" -> Duration.ofMillis(1_500);
      default -> Duration.ofSeconds(1);
    };
  }

  private static final double SPEED = 8;

  private static final Pattern LISTEN = Pattern.compile("listen = \"127\\.0\\.0\\.1:(\\d+)\"");

  private static Set<String> all() {
    Set<String> machines = new TreeSet<>(OPC_UA);
    machines.addAll(SERIAL);
    return Set.copyOf(machines);
  }

  /**
   * Makes one and starts it; its machines stand still.
   *
   * @param folder must not exist
   * @param programs where PostgreSQL's are unpacked
   */
  static World start(Path folder, Path programs) throws Exception {
    Files.createDirectories(folder);
    Ledger ledger = new Ledger();
    Postgres postgres = Postgres.start(folder, programs);
    PostgresCable databaseCable = new PostgresCable(postgres.port());
    TestPlant files = TestPlant.in(folder, database(databaseCable.port()), SPEED);
    for (String left : List.of("virt-01", "pump-01", "pump-02", "conv-01")) {
      Files.delete(folder.resolve("machines/" + left + ".toml"));
    }
    int opcUaPort = opcUaPort(files.plant().resolve("plant.toml"));
    Cable opcUaCable = new Cable(opcUaPort, true);
    adapt(folder.resolve("machines"), opcUaPort, opcUaCable.port());
    Plant plant = Plant.start(folder, files.plant(), files.truth(), SPEED);
    CoilMachine cell = new CoilMachine(RecipeCell.COILS);
    Cable cellCable = new Cable(cell.port(), true);
    RecipeCell.write(folder, cellCable.port());
    append(folder.resolve("machines/press-02.toml"), COMMANDS);
    append(
        files.config(),
        TIME_TO_LIVE + "[control]\nsocket = \"" + folder.resolve("control") + "\"\n");
    CommandTable commands = new CommandTable(postgres.dataSource());
    commands.watch();
    DaemonProcess daemon = new DaemonProcess(folder, files.config(), ledger, MACHINES);
    World world =
        new World(
            folder,
            files,
            ledger,
            postgres,
            databaseCable,
            opcUaCable,
            plant,
            cell,
            cellCable,
            commands,
            daemon,
            new ConcurrentHashMap<>());
    daemon.start();
    return world;
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, "\n" + text, StandardOpenOption.APPEND);
  }

  private static List<String> database(int port) {
    return List.of(
        "url = \"jdbc:postgresql://127.0.0.1:" + port + "/postgres\"",
        "user = \"postgres\"",
        "sslmode = \"disable\"",
        "connect_timeout = \"2s\"",
        "socket_timeout = \"2s\"");
  }

  private static int opcUaPort(Path plant) throws IOException {
    Matcher listen = LISTEN.matcher(Files.readString(plant));
    if (!listen.find()) {
      throw new IOException(plant + " does not say where the server listens");
    }
    return Integer.parseInt(listen.group(1));
  }

  /** Through the cable, and quicker to notice what is wrong. */
  private static void adapt(Path machines, int port, int cable) throws IOException {
    for (String machine : MACHINES) {
      Path file = machines.resolve(machine.toLowerCase(Locale.ROOT) + ".toml");
      String stale = "stale_after = \"" + staleAfter(machine).toMillis() + "ms\"";
      Files.writeString(
          file,
          Files.readString(file)
              .replace("stale_after = \"3s\"", stale)
              .replace("timeout = \"500ms\"", "timeout = \"300ms\"")
              .replace(":" + port + "\"", ":" + cable + "\"\ntimeout = \"2s\""));
    }
  }

  /** Whoever does something to this holds its lock. */
  Lock lock(String resource) {
    return locks.computeIfAbsent(resource, name -> new ReentrantLock());
  }

  /** What the machines have done so far. */
  Map<String, List<Step>> truth() throws IOException {
    return TruthSteps.read(files.truth());
  }

  @Override
  public void close() throws Exception {
    try (postgres;
        databaseCable;
        opcUaCable;
        plant;
        cell;
        cellCable;
        daemon) {
      // In this order, the last first.
    }
  }
}
