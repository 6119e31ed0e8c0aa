package dev.millwright.daemon;

import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.Protocol;
import dev.millwright.config.Registry;
import dev.millwright.config.TagKinds;
import dev.millwright.control.ControlSettings;
import dev.millwright.device.Link;
import dev.millwright.device.RecentFrames;
import dev.millwright.device.Tap;
import dev.millwright.device.ascii.AsciiLink;
import dev.millwright.device.ascii.AsciiMachine;
import dev.millwright.device.ascii.AsciiSettings;
import dev.millwright.device.ascii.AsciiTagSettings;
import dev.millwright.device.modbus.ModbusLink;
import dev.millwright.device.modbus.ModbusMachine;
import dev.millwright.device.modbus.ModbusRtuSettings;
import dev.millwright.device.modbus.ModbusTagSettings;
import dev.millwright.device.modbus.ModbusTcpSettings;
import dev.millwright.device.opcua.Browser;
import dev.millwright.device.opcua.OpcUaLink;
import dev.millwright.device.opcua.OpcUaMachine;
import dev.millwright.device.opcua.OpcUaSettings;
import dev.millwright.device.opcua.OpcUaTag;
import dev.millwright.device.opcua.OpcUaTagSettings;
import dev.millwright.device.virtual.VirtualLink;
import dev.millwright.device.virtual.VirtualSettings;
import dev.millwright.device.virtual.VirtualTag;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Counted;
import dev.millwright.pki.Applicant;
import dev.millwright.pki.Hosts;
import dev.millwright.pki.Pki;
import dev.millwright.pki.PkiSettings;
import dev.millwright.runtime.CommandsSettings;
import dev.millwright.runtime.Control;
import dev.millwright.runtime.Engine.Wiring;
import dev.millwright.runtime.LifecycleSettings;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.StateCodes;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Rules;
import dev.millwright.simulator.TruthLog;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.VirtualMachine;
import dev.millwright.status.StatusSettings;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.trace.TraceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tinylog.Logger;

/** Which protocols there are, and how a configuration becomes links. */
public final class Wirings {

  /** What a virtual machine's tags mean; it brings its own tags. */
  private static final LifecycleSettings VIRTUAL_LIFECYCLE =
      new LifecycleSettings(
          new StateCodes(
              "state", List.of("0"), List.of("1"), List.of("3"), List.of("4"), List.of("9")),
          "recipe",
          null,
          "fault",
          "component",
          "counter",
          Counted.STARTED);

  private static final Protocol<OpcUaSettings, OpcUaTagSettings> OPCUA =
      Protocol.of(
              "opcua",
              OpcUaSettings.class,
              OpcUaTagSettings.class,
              (OpcUaSettings settings) -> new Protocol.Line(settings.endpoint(), settings))
          .checked(Wirings::checkOpcUa);

  private static final Protocol<AsciiSettings, AsciiTagSettings> ASCII =
      Protocol.of(
              "ascii",
              AsciiSettings.class,
              AsciiTagSettings.class,
              (AsciiSettings settings) ->
                  new Protocol.Line(settings.port(), settings.portSettings()))
          .checked(machine -> checkWatchdog(machine, asciiMachine(machine).timeout()));

  private static final Protocol<ModbusRtuSettings, ModbusTagSettings> MODBUS_RTU =
      Protocol.of(
              "modbus-rtu",
              ModbusRtuSettings.class,
              ModbusTagSettings.class,
              (ModbusRtuSettings settings) ->
                  new Protocol.Line(settings.port(), settings.line(), settings.unit()))
          .in("modbus")
          .checked(machine -> checkModbus(machine, modbusRtu(machine)));

  private static final Protocol<ModbusTcpSettings, ModbusTagSettings> MODBUS_TCP =
      Protocol.of(
              "modbus-tcp",
              ModbusTcpSettings.class,
              ModbusTagSettings.class,
              (ModbusTcpSettings settings) ->
                  new Protocol.Line(settings.address(), "", settings.unit()))
          .in("modbus")
          .checked(machine -> checkModbus(machine, modbusTcp(machine)));

  private static final Protocol<VirtualSettings, Record> VIRTUAL =
      Protocol.preset(
          "virtual", VirtualSettings.class, new Protocol.Preset(VirtualTag.ALL, VIRTUAL_LIFECYCLE));

  /** Beside the journal, where that is by default. */
  private static final Path DEFAULT_PKI = Path.of("/var/lib/millwright/pki");

  private Wirings() {}

  /** What may stand in the configuration files of a daemon. */
  public static Registry registry() {
    return new Registry(
        Map.of(
            "commands", CommandsSettings.class,
            "control", ControlSettings.class,
            "database", DatabaseSettings.class,
            "journal", JournalSettings.class,
            "log", LogSettings.class,
            "pki", PkiSettings.class,
            "status", StatusSettings.class,
            "trace", TraceSettings.class),
        List.of(OPCUA, ASCII, MODBUS_RTU, MODBUS_TCP, VIRTUAL));
  }

