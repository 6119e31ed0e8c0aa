package dev.millwright.simulator;

import dev.millwright.pki.Applicant;
import dev.millwright.pki.Hosts;
import dev.millwright.pki.Pki;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Secret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A virtual plant: the file {@code plant.toml}.
 *
 * @param seed of all that is left to chance; the same seed makes the same runs
 * @param speed how much faster than described everything happens; 0.1 to 100
 * @param dwell no state is ever shown for less, whatever the speed, so that a poller can see it; 0
 *     to 1 minute
 * @param ports the folder of the links to the serial machines' pseudo-terminals
 * @param opcua the OPC UA server of all machines that speak it
 * @param modbus the Modbus TCP server of all machines that speak that
 * @param machine the machines; at least one
 */
public record PlantSettings(
    @Default("1") long seed,
    @Default("1.0") double speed,
    @Default("300ms") Duration dwell,
    @Default("/tmp/millwright-plant") Path ports,
    OpcUa opcua,
    ModbusTcp modbus,
    List<Machine> machine) {

  public PlantSettings {
    machine = List.copyOf(machine);
    Rules rules =
        new Rules()
            .within("speed", speed, 0.1, 100)
            .within("dwell", dwell, Duration.ZERO, Duration.ofMinutes(1))
            .require(ports.isAbsolute(), "ports", "\"" + ports + "\" is not a whole path")
            .require(
                !machine.isEmpty(),
                "machine",
                "there is no machine; describe each in a table [[machine]]");
    Map<String, Integer> numbers = new HashMap<>();
    Map<String, String> units = new HashMap<>();
    for (int i = 0; i < machine.size(); i++) {
      String serialNumber = machine.get(i).serialNumber();
      Integer first = numbers.putIfAbsent(serialNumber, i + 1);
      rules.require(
          first == null,
          "machine." + i + ".serial_number",
          "\"" + serialNumber + "\" is taken by machine " + first + " of this file");
      String place = machine.get(i).line() + " " + machine.get(i).unit();
      String other = machine.get(i).unit() == null ? null : units.putIfAbsent(place, serialNumber);
      rules.require(
          other == null,
          "machine." + i + ".unit",
          machine.get(i).unit() + " is taken by " + other + " on the same line");
    }
    rules.check();
  }

  /** The same plant at another speed. */
  public PlantSettings withSpeed(double other) {
    return new PlantSettings(seed, other, dwell, ports, opcua, modbus, machine);
  }

  /** The same plant with its certificates in another folder. */
  public PlantSettings withPki(Path folder) {
    OpcUa other = new OpcUa(opcua.listen(), folder, opcua.user(), opcua.password());
    return new PlantSettings(seed, speed, dwell, ports, other, modbus, machine);
  }

  /** What a virtual machine speaks. */
  public enum Protocol {
    OPCUA,
    ASCII,
    MODBUS_RTU,
    MODBUS_TCP;

    boolean isModbus() {
      return this == MODBUS_RTU || this == MODBUS_TCP;
    }
  }

  /**
   * The OPC UA server.
   *
   * @param listen host and port
   * @param pki the folder of its certificates, a whole path; null for no security at all
   * @param user the only user that it lets in; null lets in anybody
   * @param password the user's; null exactly when there is no user
   */
  public record OpcUa(
      @Default("127.0.0.1:4850") String listen,
      @Optional Path pki,
      @Optional String user,
      @Optional Secret password) {

    public OpcUa {
      checkListen(listen);
      new Rules()
          .require(pki == null || pki.isAbsolute(), "pki", "\"" + pki + "\" is not a whole path")
          .name("user", user)
          .require(user == null || password != null, "password", "the user needs a password_file")
          .require(user != null || password == null, "user", "whose is the password?")
          .check();
    }

    /** Where to listen. */
    public InetSocketAddress address() {
      return addressOf(listen);
    }

    /** The server's certificates, and those of the clients that it trusts; null without. */
    public Pki certificates() {
      String host = address().getHostString();
      return pki == null
          ? null
          : new Pki(
              pki,
              new Applicant(
                  "Millwright virtual plant",
                  PlantSecurity.APPLICATION_URI,
                  List.of("localhost", host, Hosts.local())),
              InstantSource.system());
    }

    PlantSecurity security() {
      return new PlantSecurity(certificates(), user, password);
    }
  }

  /**
   * The Modbus TCP server.
   *
   * @param listen host and port
   */
  public record ModbusTcp(@Default("127.0.0.1:4852") String listen) {

    public ModbusTcp {
      checkListen(listen);
    }

    /** Where to listen. */
    public InetSocketAddress address() {
      return addressOf(listen);
    }
  }

  private static void checkListen(String listen) {
    boolean address =
        listen.matches("\\S+:[0-9]{1,5}") && portOf(listen) >= 1 && portOf(listen) <= 65_535;
    new Rules()
        .require(
            address,
            "listen",
            "\"" + listen + "\" is not a host and a port from 1 to 65535, as in 127.0.0.1:4850")
        .check();
  }

  private static InetSocketAddress addressOf(String listen) {
    String host = listen.substring(0, listen.lastIndexOf(':'));
    return InetSocketAddress.createUnresolved(host, portOf(listen));
  }

  private static int portOf(String listen) {
    return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
  }

  /**
   * One machine.
   *
   * @param serialNumber its name
   * @param protocol what it speaks
   * @param dialect how it speaks ASCII; null exactly when it does not
   * @param line the name of its serial line, which it may share; null exactly when it does not
   *     speak Modbus RTU
   * @param unit its address on its Modbus line or server, 1 to 247; null exactly when it does not
   *     speak Modbus
   * @param recipes what it runs, in turn. Null or empty: none, as it has outputs and no controller,
   *     and is stepped by whoever writes them
   * @param cycle how long a run takes at speed 1; 1 ms to 24 h; null only without recipes
   * @param pause how long it is idle between runs at speed 1; 0 to 24 h; null only without recipes
   * @param faults the share of runs that end in error; 0 to 1, together with {@code stops}
   * @param stops the share of runs that are stopped
   * @param component what fails; null only when nothing does
   * @param fault what is said of it; null only when nothing fails
   */
  public record Machine(
      String serialNumber,
      Protocol protocol,
      @Optional Dialect dialect,
      @Optional String line,
      @Optional Integer unit,
      @Optional List<String> recipes,
      @Optional Duration cycle,
      @Optional Duration pause,
      @Default("0") double faults,
      @Default("0") double stops,
      @Optional String component,
      @Optional String fault) {

    public Machine {
      recipes = recipes == null ? List.of() : List.copyOf(recipes);
      boolean runs = !recipes.isEmpty();
      Rules rules =
          new Rules()
              .name("serial_number", serialNumber)
              .require(
                  protocol == null || (protocol == Protocol.ASCII) == (dialect != null),
                  "dialect",
                  dialect == null
                      ? "protocol \"ascii\" needs one of status, registers, stream"
                      : "only protocol \"ascii\" has dialects")
              .require(
                  protocol == null || (protocol == Protocol.MODBUS_RTU) == (line != null),
                  "line",
                  line == null
                      ? "protocol \"modbus-rtu\" needs the name of its line"
                      : "only protocol \"modbus-rtu\" has lines")
              .require(
                  protocol == null || protocol.isModbus() == (unit != null),
                  "unit",
                  unit == null
                      ? "protocol \"modbus-rtu\" or \"modbus-tcp\" needs one of 1 to 247"
                      : "only Modbus machines are units")
              .within("unit", unit == null ? 1 : unit, 1, 247)
              .require(
                  line == null || line.matches("[A-Za-z0-9_-]{1,64}"),
                  "line",
                  "\"" + line + "\" is not 1 to 64 letters, digits, - and _")
              .require(
                  runs || (cycle == null && pause == null),
                  "recipes",
                  "a machine without recipes never runs; one that is to be stepped has no cycle and"
                      + " no pause")
              .require(!runs || cycle != null, "cycle", "how long does a run take?")
              .require(!runs || pause != null, "pause", "how long is it idle between runs?")
              .within("cycle", cycle, Duration.ofMillis(1), Duration.ofHours(24))
              .within("pause", pause, Duration.ZERO, Duration.ofHours(24))
              .within("faults", faults, 0, 1)
              .within("stops", stops, 0, 1)
              .require(
                  faults + stops <= 1,
                  "stops",
                  stops + " and faults = " + faults + " are together more than 1")
              .require(faults == 0 || component != null, "component", "faults > 0 needs what fails")
              .require(faults == 0 || fault != null, "fault", "faults > 0 needs a text for it")
              .name("component", component)
              .name("fault", fault);
      if (new HashSet<>(recipes).size() < recipes.size()) {
        rules.require(false, "recipes", "a recipe is named twice");
      }
      recipes.forEach(recipe -> rules.name("recipes", recipe));
      rules.check();
    }
  }
}
