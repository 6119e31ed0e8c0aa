package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.serial.HostFiles;
import dev.millwright.device.serial.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "ports",
    mixinStandardHelpOptions = true,
    description =
        "Shows the serial ports of this host: their names, drivers and adapters, who holds them,"
            + " which machines of the configuration use them, and whether this user may. Opens"
            + " none of them.",
    footer = {"", "Example: millwright ports --config /etc/millwright/millwright.toml"})
final class PortsCommand implements Callable<Integer> {

  @Option(names = "--json", description = "One JSON object a line, for programs.")
  private boolean json;

  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, Failure {
    Logging.startQuiet();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Map<String, List<String>> machines = Map.of();
    ConfigException mistakes = null;
    try {
      Configuration configuration = config.loadIfAny(err);
      if (configuration == null) {
        err.println(ConfigOption.none());
      }
      machines = machinesByPort(configuration);
    } catch (ConfigException e) {
      mistakes = e; // a mistake in a machine's file keeps nobody from looking for its port
    }
    Ports ports = Ports.look(HostFiles.THIS);
    List<PortRow> rows = PortRow.of(ports, machines);
    if (json) {
      rows.forEach(row -> out.println(PortsView.json(row, ports.hiddenProcesses())));
    } else {
      PortsView.lines(rows, ports.hiddenProcesses()).forEach(out::println);
    }
    if (mistakes != null) {
      err.println(mistakes.getMessage());
      err.println("machines are not shown, as the configuration has mistakes");
      return Exit.CONFIG;
    }
    return Exit.OK;
  }

  private static Map<String, List<String>> machinesByPort(Configuration configuration) {
    Map<String, List<String>> byPort = new TreeMap<>();
    if (configuration != null) {
      for (MachineSettings machine : configuration.machines()) {
        String port = Wirings.serialPort(machine);
        if (port != null) {
          byPort.computeIfAbsent(port, name -> new ArrayList<>()).add(machine.serialNumber());
        }
      }
    }
    return byPort;
  }
}
