package dev.millwright.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The PostgreSQL that all tests of this JVM share: one that is given, else a container where an
 * engine answers, else an embedded server, both of which end with the JVM.
 *
 * @param address host and port
 * @param user a superuser
 * @param password the superuser's
 */
record TestServer(String address, String user, String password) {

  /** What the container is made of; {@code embedded} leaves the container out. */
  private static final String IMAGE = System.getProperty("millwright.test.image", "postgres:18");

  /** Where a server already runs that trusts its superuser postgres, as {@code HOST:PORT}. */
  private static final String GIVEN = System.getProperty("millwright.test.server");

  private static TestServer shared;

  static synchronized TestServer shared() {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static TestServer start() {
    if (GIVEN != null) {
      return new TestServer(GIVEN, "postgres", "postgres");
    }
    if (!IMAGE.equals("embedded") && engineAnswers()) {
      try {
        TestServer server = container();
        System.out.println("Tests use PostgreSQL in a container, " + IMAGE);
        return server;
      } catch (RuntimeException e) {
        System.out.println("Container " + IMAGE + " cannot be started: " + e.getMessage());
      }
    }
    try {
      TestServer server = embedded();
      return server;
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("neither a container nor the embedded PostgreSQL starts", e);
    }
  }

  @SuppressWarnings("resource") // Testcontainers ends it with the JVM.
  private static TestServer container() {
    PostgreSQLContainer container =
        new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"))
            .withUsername("postgres")
            .withPassword("postgres")
            .withDatabaseName("postgres")
            .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
    container.start();
    return new TestServer(
        container.getHost() + ":" + container.getMappedPort(5432),
        container.getUsername(),
        container.getPassword());
  }

  private static TestServer embedded() throws IOException, SQLException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off")
            .setRegisterShutdownHook(true)
            .start();
    try (Connection connection = server.getPostgresDatabase().getConnection()) {
      System.out.printf(
          "Tests use the embedded PostgreSQL %s at port %d%n",
          connection.getMetaData().getDatabaseProductVersion(), server.getPort());
    }
    return new TestServer("localhost:" + server.getPort(), "postgres", "postgres");
  }

  /** Asked here, in a moment: Testcontainers itself asks for long, and prints what it meets. */
  private static boolean engineAnswers() {
    String host = System.getenv("DOCKER_HOST");
    if (host != null && host.startsWith("tcp://")) {
      return answers(URI.create(host));
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return Stream.of(
            host == null ? "" : host.replaceFirst("^unix://", ""),
            "/var/run/docker.sock",
            runtime == null ? "" : runtime + "/docker.sock",
            System.getProperty("user.home") + "/.docker/run/docker.sock")
        .filter(path -> !path.isEmpty())
        .map(Path::of)
        .anyMatch(TestServer::answers);
  }

  private static boolean answers(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), 1_000);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean answers(Path path) {
    if (!Files.exists(path)) {
      return false;
    }
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
