package dev.millwright.runtime;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The machines of this daemon that take commands, by serial number. */
final class Commandables implements Commanded {

  private final Supplier<Map<String, Commandable>> machines;
  private final Meter meter;

  Commandables(Supplier<Map<String, Commandable>> machines, Meter meter) {
    this.machines = machines;
    this.meter = meter;
  }

  @Override
  public Set<String> machines() {
    return machines.get().keySet();
  }

  @Override
  public String refusal(String machine, Command command) {
    Commandable known = machines.get().get(machine);
    return known == null ? unknown() : known.refusal(command);
  }

  @Override
  public void command(String machine, Command command, Consumer<CommandResult> result) {
    Commandable known = machines.get().get(machine);
    if (known == null) {
      result.accept(CommandResult.failed(unknown(), null));
    } else {
      known.command(
          command,
          ended -> {
            meter.ended(machine, command, ended);
            result.accept(ended);
          });
    }
  }

  private String unknown() {
    return "it takes no commands, as its file has neither [commands] nor [drive]; those that do are "
        + (machines().isEmpty()
            ? "none"
            : String.join(", ", machines().stream().sorted().toList()));
  }

  /** The daemon stops. */
  void leave(String why) {
    machines.get().values().forEach(machine -> machine.leave(why));
  }
}
