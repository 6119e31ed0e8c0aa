package dev.millwright.testing;

import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.Commanded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Machines that count what they are asked, and answer as the test says. */
public final class RecordedMachines implements Commanded {

  /** What was asked, and when. */
  public record Asked(
      String machine, Command command, long nanos, Consumer<CommandResult> result) {}

  /** What to do when a machine is asked. */
  public interface Answer {
    void to(Asked asked);
  }

  public static final UUID PROCESS = new UUID(4, 2);

  private final Set<String> machines;
  private final Map<UUID, Integer> times = new ConcurrentHashMap<>();
  private final List<Asked> asked = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private volatile Answer answer = of -> of.result().accept(CommandResult.completed(PROCESS));

  public RecordedMachines(String... machines) {
    this.machines = Set.of(machines);
  }

  public void answer(Answer how) {
    answer = how;
  }

  /** A machine would refuse, and does. */
  public void refuse(String machine, String why) {
    refusals.put(machine, why);
  }

  public void takeAgain(String machine) {
    refusals.remove(machine);
  }

  /** How often each command was asked for. */
  public Map<UUID, Integer> times() {
    return new HashMap<>(times);
  }

  public List<Asked> asked() {
    synchronized (asked) {
      return List.copyOf(asked);
    }
  }

  @Override
  public Set<String> machines() {
    return machines;
  }

  @Override
  public String refusal(String machine, Command command) {
    return refusals.get(machine);
  }

  @Override
  public void command(String machine, Command command, Consumer<CommandResult> result) {
    times.merge(command.id(), 1, Integer::sum);
    Asked one = new Asked(machine, command, System.nanoTime(), result);
    asked.add(one);
    String refusal = refusals.get(machine);
    if (refusal == null) {
      answer.to(one);
    } else {
      result.accept(CommandResult.failed(refusal, null));
    }
  }
}
