package dev.millwright.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** A PostgreSQL of a test's own that logs every statement that it gets. */
public final class LoggingPostgres implements AutoCloseable {

  /** What comes before the text depends on how the client sent it. */
  private static final Pattern STATEMENT =
      Pattern.compile("(?:statement|execute [^:]*): (.*)", Pattern.DOTALL);

  /**
   * A statement.
   *
   * @param session the connection that it came by
   * @param text in one line
   */
  public record Logged(String session, String text) {

    public boolean is(String beginning) {
      return text.startsWith(beginning);
    }
  }

  private final EmbeddedPostgres server;
  private final Path log;

  private LoggingPostgres(EmbeddedPostgres server, Path log) {
    this.server = server;
    this.log = log;
  }

  /**
   * Starts one.
   *
   * @param folder for its data; need not exist
   */
  public static LoggingPostgres start(Path folder) throws IOException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder)
            .setServerConfig("fsync", "off")
            .setServerConfig("logging_collector", "on")
            .setServerConfig("log_destination", "jsonlog")
            .setServerConfig("log_filename", "server.log")
            .setServerConfig("log_rotation_size", "0")
            .setServerConfig("log_statement", "all")
            .setPGStartupWait(Duration.ofSeconds(60))
            .start();
    return new LoggingPostgres(server, folder.resolve("log/server.json"));
  }

  public DataSource dataSource() {
    return server.getPostgresDatabase();
  }

  public String url() {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  /**
   * What an application has sent so far, in order. The log is written by a process of its own, a
   * little later.
   */
  public List<Logged> statements(String application) throws IOException {
    List<Logged> statements = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      Matcher statement = STATEMENT.matcher(json.get("message").getAsString());
      if (statement.matches()
          && json.has("application_name")
          && json.get("application_name").getAsString().equals(application)) {
        statements.add(
            new Logged(
                json.get("session_id").getAsString(),
                statement.group(1).strip().replaceAll("\\s+", " ")));
      }
    }
    return statements;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
