package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.Mistake;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.LinkException;
import dev.millwright.device.opcua.Browser;
import dev.millwright.device.opcua.Seen;
import dev.millwright.pki.Pki;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An OPC UA server and where to look around on it. */
final class ServerOption {

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "The server: opc.tcp://HOST[:PORT][/PATH], port 4840 where none is given.")
  private String url;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NODE",
      description = "Where to begin, such as nsu=urn:press;s=Press. Default: the folder Objects.")
  private String node;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many nodes at most, 1 to 100000. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Mixin private ConfigOption config;
  @Mixin private Connection connection;

  String url() {
    return url;
  }

  /** Null for the folder Objects. */
  String node() {
    return node;
  }

  /** The table {@code [opcua]} with which this was looked at. */
  Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>(connection.opcUa(url));
    connection.addTo(table);
    return table;
  }

  /** The tree below the node. */
  Seen tree(int depth, PrintWriter err) throws ConfigException, Failure, InterruptedException {
    if (limit < 1 || limit > 100_000) {
      throw new Failure(Exit.USAGE, "--limit: " + limit + " is not between 1 and 100000");
    }
    Pki pki = Wirings.pki(config.loadMainIfAny(err), Clock.systemUTC());
    try (Browser browser = Wirings.browser(machine(), pki)) {
      browser.open();
      return browser.tree(node, depth, limit);
    } catch (LinkException e) {
      throw new Failure(Exit.UNAVAILABLE, e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, e.getMessage());
    }
  }

  /** As of a machine's file, so that the same options and defaults hold. */
  private MachineSettings machine() throws Failure {
    StringBuilder toml = new StringBuilder();
    toml.append("serial_number = \"?\"\nprotocol = \"opcua\"\n[opcua]\n");
    table().forEach((key, value) -> toml.append(key).append(" = ").append(value).append('\n'));
    toml.append("[tags.value]\nnode = \"i=2258\"\n[lifecycle]\n");
    toml.append("state = { tag = \"value\", idle = [0], processing = [1] }\n");
    try {
      return new ConfigLoader(Wirings.registry())
          .machine(toml.toString(), Path.of("options"), System.getenv());
    } catch (ConfigException e) {
      throw new Failure(
          Exit.USAGE,
          e.mistakes().stream()
              .map(Mistake::message)
              .collect(Collectors.joining("\n  ", url + ": ", "")));
    }
  }
}
