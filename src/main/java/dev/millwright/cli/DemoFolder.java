package dev.millwright.cli;

import dev.millwright.control.ControlSettings;
import dev.millwright.journal.JournalSettings;
import dev.millwright.settings.DataSize;
import dev.millwright.simulator.PrivateFolder;
import dev.millwright.store.DatabaseSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The demo's folder of temporary files, its database among them. A demo that was killed leaves it
 * behind, with a server at work in it; the next one clears that away.
 */
final class DemoFolder implements AutoCloseable {

  private static final String PREFIX = "millwright-demo-";
  private static final String OWNER = "pid";
  private static final String DATABASE = "db";

  private static final int STOP_LIMIT_SECONDS = 5;

  private final Path path;

  private DemoFolder(Path path) {
    this.path = path;
  }

  static DemoFolder create() throws IOException {
    clearAway(Path.of(System.getProperty("java.io.tmpdir")));
    Path path = Files.createTempDirectory(PREFIX);
    Files.writeString(path.resolve(OWNER), Long.toString(ProcessHandle.current().pid()));
    return new DemoFolder(path);
  }

  Path log() {
    return path.resolve("millwright.log").toAbsolutePath();
  }

  Path truth() {
    return path.resolve("truth.jsonl");
  }

  JournalSettings journal() {
    return new JournalSettings(
        path.resolve("journal.db").toAbsolutePath(), DataSize.ofMebibytes(64));
  }

  /** The certificates of the plant's OPC UA server; the daemon's are beside the journal. */
  Path plantPki() {
    return path.resolve("plant-pki").toAbsolutePath();
  }

  /** Where millwright start and stop reach the demo's daemon. */
  ControlSettings control() {
    return new ControlSettings(path.resolve("control.sock").toAbsolutePath());
  }

  /**
   * Writes a configuration by which commands such as start and status find the demo.
   *
   * @param conf holds its machines and recipes
   */
  Path configuration(DatabaseSettings database, Path conf) throws IOException {
    for (String folder : List.of("machines", "recipes")) {
      Files.createSymbolicLink(path.resolve(folder), conf.resolve(folder).toAbsolutePath());
    }
    Path file = path.resolve("demo.toml").toAbsolutePath();
    return Files.writeString(
        file,
        """
        [database]
        url = "%s"
        [journal]
        path = "%s"
        [control]
        socket = "%s"
        """
            .formatted(database.shownUrl(), journal().path(), control().socket()));
  }

  Path database() {
    return path.resolve(DATABASE);
  }

  @Override
  public void close() throws IOException {
    delete(path);
  }

  /** What killed demos of this user have left; whatever cannot be cleared away stays. */
  private static void clearAway(Path temporary) {
    try (Stream<Path> all = Files.list(temporary)) {
      List<Path> mine =
          all.filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
              .filter(folder -> PrivateFolder.is(folder) && isOrphan(folder))
              .toList();
      mine.forEach(DemoFolder::clear);
    } catch (IOException | UncheckedIOException e) {
      // Untidy, but nothing that a new demo needs.
    }
  }

  private static void clear(Path folder) {
    try {
      Path database = folder.resolve(DATABASE);
      if (PrivateFolder.is(database)) {
        stopServer(database.toRealPath());
      }
      delete(folder);
    } catch (IOException | UncheckedIOException e) {
      // This one stays; the others need not.
    }
  }

  private static boolean isOrphan(Path folder) {
    Optional<Long> owner = firstNumber(folder.resolve(OWNER));
    return owner.isPresent() && ProcessHandle.of(owner.get()).isEmpty();
  }

  /** The server that works in this folder, if there is one: its number alone proves nothing. */
  private static void stopServer(Path database) {
    firstNumber(database.resolve("postmaster.pid"))
        .flatMap(ProcessHandle::of)
        .filter(server -> worksIn(server, database))
        .ifPresent(DemoFolder::stop);
  }

  private static void stop(ProcessHandle server) {
    server.destroy();
    try {
      server.onExit().get(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // It will end by itself: PostgreSQL looks after its folder once a minute.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    try {
      return Path.of("/proc", Long.toString(process.pid()), "cwd").toRealPath().equals(folder);
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Long> firstNumber(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII)
          .lines()
          .findFirst()
          .map(line -> Long.valueOf(line.strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
