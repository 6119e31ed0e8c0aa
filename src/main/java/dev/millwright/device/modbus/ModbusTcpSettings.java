package dev.millwright.device.modbus;

import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.Map;

/**
 * The table {@code [modbus]} of a machine on the network. Machines with the same host and port
 * share one connection: units behind a gateway.
 *
 * @param host a name or an address
 * @param port 1 to 65535
 * @param unit the machine's address behind the host, 1 to 247
 * @param poll see {@link ModbusMachine}; default 1 s
 * @param timeout default 500 ms
 * @param maxGap default 8
 * @param wordOrder of tags that have none of their own; default big
 * @param byteOrder likewise
 * @param singleWrites see {@link ModbusMachine}
 * @param readModifyWrite likewise
 */
public record ModbusTcpSettings(
    String host,
    @Default("502") int port,
    int unit,
    @Optional Duration poll,
    @Optional Duration timeout,
    @Optional Integer maxGap,
    @Optional Order wordOrder,
    @Optional Order byteOrder,
    @Default("true") boolean singleWrites,
    @Default("false") boolean readModifyWrite) {

  public ModbusTcpSettings {
    new Rules()
        .name("host", host)
        .require(
            host == null || !host.matches(".*[\\s:/].*") || host.matches("[0-9a-fA-F:]+"),
            "host",
            "\"" + host + "\" is not a name or an address alone; the port has a key of its own")
        .within("port", port, 1, 65_535)
        .within("unit", unit, 1, 247)
        .check();
  }

  /** Where the connection goes to. */
  public String address() {
    return host + ":" + port;
  }

  /**
   * The machine's part.
   *
   * @throws IllegalArgumentException when the parts do not go together; see {@link Rules}
   */
  public ModbusMachine machine(
      String serialNumber, Duration staleAfter, Map<String, ModbusTagSettings> tags) {
    return new ModbusMachine.Reading(
            unit,
            poll,
            timeout,
            Duration.ZERO,
            maxGap,
            wordOrder,
            byteOrder,
            singleWrites,
            readModifyWrite)
        .machine(serialNumber, staleAfter, tags);
  }
}