  /**
   * The certificates of this host's daemon. Touches nothing.
   *
   * @param configuration null where there is none; then they are where they are by default
   */
  public static Pki pki(Configuration configuration, InstantSource clock) {
    String host = Hosts.local();
    Path folder =
        configuration == null
            ? DEFAULT_PKI
            : configuration
                .section(PkiSettings.class)
                .folder(configuration.section(JournalSettings.class).path());
    Applicant applicant = new Applicant("Millwright", "urn:" + host + ":millwright", List.of(host));
    return new Pki(folder, applicant, clock);
  }

  /**
   * One link for each endpoint, port and virtual machine. Contacts nothing.
   *
   * @param truth where virtual machines write what they do; null leaves it to their settings
   * @throws IOException when a virtual machine's truth file cannot be written
   */
  static List<Wiring> of(Configuration configuration, Path truth, InstantSource clock)
      throws IOException {
    Map<String, List<MachineSettings>> byLine = new LinkedHashMap<>();
    for (MachineSettings machine : configuration.machines()) {
      byLine.computeIfAbsent(line(machine), line -> new ArrayList<>()).add(machine);
    }
    Pki pki = pki(configuration, clock);
    List<Wiring> wirings = new ArrayList<>();
    for (List<MachineSettings> machines : byLine.values()) {
      MachineSettings first = machines.get(0);
      RecentFrames frames = new RecentFrames(clock);
      Link link =
          first.protocol().equals("virtual")
              ? virtual(first, truth(first, truth), clock)
              : link(machines, pki, frames);
      wirings.add(
          new Wiring(
              link,
              machines.stream().map(Wirings::forRuntime).toList(),
              controls(machines),
              frames));
    }
    return wirings;
  }

  private static Map<String, Control> controls(List<MachineSettings> machines) {
    return machines.stream()
        .filter(machine -> machine.control() != null)
        .collect(Collectors.toMap(MachineSettings::serialNumber, Wirings::control));
  }

  /** How a machine is made to do something, with what is known of its tags; null for not at all. */
  public static Control control(MachineSettings machine) {
    return machine.control() instanceof Control.Driven driven
        ? new Control.Driven(driven.settings(), TagKinds.of(machine))
        : machine.control();
  }

  /** What machines share that are behind one link. */
  static String line(MachineSettings machine) {
    return switch (machine.protocol()) {
      case "opcua" -> "opcua " + machine.link(OpcUaSettings.class).endpoint();
      case "ascii" -> "ascii " + serialPort(machine);
      case "modbus-rtu" -> "modbus " + serialPort(machine);
      case "modbus-tcp" -> "modbus " + machine.link(ModbusTcpSettings.class).address();
      default -> "virtual " + machine.serialNumber();
    };
  }

  /** The serial port that a machine is on, as its file names it; null when it is on none. */
  public static String serialPort(MachineSettings machine) {
    return switch (machine.protocol()) {
      case "ascii" -> machine.link(AsciiSettings.class).port();
      case "modbus-rtu" -> machine.link(ModbusRtuSettings.class).port();
      default -> null;
    };
  }

  /** What the runtime has to know of a machine. */
  public static dev.millwright.runtime.MachineSettings forRuntime(MachineSettings machine) {
    return new dev.millwright.runtime.MachineSettings(
        machine.serialNumber(),
        machine.register(),
        machine.staleAfter(),
        machine.acceptUncertain(),
        machine.lifecycle(),
        machine.handshake());
  }

  /**
   * A link to one machine alone, for whoever looks on. Contacts nothing. A virtual machine is
   * another one than the daemon's, and writes nothing down.
   *
   * @param pki see {@link #pki}
   * @param tap hears what goes over it
   */
  public static Link watching(MachineSettings machine, Pki pki, InstantSource clock, Tap tap) {
    return machine.protocol().equals("virtual")
        ? virtual(machine, appearance -> {}, clock)
        : link(List.of(machine), pki, tap);
  }

  /** For looking around on the server of an OPC UA machine. Contacts nothing. */
  public static Browser browser(MachineSettings machine, Pki pki) {
    return new Browser(machine.link(OpcUaSettings.class), pki);
  }

  private static Link link(List<MachineSettings> machines, Pki pki, Tap tap) {
    MachineSettings first = machines.get(0);
    return switch (first.protocol()) {
      case "opcua" -> opcUa(first.link(OpcUaSettings.class), pki, machines, tap);
      case "ascii" -> ascii(first.link(AsciiSettings.class), machines, tap);
      case "modbus-rtu" ->
          ModbusLink.rtu(
              first.link(ModbusRtuSettings.class).line(),
              machines.stream().map(Wirings::modbusRtu).toList(),
              Wirings::modbusNotice,
              tap);
      case "modbus-tcp" -> {
        ModbusTcpSettings settings = first.link(ModbusTcpSettings.class);
        yield ModbusLink.tcp(
            settings.host(),
            settings.port(),
            machines.stream().map(Wirings::modbusTcp).toList(),
            Wirings::modbusNotice,
            tap);
      }
      default -> throw new IllegalArgumentException("protocol " + first.protocol());
    };
  }

