package dev.millwright.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say how to reach what no file describes, besides where it is. */
final class Connection {

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any other key of the protocol's table in a machine's file, such as timeout=2s,"
              + " stop_bits=2, word_order=little. May be given again.")
  private Map<String, String> others = new LinkedHashMap<>();

  @Option(
      names = "--security",
      paramLabel = "POLICY",
      description =
          "OPC UA: the security policy, as in a machine's file. None has to be written out, as it"
              + " neither encrypts nor authenticates.")
  private String security;

  @Option(names = "--user", paramLabel = "NAME", description = "OPC UA: who logs in.")
  private String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "OPC UA: a file with the user's password.")
  private String passwordFile;

  boolean isGiven() {
    return !others.isEmpty() || security != null || user != null || passwordFile != null;
  }

  /** The table {@code [opcua]} of a machine's file, but for the keys of {@code --set}. */
  Map<String, String> opcUa(String url) {
    Map<String, String> table = new LinkedHashMap<>();
    table.put("endpoint", Toml.quoted(url));
    put(table, "security", security);
    put(table, "user", user);
    put(table, "password_file", passwordFile);
    return table;
  }

  /** Adds the keys of {@code --set}, which are the last word. */
  void addTo(Map<String, String> table) {
    others.forEach((key, value) -> table.put(key, Toml.value(value)));
  }

  private static void put(Map<String, String> table, String key, String value) {
    if (value != null) {
      table.put(key, Toml.quoted(value));
    }
  }
}
