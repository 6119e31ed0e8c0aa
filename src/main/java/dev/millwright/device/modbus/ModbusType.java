package dev.millwright.device.modbus;

import dev.millwright.device.TagValue;
import dev.millwright.settings.Similar;
import dev.millwright.settings.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
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
   * What is known of its values.
   *
   * @param scale null where there is none
   * @param unit what a number counts; nothing else has one
   */
  ValueKind kind(Double scale, String unit) {
    if (!isNumber()) {
      return new ValueKind(
          kind == Kind.BOOL ? ValueKind.Type.BOOLEAN : ValueKind.Type.TEXT, null, null, null);
    }
    if (!isWhole()) {
      return new ValueKind(ValueKind.Type.REAL, null, null, unit);
    }
    double first = least().doubleValue() * (scale == null ? 1 : scale);
    double last = most().doubleValue() * (scale == null ? 1 : scale);
    ValueKind.Type its = scale == null ? ValueKind.Type.INTEGER : ValueKind.Type.REAL;
    return new ValueKind(its, bound(Math.min(first, last)), bound(Math.max(first, last)), unit);
  }

  /** What a large scale makes of an integer may be beyond every number: that is no bound. */
  private static Double bound(double value) {
    return Double.isFinite(value) ? value : null;
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
    boolean within =
        number.compareTo(new BigDecimal(least())) >= 0
            && number.compareTo(new BigDecimal(most())) <= 0;
    return within ? null : kind.word() + " is a number from " + least() + " to " + most();
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

  /**
   * The registers of a value: what {@link #value} makes it of.
   *
   * @return as many as the type takes, highest word and byte first; strings as they are
   * @throws IllegalArgumentException when it does not take the value; the message says what it
   *     takes, as in "takes …, not …"
   */
  ByteBuffer bytes(Object value, Double scale) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * registers());
    switch (kind) {
      case BOOL -> bytes.putShort((short) (flag(value) ? 1 : 0));
      case STRING -> bytes.put(text(value));
      case FLOAT32 -> bytes.putFloat((float) decimal(value, scale));
      case FLOAT64 -> bytes.putDouble(decimal(value, scale));
      default -> {
        byte[] digits = whole(value, scale).toByteArray();
        int size = bytes.capacity();
        // Two's complement of the right width: the sign goes on to the left, or is cut off.
        for (int i = 0; i < size; i++) {
          int at = digits.length - size + i;
          bytes.put(at >= 0 ? digits[at] : (byte) (digits[0] < 0 ? -1 : 0));
        }
      }
    }
    return bytes.position(0).limit(bytes.capacity());
  }

  private static boolean flag(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("takes true or false, not " + value);
  }

  private byte[] text(Object value) {
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("takes a text, not " + value);
    }
    if (text.length() > length) {
      throw new IllegalArgumentException(
          "takes " + length + " characters, not the " + text.length() + " of \"" + text + "\"");
    }
    if (!StandardCharsets.ISO_8859_1.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "takes characters of ISO-8859-1, and \"" + text + "\" has others");
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Without the scale, exactly: a scale of 0.01 makes 125 of 1.25. */
  private static BigDecimal number(Object value, Double scale) {
    if (!(value instanceof Long || value instanceof Double)) {
      throw new IllegalArgumentException("takes a number, not " + value);
    }
    BigDecimal number = new BigDecimal(value.toString());
    return scale == null
        ? number
        : number.divide(BigDecimal.valueOf(scale), MathContext.DECIMAL128);
  }

  private double decimal(Object value, Double scale) {
    BigDecimal number = number(value, scale);
    double exact = value instanceof Double same && scale == null ? same : number.doubleValue();
    double kept = kind == Kind.FLOAT32 ? (float) exact : exact;
    boolean whole = value instanceof Long && scale == null;
    if (!Double.isFinite(kept) || (whole && new BigDecimal(kept).compareTo(number) != 0)) {
      throw new IllegalArgumentException("takes no number as large or exact as " + value);
    }
    return kept;
  }

  private BigInteger whole(Object value, Double scale) {
    BigDecimal number = number(value, scale);
    BigDecimal within = number.max(new BigDecimal(least())).min(new BigDecimal(most()));
    if (number.compareTo(within) != 0 || number.stripTrailingZeros().scale() > 0) {
      throw new IllegalArgumentException(
          "takes whole numbers from "
              + least()
              + " to "
              + most()
              + (scale == null ? "" : ", times " + scale)
              + ", not "
              + value);
    }
    return number.toBigInteger();
  }

  /** The highest number of a whole type. */
  private BigInteger most() {
    int bits = 16 * registers() - (isSigned() ? 1 : 0);
    return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
  }

  /** The lowest number of a whole type. */
  private BigInteger least() {
    return isSigned() ? most().not() : BigInteger.ZERO;
  }

  private boolean isSigned() {
    return kind == Kind.INT16 || kind == Kind.INT32 || kind == Kind.INT64;
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
