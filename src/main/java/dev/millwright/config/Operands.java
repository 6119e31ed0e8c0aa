package dev.millwright.config;

import dev.millwright.config.Scalars.Unfit;
import dev.millwright.recipe.OnFailure;
import dev.millwright.recipe.Operand;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values that stand in recipes, as {@link Scalars} asks for them. */
final class Operands {

  private static final Pattern REFERENCE = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern RETRY = Pattern.compile("retry ([0-9]{1,9})");

  /** A duration, or a parameter that is one. */
  record Time(Operand operand) {}

  /**
   * A number, or a time.
   *
   * @param number in seconds, where it is a time
   */
  record Amount(double number, boolean time) {}

  private Operands() {}

  static Object value(Object value) throws Unfit {
    if (value instanceof String text) {
      Matcher reference = REFERENCE.matcher(text);
      return reference.matches()
          ? new Operand.Reference(reference.group(1))
          : new Operand.Literal(text);
    }
    boolean plain = value instanceof Boolean || value instanceof Long || finite(value);
    return plain ? new Operand.Literal(value) : null;
  }

  static Object time(Object value) throws Unfit {
    if (value(value) instanceof Operand.Reference reference) {
      return new Time(reference);
    }
    Object time = Scalars.duration(value);
    return time == null ? null : new Time(new Operand.Literal(time));
  }

  static Object amount(Object value) throws Unfit {
    if (Scalars.duration(value) instanceof Duration time) {
      return new Amount(time.toMillis() / 1e3, true);
    }
    return Scalars.number(value) instanceof Double number ? new Amount(number, false) : null;
  }

  static Object onFailure(String text) throws Unfit {
    Matcher retry = RETRY.matcher(text);
    if (retry.matches()) {
      int times = Integer.parseInt(retry.group(1));
      if (times > OnFailure.MOST_RETRIES) {
        throw new Unfit("retry " + times + " is more often than " + OnFailure.MOST_RETRIES);
      }
      return new OnFailure(times, false);
    }
    return switch (text) {
      case "stop" -> OnFailure.STOP;
      case "go on" -> OnFailure.GO_ON;
      default -> null;
    };
  }

  private static boolean finite(Object value) throws Unfit {
    return value instanceof Double && Scalars.number(value) != null;
  }
}