  /** A change that may be reported later than data may be old would look like an outage. */
  private static void checkOpcUa(MachineSettings machine) {
    OpcUaSettings settings = machine.link(OpcUaSettings.class);
    Duration report = settings.publishing().multipliedBy(2).plus(settings.sampling());
    new Rules()
        .require(
            report.compareTo(machine.staleAfter()) < 0,
            "publishing",
            "twice "
                + Durations.words(settings.publishing())
                + " and a sampling of "
                + Durations.words(settings.sampling())
                + " are not less than stale_after, "
                + Durations.words(machine.staleAfter()))
        .check();
  }

  private static Link opcUa(
      OpcUaSettings settings, Pki pki, List<MachineSettings> machines, Tap tap) {
    List<OpcUaMachine> behind = new ArrayList<>();
    for (MachineSettings machine : machines) {
      List<OpcUaTag> tags = new ArrayList<>();
      machine.tags(OpcUaTagSettings.class).forEach((name, tag) -> tags.add(tag.tag(name)));
      behind.add(new OpcUaMachine(machine.serialNumber(), machine.staleAfter(), tags));
    }
    Consumer<String> notices = notice -> Logger.info(LogLine.of("opcua", notice));
    return new OpcUaLink(settings, pki, behind, notices, tap);
  }

  private static Link ascii(AsciiSettings settings, List<MachineSettings> machines, Tap tap) {
    return new AsciiLink(
        settings.portSettings(), machines.stream().map(Wirings::asciiMachine).toList(), tap);
  }

  private static AsciiMachine asciiMachine(MachineSettings machine) {
    return machine
        .link(AsciiSettings.class)
        .machine(
            machine.serialNumber(), machine.staleAfter(), machine.tags(AsciiTagSettings.class));
  }

  private static ModbusMachine modbusRtu(MachineSettings machine) {
    return machine
        .link(ModbusRtuSettings.class)
        .machine(
            machine.serialNumber(), machine.staleAfter(), machine.tags(ModbusTagSettings.class));
  }

  private static ModbusMachine modbusTcp(MachineSettings machine) {
    return machine
        .link(ModbusTcpSettings.class)
        .machine(
            machine.serialNumber(), machine.staleAfter(), machine.tags(ModbusTagSettings.class));
  }

  private static void checkModbus(MachineSettings machine, ModbusMachine modbus) {
    checkWatchdog(machine, modbus.timeout());
    StateCodes codes = machine.lifecycle().state();
    modbus.checkCodes(
        codes.tag(),
        Map.of(
            "idle", codes.idle(),
            "processing", codes.processing(),
            "complete", codes.complete(),
            "stopped", codes.stopped(),
            "error", codes.error(),
            "offline", codes.offline()));
  }

  /** While a pulse is about to end nothing else is written, for as long as a request may take. */
  private static void checkWatchdog(MachineSettings machine, Duration timeout) {
    if (machine.control() instanceof Control.Driven driven
        && driven.settings().watchdog() != null
        && driven.settings().watchdog().period().compareTo(timeout) <= 0) {
      throw new IllegalArgumentException(
          "drive.watchdog.period: "
              + Durations.words(driven.settings().watchdog().period())
              + " is not longer than timeout, "
              + Durations.words(timeout)
              + ": a request without an answer would keep the watchdog from being written");
    }
  }

  private static void modbusNotice(String notice) {
    Logger.info(LogLine.of("modbus", notice));
  }

  private static Consumer<Appearance> truth(MachineSettings machine, Path truth)
      throws IOException {
    Path file = truth == null ? machine.link(VirtualSettings.class).truth() : truth;
    return file == null ? appearance -> {} : new TruthLog(file);
  }

  private static Link virtual(
      MachineSettings machine, Consumer<Appearance> log, InstantSource clock) {
    VirtualSettings settings = machine.link(VirtualSettings.class);
    Habits habits =
        new Habits(
            machine.serialNumber(),
            settings.recipes(),
            settings.cycle(),
            settings.pause(),
            settings.faults(),
            settings.stops(),
            settings.component(),
            settings.fault(),
            settings.dwell(),
            settings.speed());
    VirtualMachine virtual =
        new VirtualMachine(
            habits, settings.seed(), clock.instant().truncatedTo(ChronoUnit.MILLIS), Duration.ZERO);
    return new VirtualLink(virtual, machine.staleAfter(), clock, log);
  }
}
