package dev.millwright.config;

import dev.millwright.config.Operands.Amount;
import dev.millwright.config.Operands.Time;
import dev.millwright.recipe.Condition;
import dev.millwright.recipe.Operand;
import dev.millwright.recipe.Parameter;
import dev.millwright.recipe.Precondition;
import dev.millwright.recipe.Recipe;
import dev.millwright.settings.Default;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.Word;
import java.util.List;
import java.util.Map;

/**
 * A recipe's file.
 *
 * @param name how it is called
 * @param parameters what is given when it is started
 * @param preconditions what a machine has to show before
 * @param steps at least one
 * @param limits what may not be exceeded
 */
record RecipeTable(
    String name,
    @Default("") Map<String, Given> parameters,
    @Default("") List<Before> preconditions,
    List<StepTable> steps,
    Limits limits) {

  private static final int LONGEST_NAME = 100;

  RecipeTable {
    new Rules()
        .name("name", name)
        .require(
            name == null || name.length() <= LONGEST_NAME,
            "name",
            "is longer than " + LONGEST_NAME + " characters")
        .require(steps == null || !steps.isEmpty(), "steps", "there is none")
        .check();
  }

  /**
   * A table {@code [limits]}.
   *
   * @param depth how deep repeats may be nested
   */
  record Limits(@Default("16") int depth) {
    Limits {
      new Rules().within("depth", depth, 1, Recipe.MOST_DEPTH).check();
    }
  }

  /**
   * A table {@code [parameters.NAME]}.
   *
   * @param type what is given
   * @param unit what a number counts
   * @param min the lowest
   * @param max the highest
   * @param preset what it is when nobody gives it
   */
  record Given(
      Parameter.Type type,
      @Optional String unit,
      @Optional Amount min,
      @Optional Amount max,
      @Optional @Word("default") Operand preset) {

    Given {
      boolean time = type == Parameter.Type.DURATION;
      boolean number = type == Parameter.Type.INTEGER || type == Parameter.Type.REAL;
      boolean known = type != null;
      new Rules()
          .name("unit", unit)
          .require(!known || unit == null || number, "unit", "only a number has a unit")
          .require(
              !known || min == null || (min.time() ? time : number),
              "min",
              "does not suit the type: " + limit(type))
          .require(
              !known || max == null || (max.time() ? time : number),
              "max",
              "does not suit the type: " + limit(type))
          .require(
              min == null || max == null || min.number() <= max.number(), "min", "is more than max")
          .require(!(preset instanceof Operand.Reference), "default", "cannot be another parameter")
          .check();
    }

    private static String limit(Parameter.Type type) {
      if (type == Parameter.Type.DURATION) {
        return "a time such as \"5s\" is expected";
      }
      return type == Parameter.Type.BOOLEAN || type == Parameter.Type.TEXT
          ? "only numbers and times have limits"
          : "a number is expected";
    }

    Parameter parameter() {
      Object value = preset instanceof Operand.Literal literal ? literal.value() : null;
      boolean time = type == Parameter.Type.DURATION && value instanceof String;
      return new Parameter(
          type,
          unit,
          min == null ? null : min.number(),
          max == null ? null : max.number(),
          time ? timeOr((String) value) : value);
    }

    /** A text that is no time is left for the recipe to complain of. */
    private static Object timeOr(String text) {
      try {
        Object time = Durations.parse(text);
        return time == null ? text : time;
      } catch (IllegalArgumentException e) {
        return text;
      }
    }
  }

  /**
   * A table {@code [[preconditions]]}.
   *
   * @param tag what shows it
   * @param min the lowest number
   * @param max the highest number
   * @param equal the one value
   * @param advice what to do when it is not met
   */
  record Before(
      String tag,
      @Optional Operand min,
      @Optional Operand max,
      @Optional @Word("equals") Operand equal,
      @Optional String advice) {

    Before {
      StepTable.conditionRules(min, max, equal).name("advice", advice).check();
    }

    Precondition precondition() {
      return new Precondition(new Condition(tag, min, max, equal), advice);
    }
  }

  static Operand operand(Time time) {
    return time == null ? null : time.operand();
  }
}
