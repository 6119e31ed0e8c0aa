package dev.millwright.chaos;

import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server in processes that can be stopped, killed and frozen, on one port. */
final class Postgres implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** What a killed server leaves behind may keep the next one from starting for a moment. */
  private static final Duration RETRY_EVERY = Duration.ofMillis(200);

  private static final String SETTINGS =
      """

      listen_addresses = '127.0.0.1'
      port = %d
      unix_socket_directories = ''
      fsync = off
      autovacuum = off
      """;

  private final Path data;
  private final Path log;
  private final Path control;
  private final int port;

  private Postgres(Path data, Path log, Path control, int port) {
    this.data = data;
    this.log = log;
    this.control = control;
    this.port = port;
  }

  /**
   * Makes a server with plan schema and starts it.
   *
   * @param folder for its data and its log
   * @param programs where its programs are unpacked, once for many servers
   */
  static Postgres start(Path folder, Path programs) throws Exception {
    Path data = folder.resolve("database");
    int port = FreePort.find();
    // It unpacks the programs and makes the data; from then on the server is in our hands.
    EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(programs.toFile())
        .setRegisterShutdownHook(false)
        .setPGStartupWait(START_LIMIT)
        .start()
        .close();
    Path configuration = data.resolve("postgresql.conf");
    Files.writeString(configuration, Files.readString(configuration) + SETTINGS.formatted(port));
    Postgres server = new Postgres(data, folder.resolve("postgres.log"), control(programs), port);
    Runtime.getRuntime().addShutdownHook(new Thread(server::end, "end " + data));
    server.start();
    new PlanRunner(server.dataSource()).apply(Plan.load("schema"), null);
    return server;
  }

  private static Path control(Path programs) throws IOException {
    try (Stream<Path> files = Files.walk(programs)) {
      return files.filter(file -> file.endsWith("bin/pg_ctl")).findFirst().orElseThrow();
    }
  }

  int port() {
    return port;
  }

  /** Past the cable; no answer takes longer than it has to. */
  DataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    dataSource.setUser("postgres");
    dataSource.setConnectTimeout(2);
    dataSource.setSocketTimeout(5);
    dataSource.setApplicationName("chaos");
    return dataSource;
  }

  /** Starts it, with recovery where that is needed; it answers when this returns. */
  void start() throws IOException, InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (control("start", "-l", log.toString()) != 0) {
      if (Instant.now().isAfter(limit)) {
        throw new IOException("PostgreSQL does not start: see " + log);
      }
      Thread.sleep(RETRY_EVERY.toMillis());
    }
  }

  /** Stops it in order, without waiting for its clients. */
  void stop() throws IOException, InterruptedException {
    control("stop", "-m", "fast");
  }

  /** Kills the postmaster; the other processes find that out and end. */
  void kill() throws IOException, InterruptedException {
    ProcessHandle postmaster = postmaster();
    List<ProcessHandle> all = processes();
    postmaster.destroyForcibly();
    for (ProcessHandle process : all) {
      long limit = System.nanoTime() + START_LIMIT.toNanos();
      while (process.isAlive() && System.nanoTime() - limit < 0) {
        Thread.sleep(10);
      }
    }
  }

  /** Sends a signal to all of its processes, as kill does. */
  void signal(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    processes().forEach(process -> command.add(Long.toString(process.pid())));
    new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private List<ProcessHandle> processes() throws IOException {
    ProcessHandle postmaster = postmaster();
    return Stream.concat(Stream.of(postmaster), postmaster.children()).toList();
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private int control(String verb, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // The server refuses to run as root.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(control.toString(), "-D", data.toString(), "-w", "-t", "20", verb));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(log.resolveSibling("pg_ctl.log").toFile()))
            .start();
    process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    return process.exitValue();
  }

  @Override
  public void close() {
    end();
  }

  private void end() {
    try {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        signal("CONT");
        control("stop", "-m", "immediate");
      }
    } catch (Exception e) {
      System.out.println("PostgreSQL of " + data + " may run on: " + e);
    }
  }
}
