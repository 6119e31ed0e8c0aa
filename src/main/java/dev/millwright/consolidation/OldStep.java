package dev.millwright.consolidation;

import java.math.BigDecimal;
import java.util.List;

/** A step of a recipe as the old tables have it, with nothing missing. */
public sealed interface OldStep {

  /** Of table recipe_steps. */
  String id();

  /** What people called it; null where nobody did. */
  String name();

  /**
   * A valve is opened for a time.
   *
   * @param valve its number, from 1
   * @param millis how long, 1 or more
   */
  record Valve(String id, String name, long valve, long millis) implements OldStep {}

  /**
   * Time passes: the old system wrote nothing in a purge.
   *
   * @param millis how long, 1 or more
   * @param gas what was noted of gas and flow; null for nothing
   */
  record Purge(String id, String name, long millis, String gas) implements OldStep {}

  /**
   * A value is written.
   *
   * @param parameter the id of the parameter, or its name where it has no id
   * @param called its name, with its component's where that is known
   */
  record Assign(String id, String name, String parameter, String called, BigDecimal value)
      implements OldStep {}

  /**
   * Steps are done several times.
   *
   * @param times 1 or more
   * @param steps in order, at least one
   */
  record Loop(String id, String name, long times, List<OldStep> steps) implements OldStep {
    public Loop {
      steps = List.copyOf(steps);
    }
  }
}
