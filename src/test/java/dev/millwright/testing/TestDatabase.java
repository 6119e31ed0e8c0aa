package dev.millwright.testing;

import dev.millwright.consolidation.Plan;
import dev.millwright.consolidation.PlanException;
import dev.millwright.consolidation.PlanRunner;
import dev.millwright.settings.Secret;
import dev.millwright.store.DatabaseSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database of one's own on the real PostgreSQL that the tests of this JVM share. As a static
 * {@code @RegisterExtension} it lives as long as its test class; or call {@link #create()} and
 * {@link #close()}.
 *
 * <p>Sessions are in the JVM's time zone, which surefire sets to one that is not UTC.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

  private static final String TEMPLATE = "with_schema";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static boolean templateMade;

  private final String template;
  private final String name = "test_" + COUNT.incrementAndGet();

  private TestDatabase(String template) {
    this.template = template;
  }

  /** A database with plan schema applied. */
  public static TestDatabase withSchema() {
    return new TestDatabase(TEMPLATE);
  }

  /** A database with nothing in it. */
  public static TestDatabase empty() {
    return new TestDatabase("template1");
  }

  /** A database with what this one holds when it is created; nobody may be connected to it then. */
  public TestDatabase copy() {
    return new TestDatabase(name);
  }

  /** Makes the database; returns this. */
  public TestDatabase create() throws SQLException {
    if (template.equals(TEMPLATE)) {
      makeTemplate();
    }
    administer("CREATE DATABASE " + name + " TEMPLATE " + template);
    return this;
  }

  @Override
  public void close() throws SQLException {
    administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    create();
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    close();
  }

  /** Without a pool: each connection is a new one. */
  public DataSource dataSource() {
    return dataSource(name);
  }

  /** The same, as another role, whose password is its name. */
  public DataSource dataSourceAs(String role) {
    PGSimpleDataSource dataSource = dataSource(name);
    dataSource.setUser(role);
    dataSource.setPassword(role);
    return dataSource;
  }

  public String url() {
    return "jdbc:postgresql://" + TestServer.shared().address() + "/" + name;
  }

  /** The same for a program of its own, which knows nobody's password. */
  public String urlWithPassword() {
    TestServer server = TestServer.shared();
    return url() + "?user=" + server.user() + "&password=" + server.password();
  }

  public DatabaseSettings settings() {
    TestServer server = TestServer.shared();
    return new DatabaseSettings(
        url(),
        server.user(),
        new Secret(server.password()),
        null,
        3,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        "millwright");
  }

  public Connection connect() throws SQLException {
    return dataSource().getConnection();
  }

  /** Runs statements, like a person with psql. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, as text; null when there is no row. */
  public String value(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  private static void makeTemplate() throws SQLException {
    synchronized (COUNT) {
      if (templateMade) {
        return;
      }
      administer("CREATE DATABASE " + TEMPLATE);
      try {
        new PlanRunner(dataSource(TEMPLATE)).apply(Plan.load("schema"), null);
      } catch (PlanException e) {
        throw new SQLException(e.getMessage(), e);
      }
      templateMade = true;
    }
  }

  private static void administer(String sql) throws SQLException {
    try (Connection connection = dataSource("postgres").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static PGSimpleDataSource dataSource(String database) {
    TestServer server = TestServer.shared();
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setUrl("jdbc:postgresql://" + server.address() + "/" + database);
    dataSource.setUser(server.user());
    dataSource.setPassword(server.password());
    return dataSource;
  }
}
