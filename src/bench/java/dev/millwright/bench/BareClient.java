package dev.millwright.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;

/**
 * The least that anyone needs who reads an OPC UA server and writes to PostgreSQL from Java: one
 * session and one connection, which it holds until it is ended.
 */
public final class BareClient {

  /** What it prints when it has both. */
  static final String READY = "ready";

  private BareClient() {}

  /**
   * Connects, and stays.
   *
   * @param arguments the server's endpoint, and the database's JDBC URL
   */
  public static void main(String[] arguments) throws Exception {
    OpcUaClient client = OpcUaClient.create(arguments[0]);
    client.connect();
    try (Connection connection = DriverManager.getConnection(arguments[1]);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
      System.out.println(READY);
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
