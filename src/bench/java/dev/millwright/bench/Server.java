package dev.millwright.bench;

import dev.millwright.testing.EmbeddedPrograms;
import dev.millwright.testing.InstalledPostgres;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The PostgreSQL that all sections share, with the settings that a server has from the start.
 *
 * @param postgres itself
 * @param origin where its programs came from, in a word
 */
record Server(InstalledPostgres postgres, String origin) implements AutoCloseable {

  private static final String EMBEDDED = "embedded";
  private static final String INSTALLED = "installed";

  /** What rates, WAL and growth depend on; the server itself is asked what holds. */
  private static final String SETTINGS =
      """
      SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name)
        FROM pg_settings
       WHERE name IN ('autovacuum', 'autovacuum_naptime', 'fsync', 'full_page_writes',
                      'max_wal_size', 'shared_buffers', 'synchronous_commit', 'wal_compression',
                      'wal_level', 'wal_sync_method')
      """;

  /**
   * Starts it: by the programs that Debian installs, else by the embedded ones, which Maven has
   * fetched.
   *
   * @param wanted "installed", "embedded", or nothing for the first of them that works
   */
  static Server start(String wanted, Path work) throws IOException, InterruptedException {
    if (!wanted.isEmpty() && !wanted.equals(EMBEDDED) && !wanted.equals(INSTALLED)) {
      throw new IllegalArgumentException(
          "bench.postgres: '%s' is neither %s nor %s".formatted(wanted, INSTALLED, EMBEDDED));
    }
    Optional<Path> programs = InstalledPostgres.programs();
    if (programs.isEmpty() && wanted.equals(INSTALLED)) {
      throw new IllegalArgumentException(
          "bench.postgres: no PostgreSQL is installed under " + InstalledPostgres.PLACE);
    }
    if (programs.isPresent() && !wanted.equals(EMBEDDED)) {
      try {
        return started(programs.get(), INSTALLED, work);
      } catch (IOException e) {
        if (wanted.equals(INSTALLED)) {
          throw e;
        }
        System.out.println("The installed PostgreSQL is not used: " + e.getMessage());
      }
    }
    Path unpacked = Files.createDirectories(work.resolve("postgresql"));
    return started(EmbeddedPrograms.unpack(unpacked), EMBEDDED, work);
  }

  private static Server started(Path programs, String origin, Path work)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectories(work.resolve("server-" + origin));
    Server server = new Server(InstalledPostgres.startAsSet(programs, folder), origin);
    // Databases of tests are made there.
    System.setProperty("millwright.test.server", server.postgres().address());
    return server;
  }

  /** Version, origin, and the settings that matter, as it says itself. */
  String describe() throws SQLException {
    TestDatabase database = TestDatabase.empty().create();
    try (database) {
      return "%s, %s; %s"
          .formatted(
              database.value("SELECT current_setting('server_version')"),
              origin,
              database.value(SETTINGS));
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    postgres.close();
  }
}
