package dev.millwright.bench;

import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * How many statements clients send, as the server writes them into its log: BEGIN and COMMIT too,
 * but not what triggers and functions do by themselves. It logs them only while that is asked for.
 */
final class StatementLog implements AutoCloseable {

  private static final long LIMIT_NANOS = 30_000_000_000L;

  private final Path log;
  private final TestDatabase database;
  private final String name;
  private final long from;

  /** From now on, of one database; nobody else may ask for it meanwhile. */
  StatementLog(Server server, TestDatabase database)
      throws SQLException, IOException, InterruptedException {
    this.log = server.postgres().log();
    this.database = database;
    this.name = database.value("SELECT current_database()");
    database.execute("ALTER SYSTEM SET log_line_prefix = '%d|'");
    set("all");
    from = Files.size(log);
  }

  private void set(String statements) throws SQLException, InterruptedException {
    database.execute("ALTER SYSTEM SET log_statement = '" + statements + "'");
    database.execute("SELECT pg_reload_conf()");
    long until = System.nanoTime() + LIMIT_NANOS;
    while (!database.value("SHOW log_statement").equals(statements)) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("the server does not read its settings anew");
      }
      Thread.sleep(20);
    }
    // Sessions are told a moment after new ones begin with it.
    Thread.sleep(200);
  }

  /** How many until now. */
  long count() throws IOException {
    byte[] text;
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      text = new byte[Math.toIntExact(file.length() - from)];
      file.seek(from);
      file.readFully(text);
    }
    return Pattern.compile("(?m)^" + Pattern.quote(name) + "\\|LOG:  (statement|execute [^:]*):")
        .matcher(new String(text, StandardCharsets.UTF_8))
        .results()
        .count();
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    database.execute("ALTER SYSTEM RESET log_line_prefix");
    set("none");
    database.execute("ALTER SYSTEM RESET log_statement");
  }
}
