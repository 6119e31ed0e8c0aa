package dev.millwright.cli;

import dev.millwright.simulator.PrivateFolder;
import dev.millwright.store.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The demo's database: an embedded PostgreSQL in a folder of its own, or a server that was named.
 */
final class DemoDatabase implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final EmbeddedPostgres embedded;
  private final DatabaseSettings settings;

  private DemoDatabase(EmbeddedPostgres embedded, DatabaseSettings settings) {
    this.embedded = embedded;
    this.settings = settings;
  }

  static DemoDatabase embedded(Path folder) throws IOException {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder)
            .setCleanDataDirectory(true)
            .setOverrideWorkingDirectory(binaries())
            .setRegisterShutdownHook(false)
            .setPGStartupWait(START_LIMIT)
            .start();
    String url = postgres.getJdbcUrl("postgres", "postgres");
    return new DemoDatabase(postgres, DatabaseSettings.of(url, null, null));
  }

  /** Where its programs are unpacked, once; by user, as nobody else's can be trusted or written. */
  private static File binaries() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "millwright-server-" + System.getProperty("user.name"));
    // Inside, as the library lets everybody write what it unpacks into.
    return PrivateFolder.in(folder).resolve("unpacked").toFile();
  }

  static DemoDatabase named(DatabaseSettings settings) {
    return new DemoDatabase(null, settings);
  }

  DatabaseSettings settings() {
    return settings;
  }

  /** What psql takes for it. */
  String psql() {
    // Of the driver's parameters psql knows the user; the others it would refuse.
    return "psql '"
        + settings
            .shownUrl()
            .replaceFirst("^jdbc:", "")
            .replaceFirst("[?](.*&)?(user=[^&]*).*|[?].*", "?$2")
            .replaceFirst("[?]$", "")
        + "'";
  }

  @Override
  public void close() throws IOException {
    if (embedded != null) {
      embedded.close();
    }
  }
}
