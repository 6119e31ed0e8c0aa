package dev.millwright.config;

import dev.millwright.config.Operands.Time;
import dev.millwright.recipe.Condition;
import dev.millwright.recipe.OnFailure;
import dev.millwright.recipe.Operand;
import dev.millwright.recipe.Step;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Word;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A table {@code [[steps]]}: exactly one of set, until, pulse, wait and repeat.
 *
 * @param name for people
 * @param within how long it may take
 * @param onFailure what happens when it fails
 * @param set values for tags, in order
 * @param until what is waited for
 * @param pulse what is on for a time
 * @param pause how long nothing is done
 * @param repeat how often {@code steps} are done
 * @param steps of a repeat
 */
record StepTable(
    @Optional String name,
    @Optional Time within,
    @Optional OnFailure onFailure,
    @Optional Map<String, Operand> set,
    @Optional UntilTable until,
    @Optional PulseTable pulse,
    @Optional @Word("wait") Time pause,
    @Optional Operand repeat,
    @Optional List<StepTable> steps) {

  StepTable {
    long acts = Stream.of(set, until, pulse, pause, repeat).filter(Objects::nonNull).count();
    if (acts != 1) {
      throw new IllegalArgumentException(
          "a step has one of set, until, pulse, wait and repeat, and this has "
              + (acts == 0 ? "none" : "more")
              + "; make a step of each");
    }
    new Rules()
        .name("name", name)
        .require(set == null || !set.isEmpty(), "set", "there is nothing to write")
        .require(repeat == null || steps != null, "repeat", "there are no steps to repeat")
        .require(repeat != null || steps == null, "steps", "belong to a repeat, which is missing")
        .require(steps == null || !steps.isEmpty(), "steps", "there is none")
        .check();
  }

  /**
   * What is waited for.
   *
   * @param tag what shows it
   * @param min the lowest number
   * @param max the highest number
   * @param equal the one value
   * @param hold for how long without a break
   * @param within the longest wait; may stand in the step instead
   */
  record UntilTable(
      String tag,
      @Optional Operand min,
      @Optional Operand max,
      @Optional @Word("equals") Operand equal,
      @Optional Time hold,
      @Optional Time within) {

    UntilTable {
      conditionRules(min, max, equal).check();
    }
  }

  /**
   * What is on for a time.
   *
   * @param tag what
   * @param time how long
   * @param on what switches it on; true where it is left out
   * @param off what switches it off; false where it is left out
   */
  record PulseTable(
      String tag, @Word("for") Time time, @Optional Operand on, @Optional Operand off) {}

  static Rules conditionRules(Operand min, Operand max, Operand equal) {
    return new Rules()
        .require(
            min != null || max != null || equal != null,
            "tag",
            "nothing is said of what it shows: add min, max or equals")
        .require(
            equal == null || (min == null && max == null), "equals", "goes without min and max");
  }

  Step step() {
    Step.Common common =
        new Step.Common(
            name, RecipeTable.operand(within), onFailure == null ? OnFailure.STOP : onFailure);
    if (set != null) {
      return new Step.Assign(common, set);
    }
    if (until != null) {
      Condition condition = new Condition(until.tag, until.min, until.max, until.equal);
      Operand hold = RecipeTable.operand(until.hold);
      return new Step.Until(common, condition, hold, RecipeTable.operand(until.within));
    }
    if (pulse != null) {
      Operand on = pulse.on == null ? new Operand.Literal(true) : pulse.on;
      Operand off = pulse.off == null ? new Operand.Literal(false) : pulse.off;
      return new Step.Pulse(common, pulse.tag, pulse.time.operand(), on, off);
    }
    if (pause != null) {
      return new Step.Wait(common, pause.operand());
    }
    return new Step.Repeat(common, repeat, steps.stream().map(StepTable::step).toList());
  }
}
