package dev.millwright.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One step of a recipe, as it is written. */
public sealed interface Step {

  /** What every step has. */
  Common common();

  /**
   * What every step has.
   *
   * @param name for people; null where nobody gave one
   * @param within how long the step may take, a duration; null for no limit of its own
   * @param onFailure what happens when it fails
   */
  record Common(String name, Operand within, OnFailure onFailure) {

    /** Of a step that says nothing of these. */
    public static final Common PLAIN = new Common(null, null, OnFailure.STOP);
  }

  /**
   * Writes values in order, each after the machine has confirmed the one before.
   *
   * @param writes the value of each tag, in order; at least one
   */
  record Assign(Common common, Map<String, Operand> writes) implements Step {
    public Assign {
      writes = Collections.unmodifiableMap(new LinkedHashMap<>(writes));
    }

    @Override
    public String toString() {
      StringBuilder words = new StringBuilder("set ");
      writes.forEach(
          (tag, value) ->
              words
                  .append(words.length() == 4 ? "" : ", ")
                  .append(tag)
                  .append(" = ")
                  .append(value));
      return words.toString();
    }
  }

  /**
   * Waits until the machine shows something.
   *
   * @param condition what
   * @param hold for how long without a break, a duration; null for one good reading
   * @param within the longest wait, a duration; null only where {@link Common#within} is given
   */
  record Until(Common common, Condition condition, Operand hold, Operand within) implements Step {
    @Override
    public String toString() {
      return "until " + condition + (hold == null ? "" : " for " + hold);
    }
  }

  /**
   * Switches something on for a time and off again.
   *
   * @param tag what
   * @param time how long it stays on, a duration
   * @param on the value that switches it on
   * @param off the value that switches it off
   */
  record Pulse(Common common, String tag, Operand time, Operand on, Operand off) implements Step {
    @Override
    public String toString() {
      return "pulse " + tag + " " + time;
    }
  }

  /** Lets time pass, a duration. */
  record Wait(Common common, Operand time) implements Step {
    @Override
    public String toString() {
      return "wait " + time;
    }
  }

  /**
   * Does steps several times.
   *
   * @param times how often, a whole number from 1
   * @param steps at least one
   */
  record Repeat(Common common, Operand times, List<Step> steps) implements Step {
    public Repeat {
      steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
      return "repeat " + times;
    }
  }
}
