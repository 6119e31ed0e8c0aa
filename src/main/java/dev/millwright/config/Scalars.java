package dev.millwright.config;

import dev.millwright.config.Operands.Amount;
import dev.millwright.config.Operands.Time;
import dev.millwright.recipe.OnFailure;
import dev.millwright.recipe.Operand;
import dev.millwright.settings.DataSize;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Similar;
import dev.millwright.settings.Word;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Makes Java values of single TOML values, exactly: nothing is trimmed, rounded or guessed. */
final class Scalars {

  /** The value cannot be what is wanted; the message says what was found and what is wanted. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message);
    }
  }

  /** One kind of value. */
  private record Kind(String wanted, Conversion conversion) {}

  private interface Conversion {
    /** Null when the value is of another kind; {@link Unfit} when it is, and is still wrong. */
    Object convert(Object value) throws Unfit;
  }

  private static final Map<Class<?>, Kind> KINDS = kinds();

  private Scalars() {}

  static boolean isScalar(Class<?> type) {
    return KINDS.containsKey(type) || type.isEnum();
  }

  static Object convert(Node node, Class<?> type) throws Unfit {
    Kind kind = type.isEnum() ? enumKind(type) : KINDS.get(type);
    Object value =
        node instanceof Node.Scalar scalar ? kind.conversion().convert(scalar.value()) : null;
    if (value == null) {
      throw new Unfit("expected " + kind.wanted() + ", found " + node.found());
    }
    return value;
  }

  /** A state code as the text that {@code TagValue.text()} makes of what the machine shows. */
  static String code(Node node) throws Unfit {
    Object value = node instanceof Node.Scalar scalar ? scalar.value() : null;
    if (value instanceof Long || value instanceof Boolean) {
      return value.toString();
    }
    if (!(value instanceof String text)) {
      throw new Unfit("expected codes such as 3, \"RUN\" or true, found " + node.found());
    }
    if (text.isEmpty() || !text.equals(text.strip())) {
      throw new Unfit(
          node.found() + " can never be shown: codes are compared without blanks around them");
    }
    return text;
  }

  /** A default, which stands in the source as text whatever its type. */
  static Object ofDefault(String text, Class<?> type) {
    try {
      return convert(new Node.Scalar(null, defaultValue(text, type)), type);
    } catch (Unfit e) {
      throw new IllegalStateException("default \"" + text + "\": " + e.getMessage(), e);
    }
  }

  private static Object defaultValue(String text, Class<?> type) {
    if (type == int.class || type == long.class) {
      return Long.valueOf(text);
    }
    if (type == double.class) {
      return Double.valueOf(text);
    }
    return type == boolean.class ? (Object) Boolean.valueOf(text) : text;
  }

  private static Map<Class<?>, Kind> kinds() {
    Kind integer = new Kind("an integer such as 5", Scalars::integer);
    Kind whole = new Kind("an integer such as 5", v -> v instanceof Long ? v : null);
    Kind number = new Kind("a number such as 1.5", Scalars::number);
    Kind truth = new Kind("true or false", v -> v instanceof Boolean ? v : null);
    Map<Class<?>, Kind> kinds = new LinkedHashMap<>();
    kinds.put(int.class, integer);
    kinds.put(Integer.class, integer);
    kinds.put(long.class, whole);
    kinds.put(Long.class, whole);
    kinds.put(double.class, number);
    kinds.put(Double.class, number);
    kinds.put(boolean.class, truth);
    kinds.put(Boolean.class, truth);
    kinds.put(String.class, new Kind("a text such as \"a\"", ifText(text -> text)));
    kinds.put(Path.class, new Kind("a path such as \"/var/lib/x\"", ifText(Scalars::path)));
    kinds.put(
        Pattern.class,
        new Kind("a regular expression such as \"STATE=(\\\\w+)\"", ifText(Scalars::pattern)));
    kinds.put(
        Duration.class, new Kind("a time such as \"250ms\", \"5s\" or \"2m\"", Scalars::duration));
    kinds.put(Operand.class, new Kind("a value such as 5, true or \"{name}\"", Operands::value));
    kinds.put(Time.class, new Kind("a time such as \"5s\", or \"{name}\"", Operands::time));
    kinds.put(Amount.class, new Kind("a number, or a time such as \"5s\"", Operands::amount));
    kinds.put(
        OnFailure.class,
        new Kind("\"stop\", \"retry 2\" or \"go on\"", ifText(Operands::onFailure)));
    kinds.put(DataSize.class, new Kind("a size such as \"512MiB\"", Scalars::dataSize));
    return kinds;
  }

  private interface TextConversion {
    Object convert(String text) throws Unfit;
  }

  private static Conversion ifText(TextConversion conversion) {
    return value -> value instanceof String text ? conversion.convert(text) : null;
  }

  private static Object integer(Object value) throws Unfit {
    if (!(value instanceof Long number)) {
      return null;
    }
    if (number != number.intValue()) {
      throw new Unfit(
          number + " is not between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE);
    }
    return number.intValue();
  }

  static Object number(Object value) throws Unfit {
    // An integer is a number as well; a double holds it exactly up to 2^53.
    if (value instanceof Long whole && Math.abs(whole) <= 1L << 53) {
      return whole.doubleValue();
    }
    if (value instanceof Double number && !Double.isFinite(number)) {
      throw new Unfit(number + " is not a number that can be used");
    }
    return value instanceof Double ? value : null;
  }

  private static Object path(String text) throws Unfit {
    if (text.isBlank()) {
      throw new Unfit("an empty text is not a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new Unfit(Node.Scalar.quoted(text) + " is not a path: " + e.getReason());
    }
  }

  private static Object pattern(String text) throws Unfit {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      String where = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
      throw new Unfit(
          Node.Scalar.quoted(text) + " is not a regular expression: " + e.getDescription() + where);
    }
  }

  static Object duration(Object value) throws Unfit {
    try {
      return value instanceof String text ? Durations.parse(text) : null;
    } catch (IllegalArgumentException e) {
      throw new Unfit(e.getMessage());
    }
  }

  private static Object dataSize(Object value) throws Unfit {
    try {
      return value instanceof String text ? DataSize.parse(text) : null;
    } catch (IllegalArgumentException e) {
      throw new Unfit(e.getMessage());
    }
  }

  private static Kind enumKind(Class<?> type) {
    Map<String, Object> words = new LinkedHashMap<>();
    Arrays.stream(type.getEnumConstants()).forEach(c -> words.put(word((Enum<?>) c), c));
    String wanted = "one of " + String.join(", ", words.keySet());
    return new Kind(
        wanted,
        ifText(
            text -> {
              if (!words.containsKey(text)) {
                String near = Similar.nearest(text, words.keySet(), Set.of());
                throw new Unfit(
                    Node.Scalar.quoted(text)
                        + " is not "
                        + wanted
                        + (near == null ? "" : "; did you mean \"" + near + "\"?"));
              }
              return words.get(text);
            }));
  }

  private static String word(Enum<?> constant) {
    try {
      Word word = constant.getDeclaringClass().getField(constant.name()).getAnnotation(Word.class);
      return word == null ? Spelling.kebab(constant.name()) : word.value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(constant + " has no field", e);
    }
  }
}
