package dev.millwright.runtime;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The machines of this daemon that take commands, by serial number. */
final class Commandables implements Commanded {

  private final Map<String, Commandable> machines;

  Commandables(Map<String, Commandable> machines) {
    this.machines = Map.copyOf(machines);
  }

  @Override
  public Set<String> machines() {
    return machines.keySet();
  }

  @Override
  public String refusal(String machine, Command command) {
    Commandable known = machines.get(machine);
    return known == null ? unknown(machine) : known.refusal(command);
  }

  @Override
  public void command(String machine, Command command, Consumer<CommandResult> result) {
    Commandable known = machines.get(machine);
    if (known == null) {
      result.accept(CommandResult.failed(unknown(machine), null));
    } else {
      known.command(command, result);
    }
  }

  private String unknown(String machine) {
    return machine
        + " is not a machine of this daemon that takes commands; those are "
        + (machines.isEmpty()
            ? "none"
            : String.join(", ", machines.keySet().stream().sorted().toList()));
  }

  /** The daemon stops. */
  void leave(String why) {
    machines.values().forEach(machine -> machine.leave(why));
  }
}
