package dev.millwright.recipe;

import dev.millwright.settings.Durations;
import dev.millwright.settings.Similar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds what the operands of a recipe are, and complains of those that cannot be meant. What cannot
 * be known yet, as a parameter has no value, is judged by its type.
 */
final class Resolver {

  /** The shortest time that anything can be told to last. */
  static final Duration SHORTEST = Duration.ofMillis(1);

  /** The longest. */
  static final Duration LONGEST = Duration.ofDays(31);

  /** The highest count of repetitions, and of steps in a run. */
  static final long MOST_STEPS = 10_000_000;

  private final Map<String, Parameter> parameters;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  /** What is judged now. */
  private String where = "";

  /**
   * @param given the parameters' values; null when none are given yet
   */
  Resolver(Map<String, Parameter> parameters, Map<String, Object> given) {
    this.parameters = parameters;
    parameters.forEach((name, parameter) -> take(name, parameter, given));
    if (given != null) {
      for (String name : given.keySet()) {
        if (!parameters.containsKey(name)) {
          String known =
              parameters.isEmpty() ? "; it has none" : "; it has " + String.join(", ", names());
          at("parameter " + name).problem("", "the recipe has no such parameter" + known);
        }
      }
    }
  }

  private void take(String name, Parameter parameter, Map<String, Object> given) {
    at("parameter " + name);
    boolean own = given != null && given.get(name) != null;
    Object value = own ? given.get(name) : parameter.preset();
    if (value == null && given != null) {
      problem("", "is missing, and has no default; it is " + parameter.range());
    }
    if (value != null) {
      try {
        values.put(name, parameter.value(value));
      } catch (IllegalArgumentException e) {
        problem(own ? "" : "default", e.getMessage());
      }
    }
  }

  /** What is judged from now on, as in {@code step 3.2}. */
  Resolver at(String place) {
    where = place;
    return this;
  }

  void problem(String key, String message) {
    problems.add(new Problem(where, key, message));
  }

  List<Problem> problems() {
    return problems;
  }

  Map<String, Object> values() {
    return values;
  }

  private List<String> names() {
    return parameters.keySet().stream().sorted().toList();
  }

  /** What sort of value an operand is; null when that is a mistake, which is reported. */
  Parameter.Type type(Operand operand, String key) {
    if (operand instanceof Operand.Reference reference) {
      Parameter parameter = parameters.get(reference.parameter());
      if (parameter == null) {
        problem(
            key,
            "there is no parameter "
                + Words.value(reference.parameter())
                + Similar.hint(reference.parameter(), parameters.keySet()));
      }
      return parameter == null ? null : parameter.type();
    }
    Object value = ((Operand.Literal) operand).value();
    if (value instanceof Boolean) {
      return Parameter.Type.BOOLEAN;
    }
    if (value instanceof Long) {
      return Parameter.Type.INTEGER;
    }
    if (value instanceof Double number) {
      if (!Double.isFinite(number)) {
        problem(key, number + " is not a number that can be used");
        return null;
      }
      return Parameter.Type.REAL;
    }
    return value instanceof Duration ? Parameter.Type.DURATION : Parameter.Type.TEXT;
  }

  /** An operand's value; null when nobody knows it yet. */
  Object value(Operand operand) {
    return operand instanceof Operand.Reference reference
        ? values.get(reference.parameter())
        : ((Operand.Literal) operand).value();
  }

  /** A number; null when it is not known, or none, which is reported. */
  Double number(Operand operand, String key) {
    Parameter.Type type = operand == null ? null : type(operand, key);
    if (type == null) {
      return null;
    }
    if (type != Parameter.Type.INTEGER && type != Parameter.Type.REAL) {
      problem(key, "expected a number, found " + found(operand));
      return null;
    }
    return value(operand) instanceof Number number ? (Double) number.doubleValue() : null;
  }

  /** A time in ns; null when it is not known, or none, which is reported. */
  Long nanos(Operand operand, String key) {
    Parameter.Type type = type(operand, key);
    if (type == null) {
      return null;
    }
    if (type != Parameter.Type.DURATION) {
      problem(key, "expected a time such as \"30s\", found " + found(operand));
      return null;
    }
    if (!(value(operand) instanceof Duration time)) {
      return null;
    }
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      problem(
          key,
          Durations.words(time)
              + " is not between "
              + Durations.words(SHORTEST)
              + " and "
              + LONGEST.toDays()
              + "d");
      return null;
    }
    return time.toNanos();
  }

  /** A count; null when it is not known, or none, which is reported. */
  Long count(Operand operand, String key) {
    Parameter.Type type = type(operand, key);
    if (type == null) {
      return null;
    }
    if (type != Parameter.Type.INTEGER) {
      problem(key, "expected a whole number, found " + found(operand));
      return null;
    }
    if (!(value(operand) instanceof Long count)) {
      return null;
    }
    if (count < 1 || count > MOST_STEPS) {
      problem(key, count + " is not between 1 and " + MOST_STEPS);
      return null;
    }
    return count;
  }

  /** An operand as it stands there, with its parameter's type. */
  String found(Operand operand) {
    return operand instanceof Operand.Reference reference
        ? operand + ", a parameter of type " + word(parameters.get(reference.parameter()).type())
        : operand.toString();
  }

  static String word(Enum<?> type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
