package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A meter that writes down what it hears, one line each. */
final class Heard implements Meter {

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** What it has heard that begins so, in order. */
  List<String> of(String beginning) {
    return lines.stream().filter(line -> line.startsWith(beginning)).toList();
  }

  @Override
  public void decided(String machine, Transition transition) {
    lines.add("decided " + machine + " " + transition.event());
  }

  @Override
  public void delivered(String machine, Duration latency) {
    lines.add("delivered " + machine + " " + latency);
  }

  @Override
  public void conflict(String machine) {
    lines.add("conflict " + machine);
  }

  @Override
  public void unreadable(String machine) {
    lines.add("unreadable " + machine);
  }

  @Override
  public void linkFailed(String link) {
    lines.add("link " + link);
  }

  @Override
  public void ended(String machine, Command command, CommandResult result) {
    lines.add(
        "ended "
            + machine
            + " "
            + command.kind()
            + (result.completed() ? " completed" : " " + result.message()));
  }

  @Override
  public void pulse(String machine, Duration overrun) {
    lines.add("pulse " + machine + " " + overrun);
  }

  @Override
  public void unsafe(String machine) {
    lines.add("unsafe " + machine);
  }
}
