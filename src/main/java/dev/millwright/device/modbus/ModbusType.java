package dev.millwright.device.modbus;

import dev.millwright.device.TagValue;
import dev.millwright.settings.Similar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the bits of a value mean.
 *
 * @param kind the sort of value
 * @param length of a string, in characters of one byte; 0 for others
 */
record ModbusType(Kind kind, int length) {

  /** The sorts of values, and how many registers each takes. */
  enum Kind {
    BOOL(1),
    INT16(1),
    UINT16(1),
    INT32(2),
    UINT32(2),
    FLOAT32(2),
    INT64(4),
    UINT64(4),
    FLOAT64(4),
    STRING(0);

    private final int registers;

    Kind(int registers) {
      this.registers = registers;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final ModbusType BOOL = new ModbusType(Kind.BOOL, 0);

  /** Two in a register, and one request reads 125. */
  private static final int MAX_CHARACTERS = 250;

  private static final Pattern STRING = Pattern.compile("string\\[([0-9]{1,6})]");

  /**
   * Reads a type such as {@code uint16} or {@code string[16]}.
   *
   * @throws IllegalArgumentException when it is none; the message begins with the key
   */
  static ModbusType parse(String text) {
    Matcher string = STRING.matcher(text);
    if (string.matches()) {
      int length = Integer.parseInt(string.group(1));
      if (length < 1 || length > MAX_CHARACTERS) {
        throw new IllegalArgumentException(
            "type: " + length + " in \"" + text + "\" is not between 1 and " + MAX_CHARACTERS);
      }
      return new ModbusType(Kind.STRING, length);
    }
    if (text.equals("string") || text.startsWith("string[")) {
      throw new IllegalArgumentException(
          "type: \"" + text + "\" does not say how long: write string[16] for 16 characters");
    }
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(text)) {
        return new ModbusType(kind, 0);
      }
    }
    List<String> known = Arrays.stream(Kind.values()).map(Kind::word).toList();
    throw new IllegalArgumentException(
        "type: \""
            + text
            + "\" is not one of "
            + String.join(", ", known)
            + "[LENGTH]"
            + Similar.hint(text, known));
  }

  /** How many registers it takes. */
  int registers() {
    return kind == Kind.STRING ? (length + 1) / 2 : kind.registers;
  }

  /** Whether it is a number, so that it can be scaled. */
  boolean isNumber() {
    return kind != Kind.BOOL && kind != Kind.STRING;
  }

  /** Whether there are whole numbers only, and all of them from least to most. */
  private boolean isWhole() {
    return isNumber() && kind != Kind.FLOAT32 && kind != Kind.FLOAT64;
  }

  /**
   * Why a value of this type can never be shown as this text; null when it can.
   *
   * @param scale null where there is none
   */
  String neverShows(String text, Double scale) {
    return switch (kind) {
      case BOOL ->
          text.equals("true") || text.equals("false") ? null : "a bool is true or false only";
      case STRING -> text.length() <= length ? null : "it is longer than " + length + " characters";
      default -> neverShowsNumber(text, scale);
    };
  }

  private String neverShowsNumber(String text, Double scale) {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      return kind.word() + " is a number";
    }
    if (scale != null || !isWhole()) {
      return null;
    }
    boolean signed = kind.word().startsWith("int");
    int bits = 16 * registers();
    BigInteger most = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
    BigInteger least = signed ? most.negate().subtract(BigInteger.ONE) : BigInteger.ZERO;
    boolean within =
        number.compareTo(new BigDecimal(least)) >= 0 && number.compareTo(new BigDecimal(most)) <= 0;
    return within ? null : kind.word() + " is a number from " + least + " to " + most;
  }

  /**
   * The value of registers.
   *
   * @param registers as many as the type takes, highest word and byte first; strings as they are
   * @param scale what a number is multiplied with; null leaves it as it is
   */
  TagValue value(ByteBuffer registers, Double scale) {
    return switch (kind) {
      case BOOL -> TagValue.good(registers.getShort() != 0, null);
      case INT16 -> whole(registers.getShort(), scale);
      case UINT16 -> whole(Short.toUnsignedLong(registers.getShort()), scale);
      case INT32 -> whole(registers.getInt(), scale);
      case UINT32 -> whole(Integer.toUnsignedLong(registers.getInt()), scale);
      case INT64 -> whole(registers.getLong(), scale);
      case UINT64 -> unsigned(registers.getLong(), scale);
      case FLOAT32 -> decimal(registers.getFloat(), scale);
      case FLOAT64 -> decimal(registers.getDouble(), scale);
      case STRING -> string(registers);
    };
  }

  private static TagValue whole(long value, Double scale) {
    return scale == null ? TagValue.good(value, null) : scaled(BigDecimal.valueOf(value), scale);
  }

  private static TagValue unsigned(long value, Double scale) {
    if (scale != null) {
      return scaled(new BigDecimal(Long.toUnsignedString(value)), scale);
    }
    // More than a long holds is no quantity but an identity: as text it keeps every digit.
    return TagValue.good(value >= 0 ? (Object) value : Long.toUnsignedString(value), null);
  }

  private TagValue decimal(double value, Double scale) {
    if (!Double.isFinite(value)) {
      return TagValue.bad("the machine shows " + value + ", which is not a number");
    }
    // The shortest decimal that is this float: 0.1, not 0.10000000149.
    String shortest = kind == Kind.FLOAT32 ? Float.toString((float) value) : Double.toString(value);
    return scale == null
        ? TagValue.good(Double.valueOf(shortest), null)
        : scaled(new BigDecimal(shortest), scale);
  }

  /** In decimals, as 3 times 0.1 is 0.3. */
  private static TagValue scaled(BigDecimal value, double scale) {
    double product = value.multiply(BigDecimal.valueOf(scale)).doubleValue();
    return Double.isFinite(product)
        ? TagValue.good(product, null)
        : TagValue.bad("the machine shows " + value + ", which is too large for its scale");
  }

  /** Up to the first NUL, without the spaces that fill it up. */
  private TagValue string(ByteBuffer registers) {
    byte[] bytes = new byte[length];
    registers.get(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\0');
    return TagValue.good((end < 0 ? text : text.substring(0, end)).strip(), null);
  }

  @Override
  public String toString() {
    return kind == Kind.STRING ? "string[" + length + "]" : kind.word();
  }
}
