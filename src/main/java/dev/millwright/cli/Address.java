package dev.millwright.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that describe a machine which no file describes. They become the text of such a file,
 * so that the same is accepted here as there, and the same defaults hold.
 */
final class Address {

  private static final String OPC_UA = "opc.tcp://";
  private static final String TCP = "tcp://";
  private static final int MODBUS_PORT = 502;

  @Option(
      names = "--ascii",
      description = "A serial port with an ASCII machine: --query and --reply say what to ask.")
  private boolean ascii;

  @Option(
      names = "--modbus",
      description = "A serial port with Modbus RTU: --unit and --address say what to read.")
  private boolean modbus;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description = "OPC UA: a node to read, such as nsu=urn:press;s=State. May be given again.")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "TABLE:NUMBER",
      description = "Modbus: what to read, such as holding:100. May be given again.")
  private List<String> addresses = new ArrayList<>();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description =
          "Modbus: one for each --address, or one for all, such as uint16, float32, string[16].")
  private List<String> types = new ArrayList<>();

  @Option(names = "--unit", paramLabel = "N", description = "Modbus: the unit, 1 to 247.")
  private Integer unit;

  @Option(
      names = "--query",
      paramLabel = "TEXT",
      description =
          "ASCII: what to send, as it is: give what only asks. \\r, \\n, \\t and \\xHH are understood."
              + " Without it: listen.")
  private String query;

  @Option(
      names = "--reply",
      paramLabel = "PATTERN",
      description =
          "ASCII: a regular expression with one group, the value. Default: a line as a whole.")
  private String reply;

  @Option(names = "--baud", paramLabel = "N", description = "Serial: bits a second.")
  private Integer baud;

  @Option(names = "--parity", paramLabel = "WORD", description = "Serial: none, odd or even.")
  private String parity;

  @Mixin private Connection connection;

  /** Whether this is an address rather than a machine's name. */
  static boolean isOne(String name) {
    return name.startsWith(OPC_UA) || name.startsWith(TCP) || name.startsWith("/");
  }

  /** Whether any of the options was given, which describe an address and no machine. */
  boolean isGiven() {
    return ascii
        || modbus
        || !nodes.isEmpty()
        || !addresses.isEmpty()
        || unit != null
        || query != null
        || reply != null
        || baud != null
        || parity != null
        || connection.isGiven();
  }

  /** The text of the machine's file. */
  String toml(String address) throws Failure {
    if (address.startsWith(OPC_UA)) {
      return opcUa(address);
    } else if (address.startsWith(TCP)) {
      return modbusTcp(address.substring(TCP.length()));
    } else if (ascii == modbus) {
      throw usage(
          address + " is a serial port: say how to talk on it, with either --ascii or --modbus");
    }
    return ascii ? ascii(address) : modbusRtu(address);
  }

  private String opcUa(String url) throws Failure {
    if (nodes.isEmpty()) {
      throw usage(
          "--node is missing: what to read; millwright browse " + url + " shows what is there");
    }
    Map<String, Map<String, String>> tags = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      tags.put(name(i, nodes.size()), Map.of("node", Toml.quoted(nodes.get(i))));
    }
    return file(url, "opcua", connection.opcUa(url), tags, List.of("0", "1"));
  }

  private String modbusTcp(String hostAndPort) throws Failure {
    int colon = hostAndPort.lastIndexOf(':');
    boolean named = colon > 0 && hostAndPort.substring(colon + 1).matches("[0-9]{1,9}");
    Map<String, String> table = new LinkedHashMap<>();
    String host = named ? hostAndPort.substring(0, colon) : hostAndPort;
    table.put("host", Toml.quoted(host.replaceAll("^\\[|\\]$", "")));
    table.put("port", named ? hostAndPort.substring(colon + 1) : Integer.toString(MODBUS_PORT));
    return modbus(hostAndPort, "modbus-tcp", table);
  }

  private String modbusRtu(String port) throws Failure {
    Map<String, String> table = new LinkedHashMap<>();
    table.put("port", Toml.quoted(port));
    putNumber(table, "baud", baud);
    put(table, "parity", parity);
    return modbus(port, "modbus-rtu", table);
  }

  private String modbus(String where, String protocol, Map<String, String> table) throws Failure {
    if (addresses.isEmpty() || unit == null) {
      throw usage(
          "Modbus needs --unit and --address, such as --unit 1 --address holding:100 --type uint16");
    } else if (types.size() > 1 && types.size() != addresses.size()) {
      throw usage(
          "--type: "
              + types.size()
              + " are given for "
              + addresses.size()
              + " of --address; give"
              + " one for each, or one for all");
    }
    putNumber(table, "unit", unit);
    Map<String, Map<String, String>> tags = new LinkedHashMap<>();
    for (int i = 0; i < addresses.size(); i++) {
      Map<String, String> tag = new LinkedHashMap<>();
      tag.put("address", Toml.quoted(addresses.get(i)));
      if (!types.isEmpty()) {
        tag.put("type", Toml.quoted(types.get(types.size() == 1 ? 0 : i)));
      }
      tags.put(name(i, addresses.size()), tag);
    }
    boolean bit = addresses.get(0).matches("(coil|discrete).*|.*\\.[0-9]+");
    boolean truth = bit || (!types.isEmpty() && types.get(0).equals("bool"));
    return file(where, protocol, table, tags, truth ? List.of("false", "true") : List.of("0", "1"));
  }

  private String ascii(String port) throws Failure {
    Map<String, String> table = new LinkedHashMap<>();
    table.put("port", Toml.quoted(port));
    putNumber(table, "baud", baud);
    put(table, "parity", parity);
    Map<String, String> tag = new LinkedHashMap<>();
    if (query != null) {
      tag.put("query", Toml.quoted(Toml.unescaped(query)));
    }
    String line = query == null ? "(.+)" : "([^\\r\\n]+)[\\r\\n]";
    tag.put("reply", Toml.quoted(reply == null ? line : reply));
    return file(port, "ascii", table, Map.of(name(0, 1), tag), List.of("0", "1"));
  }

  /**
   * @param codes two that the state's tag can show; nothing is decided upon them
   */
  private String file(
      String where,
      String protocol,
      Map<String, String> table,
      Map<String, Map<String, String>> tags,
      List<String> codes) {
    connection.addTo(table);
    String name = protocol.startsWith("modbus") ? "modbus" : protocol;
    StringBuilder file = new StringBuilder();
    file.append("serial_number = ").append(Toml.quoted(where)).append('\n');
    file.append("protocol = ").append(Toml.quoted(protocol)).append('\n');
    file.append("stale_after = \"10s\"\n[").append(name).append("]\n");
    table.forEach((key, value) -> file.append(key).append(" = ").append(value).append('\n'));
    tags.forEach(
        (tag, keys) -> {
          file.append("[tags.").append(tag).append("]\n");
          keys.forEach((key, value) -> file.append(key).append(" = ").append(value).append('\n'));
        });
    file.append("[lifecycle]\nstate = { tag = ").append(Toml.quoted(name(0, tags.size())));
    file.append(", idle = [\"").append(codes.get(0)).append("\"], processing = [\"");
    return file.append(codes.get(1)).append("\"] }\n").toString();
  }

  /** What is read, in the order of the tags. */
  List<String> shown() {
    List<String> shown = nodes.isEmpty() ? addresses : nodes;
    return shown.isEmpty() ? List.of("value") : shown;
  }

  /** The name of the nth tag. */
  static String name(int nth, int of) {
    return of == 1 ? "value" : "value_" + (nth + 1);
  }

  private static void put(Map<String, String> table, String key, String value) {
    if (value != null) {
      table.put(key, Toml.quoted(value));
    }
  }

  private static void putNumber(Map<String, String> table, String key, Integer value) {
    if (value != null) {
      table.put(key, value.toString());
    }
  }

  private static Failure usage(String message) {
    return new Failure(Exit.USAGE, message);
  }
}
