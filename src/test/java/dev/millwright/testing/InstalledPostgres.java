package dev.millwright.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL of a test's own by the programs that Debian installs, pg_dump among them. It is a
 * child of this JVM, and ends with it.
 */
public final class InstalledPostgres implements AutoCloseable {

  /** Below it there is a folder for each major version. */
  public static final Path PLACE = Path.of("/usr/lib/postgresql");

  private static final long LIMIT_SECONDS = 60;

  /** Of postmaster.pid, from 0 on: how far the server is. */
  private static final int STATUS_LINE = 7;

  private final Path programs;
  private final Path folder;
  private final List<String> settings;
  private final int port;
  private final Thread reaper = new Thread(this::reap, "reap PostgreSQL");
  private Process postmaster;

  private InstalledPostgres(Path programs, Path folder, List<String> settings) throws IOException {
    this.programs = programs;
    this.folder = folder;
    this.settings = settings;
    this.port = FreePort.find();
  }

  /** Where the programs of the newest version are that has them all. */
  public static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(PLACE)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(PLACE)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Stream.of("initdb", "pg_ctl", "pg_dump").allMatch(name -> has(bin, name)))
          .max(Comparator.comparing(bin -> Integer.valueOf(bin.getName(3).toString())));
    }
  }

  private static boolean has(Path bin, String program) {
    return Files.isExecutable(bin.resolve(program));
  }

  /**
   * Makes a server and starts it. It is quick, as it would not survive a crash of the host.
   *
   * @param folder for its data and what its programs print
   */
  public static InstalledPostgres start(Path programs, Path folder)
      throws IOException, InterruptedException {
    return startAsSet(programs, folder, "-c", "fsync=off");
  }

  /**
   * Makes a server and starts it, with the settings that it has from the start but for these.
   *
   * @param folder for its data and what its programs print
   * @param settings as on the command line of postgres
   */
  public static InstalledPostgres startAsSet(Path programs, Path folder, String... settings)
      throws IOException, InterruptedException {
    InstalledPostgres server = new InstalledPostgres(programs, folder, List.of(settings));
    server.run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync");
    server.start();
    return server;
  }

  /**
   * Makes a streaming standby of this server and starts it.
   *
   * @param other for its data and what its programs print
   * @param name by which synchronous_standby_names may call it
   */
  public InstalledPostgres standby(Path other, String name)
      throws IOException, InterruptedException {
    InstalledPostgres standby = new InstalledPostgres(programs, other, settings);
    standby.run(
        "pg_basebackup",
        "--no-sync",
        "--write-recovery-conf",
        "--checkpoint=fast",
        "--dbname=host=127.0.0.1 port=" + port + " user=postgres application_name=" + name);
    standby.start();
    return standby;
  }

  /** Not by pg_ctl, which would make it nobody's child. */
  private void start() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                programs.resolve("postgres").toString(),
                "-D",
                data().toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories="));
    command.addAll(settings);
    postmaster =
        new ProcessBuilder(unprivileged(Tied.command("QUIT", command)))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(reaper);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!isReady()) {
      if (!postmaster.isAlive() || System.nanoTime() > deadline) {
        kill();
        throw new IOException("the server does not start:\n" + Files.readString(log()));
      }
      Thread.sleep(50);
    }
  }

  /** As pg_ctl looks: the last line of its file says so, of a standby too. */
  private boolean isReady() throws IOException {
    Path file = data().resolve("postmaster.pid");
    if (!Files.exists(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() > STATUS_LINE
        && List.of("ready", "standby").contains(lines.get(STATUS_LINE).strip());
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** What the server has written on its standard error. */
  public Path log() {
    return folder.resolve("server.log");
  }

  /** Ends it and all of its sessions at once (SIGKILL), as a power cut of its host does. */
  public void kill() {
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(0, postmaster.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    Runtime.getRuntime().removeShutdownHook(reaper);
  }

  private void reap() {
    try {
      stop();
    } catch (IOException e) {
      postmaster.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The process of its postmaster. */
  long pid() {
    return postmaster.pid();
  }

  /** Where it is, as a URL names it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Where one of its programs would be. */
  public Path program(String name) {
    return programs.resolve(name);
  }

  /** At which it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  public DataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    dataSource.setUser("postgres");
    return dataSource;
  }

  /** What pg_dump prints, without the key that newer ones draw for each dump. */
  public List<String> dump(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(programs.resolve("pg_dump").toString());
    command.addAll(
        List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres", "postgres"));
    command.addAll(List.of(options));
    return finish(command).lines().filter(line -> !line.matches("\\\\(un)?restrict .*")).toList();
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of(programs.resolve(program).toString(), "-D", data().toString()));
    command.addAll(List.of(arguments));
    String unused = finish(unprivileged(command));
  }

  /** As the server refuses to run as root. */
  private static List<String> unprivileged(List<String> command) {
    if (!System.getProperty("user.name").equals("root")) {
      return command;
    }
    List<String> all = new ArrayList<>(List.of("unshare", "-U"));
    all.addAll(command);
    return all;
  }

  private String finish(List<String> command) throws IOException, InterruptedException {
    Path printed = Files.createTempFile(folder, "printed", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command + " does not end");
    }
    String text = Files.readString(printed, StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new IOException(command + " ended with " + process.exitValue() + ":\n" + text);
    }
    return text;
  }

  private void stop() throws IOException, InterruptedException {
    run("pg_ctl", "-w", "-m", "immediate", "stop");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stop();
    Runtime.getRuntime().removeShutdownHook(reaper);
  }
}
