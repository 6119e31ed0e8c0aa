package dev.millwright.device.modbus;

import dev.millwright.device.TagValue;
import dev.millwright.settings.Access;
import dev.millwright.settings.ValueKind;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A named value of a unit.
 *
 * @param name the tag's name
 * @param address where it begins
 * @param type what its bits mean
 * @param wordOrder which of its registers comes first; means nothing for strings
 * @param byteOrder which byte of each register comes first
 * @param scale what a number is multiplied with; null leaves it as it is
 * @param unit what a number counts, for people; null where nobody said
 * @param access what may be done with it
 */
record ModbusTag(
    String name,
    ModbusAddress address,
    ModbusType type,
    Order wordOrder,
    Order byteOrder,
    Double scale,
    String unit,
    Access access) {

  ModbusTag {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(wordOrder, "word_order");
    Objects.requireNonNull(byteOrder, "byte_order");
    boolean single = address.table().bits() || address.bit() != ModbusAddress.WHOLE;
    if (single && type.kind() != ModbusType.Kind.BOOL) {
      throw new IllegalArgumentException(
          "type: "
              + address
              + " is a single bit, and so a bool, not "
              + type
              + "; leave the type out");
    }
    int last = address.number() + type.registers() - 1;
    if (!single && last > ModbusAddress.LAST) {
      throw new IllegalArgumentException(
          "address: "
              + type
              + " at "
              + address
              + " goes on to "
              + last
              + ", over the last address "
              + ModbusAddress.LAST);
    }
    if (scale != null && !type.isNumber()) {
      throw new IllegalArgumentException("scale: " + type + " is not a number to be scaled");
    }
    if (scale != null && (scale == 0 || !Double.isFinite(scale))) {
      throw new IllegalArgumentException("scale: " + scale + " would make every value the same");
    }
  }

  /** Why what the unit has there can only be read; null when it can be written. */
  static String readOnly(ModbusAddress address, ModbusType type) {
    Table table = address.table();
    if (table == Table.DISCRETE || table == Table.INPUT) {
      return address
          + " can only be read; what can be written is a "
          + (table == Table.DISCRETE ? "coil" : "holding register");
    }
    return type.registers() > WriteRequest.MOST_REGISTERS
        ? type
            + " has more than the "
            + WriteRequest.MOST_REGISTERS
            + " registers that one request writes"
        : null;
  }

  /** What its type says of its values. */
  ValueKind kind() {
    return type.kind(scale, unit);
  }

  /** Why it does not take this value; null when it does. */
  String refusal(Object value) {
    if (!access.writes()) {
      String readOnly = readOnly(address, type);
      return readOnly == null ? "its access is \"read\"" : readOnly;
    }
    try {
      var unused = type.bytes(value, scale);
      return null;
    } catch (IllegalArgumentException e) {
      return this + " " + e.getMessage();
    }
  }

  /** Whether it is one bit of a register. */
  boolean isBit() {
    return address.bit() != ModbusAddress.WHOLE;
  }

  /** The registers of a value that it takes, as they go over the wire. */
  ByteBuffer registers(Object value) {
    return ordered(type.bytes(value, scale), 0);
  }

  /** The mask of a register's bit, as the register goes over the wire. */
  int mask() {
    int mask = 1 << address.bit();
    return byteOrder == Order.LITTLE ? Short.reverseBytes((short) mask) & 0xffff : mask;
  }

  /** The first address that it takes. */
  int first() {
    return address.number();
  }

  /** The address behind the last one that it takes. */
  int end() {
    return address.number() + (address.table().bits() ? 1 : type.registers());
  }

  /** Whether the two lie in the same registers without being two views of one and the same. */
  boolean contradicts(ModbusTag other) {
    boolean apart =
        address.table() != other.address.table()
            || end() <= other.first()
            || other.end() <= first();
    if (apart || address.table().bits()) {
      return false;
    }
    boolean same = first() == other.first() && type.equals(other.type);
    return !same && !(isWordOrBit() && other.isWordOrBit() && (isBit() || other.isBit()));
  }

  /** One register as a whole, or one of its bits: a status word and what its bits mean. */
  private boolean isWordOrBit() {
    return isBit() || type.kind() == ModbusType.Kind.INT16 || type.kind() == ModbusType.Kind.UINT16;
  }

  /**
   * Its value in an answer.
   *
   * @param data what was read, as it came
   * @param from the address of the first value in it
   */
  TagValue value(ByteBuffer data, int from) {
    int at = first() - from;
    if (address.table().bits()) {
      return TagValue.good((data.get(at / 8) >> (at % 8) & 1) != 0, null);
    }
    ByteBuffer registers = ordered(data, 2 * at);
    if (isBit()) {
      return TagValue.good((registers.getShort() >> address.bit() & 1) != 0, null);
    }
    return type.value(registers, scale);
  }

  private ByteBuffer ordered(ByteBuffer data, int from) {
    int registers = type.registers();
    boolean lowWordFirst = wordOrder == Order.LITTLE && type.isNumber();
    ByteBuffer ordered = ByteBuffer.allocate(2 * registers);
    for (int i = 0; i < registers; i++) {
      int at = from + 2 * (lowWordFirst ? registers - 1 - i : i);
      boolean swapped = byteOrder == Order.LITTLE;
      ordered.put(data.get(swapped ? at + 1 : at)).put(data.get(swapped ? at : at + 1));
    }
    return ordered.flip();
  }

  @Override
  public String toString() {
    return address + " " + type;
  }
}
