package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.config.Mistake;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.Wirings;
import dev.millwright.pki.Pki;
import dev.millwright.settings.Similar;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what a machine says now: each value with quality and age, what went over the wire, what"
          + " the state map makes of it, and what the daemon would decide.",
      "Writes nothing: no row, no journal, nothing on the machine."
    },
    footer = {
      "",
      "Example: millwright probe PRESS-01",
      "         millwright probe opc.tcp://10.0.0.5 --security None --node 'nsu=urn:press;s=State'",
      "         millwright probe /dev/ttyUSB0 --ascii --baud 9600 --query 'ST?\\r' --once",
      "         millwright probe /dev/ttyUSB0 --modbus --unit 1 --address holding:100 --type uint16",
      "         millwright probe tcp://10.0.0.7:502 --unit 3 --address holding:100 --type float32"
    })
final class ProbeCommand implements Callable<Integer> {

  private static final Duration ONCE_LIMIT = Duration.ofSeconds(10);

  @Parameters(
      paramLabel = "MACHINE|ADDRESS",
      description =
          "A configured machine's serial number; or an address: opc.tcp://HOST[:PORT], a serial"
              + " port such as /dev/ttyUSB0, or tcp://HOST[:PORT] for Modbus TCP.")
  private String target;

  @Mixin private ConfigOption config;

  @Option(
      names = "--once",
      description =
          "Ends with the first complete reading, or after 10s. Exit code 1 if a value is not good.")
  private boolean once;

  @Option(names = "--for", paramLabel = "TIME", description = "Ends after so long.")
  private Duration limit;

  @Option(names = "--json", description = "One JSON object for each reading, one a line.")
  private boolean json;

  @Mixin private Address address;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Limits.time("--for", limit);
    Logging.startQuiet();
    PrintWriter out = spec.commandLine().getOut();
    boolean isAddress = Address.isOne(target);
    if (!isAddress && address.isGiven()) {
      throw new Failure(
          Exit.USAGE,
          target
              + " is a machine's name, whose file says how it is reached; options such as --node and"
              + " --unit go with an address: opc.tcp://…, tcp://… or /dev/…");
    }
    PrintWriter err = spec.commandLine().getErr();
    Configuration configuration = isAddress ? config.loadIfAny(err) : config.load(err);
    MachineSettings machine = isAddress ? bare() : find(configuration, target);
    Pki pki = Wirings.pki(configuration, Clock.systemUTC());
    Map<String, String> names = isAddress ? names(address.shown()) : names(machine);
    ProbeView view = new ProbeView(machine, names, !isAddress, once, json, out);
    if (!json) {
      out.println(
          target
              + (isAddress ? "" : " (" + machine.protocol() + ", " + machine.file() + ")")
              + ": looking on; no row, no journal and nothing on the machine is written");
      if (machine.protocol().equals("virtual")) {
        out.println("This is a virtual machine of its own: the daemon's lives in the daemon.");
      }
    }
    Duration until = limit == null && once ? ONCE_LIMIT : limit;
    new Onlooker(machine, pki, view).run(until, view::isDone, () -> view.end(out));
    return view.exitCode(err);
  }

  private MachineSettings bare() throws Failure {
    try {
      return new ConfigLoader(Wirings.registry())
          .machine(address.toml(target), Path.of("options"), System.getenv());
    } catch (ConfigException e) {
      throw new Failure(
          Exit.USAGE,
          e.mistakes().stream()
              .map(Mistake::message)
              .collect(Collectors.joining("\n  ", target + ": ", "")));
    }
  }

  private static Map<String, String> names(List<String> shown) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < shown.size(); i++) {
      names.put(Address.name(i, shown.size()), shown.get(i));
    }
    return names;
  }

  private static Map<String, String> names(MachineSettings machine) {
    Map<String, String> names = new LinkedHashMap<>();
    machine.lifecycle().tags().forEach(tag -> names.put(tag, tag));
    machine.tags().keySet().forEach(tag -> names.putIfAbsent(tag, tag));
    return names;
  }

  /** The machine of this name, or which is near. */
  static MachineSettings find(Configuration configuration, String name) throws Failure {
    List<String> known =
        configuration.machines().stream().map(MachineSettings::serialNumber).toList();
    return configuration.machines().stream()
        .filter(machine -> machine.serialNumber().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    Exit.NO_INPUT,
                    "no file in "
                        + configuration.file().resolveSibling("machines")
                        + " has serial_number = \""
                        + name
                        + "\""
                        + Similar.hint(name, known)
                        + "; 'millwright check' lists them"));
  }
}
