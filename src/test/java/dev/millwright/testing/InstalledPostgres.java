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

/** A PostgreSQL of a test's own by the programs that Debian installs, pg_dump among them. */
public final class InstalledPostgres implements AutoCloseable {

  /** Below it there is a folder for each major version. */
  public static final Path PLACE = Path.of("/usr/lib/postgresql");

  private static final long LIMIT_SECONDS = 60;

  private final Path programs;
  private final Path folder;
  private final int port;

  private InstalledPostgres(Path programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
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
   * Makes a server and starts it.
   *
   * @param folder for its data and what its programs print
   */
  public static InstalledPostgres start(Path programs, Path folder)
      throws IOException, InterruptedException {
    InstalledPostgres server = new InstalledPostgres(programs, folder, FreePort.find());
    server.run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync");
    server.run(
        "pg_ctl",
        "-w",
        "-l",
        folder.resolve("server.log").toString(),
        "-o",
        "-p "
            + server.port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
        "start");
    return server;
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
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // The server refuses to run as root.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(
        List.of(programs.resolve(program).toString(), "-D", folder.resolve("data").toString()));
    command.addAll(List.of(arguments));
    String unused = finish(command);
  }

  /** To a file, as the server that pg_ctl leaves behind would keep a pipe open. */
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

  @Override
  public void close() throws IOException, InterruptedException {
    run("pg_ctl", "-w", "-m", "immediate", "stop");
  }
}
