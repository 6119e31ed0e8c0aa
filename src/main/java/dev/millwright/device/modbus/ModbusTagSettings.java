package dev.millwright.device.modbus;

import dev.millwright.settings.Access;
import dev.millwright.settings.Optional;
import dev.millwright.settings.Rules;
import dev.millwright.settings.ValueKind;

/**
 * A table {@code [tags.NAME]} of a Modbus machine's file.
 *
 * @param address table and number, such as {@code holding:100}, {@code coil:5} or {@code
 *     holding:100.3} for a bit
 * @param type bool, int16 to int64, uint16 to uint64, float32, float64 or string[LENGTH]; may be
 *     left out of a single bit, which is a bool
 * @param wordOrder the machine's where it is left out
 * @param byteOrder the machine's where it is left out
 * @param scale what a number is multiplied with
 * @param unit what a number counts
 * @param access absent: read-write where the address allows it, else read
 * @param min the lowest number that may be written, where that is more than the type's
 * @param max the highest, likewise
 */
public record ModbusTagSettings(
    String address,
    @Optional String type,
    @Optional Order wordOrder,
    @Optional Order byteOrder,
    @Optional Double scale,
    @Optional String unit,
    @Optional Access access,
    @Optional Double min,
    @Optional Double max)
    implements Access.Stated, ValueKind.Stated {

  /** A tag of whose values is known what its type says. */
  public ModbusTagSettings(
      String address,
      String type,
      Order wordOrder,
      Order byteOrder,
      Double scale,
      String unit,
      Access access) {
    this(address, type, wordOrder, byteOrder, scale, unit, access, null, null);
  }

  public ModbusTagSettings {
    if (address != null) {
      ModbusTag tag =
          tag("?", Order.BIG, Order.BIG, address, type, wordOrder, byteOrder, scale, unit, access);
      access = tag.access();
      var unused = tag.kind().within(min, max);
    }
    new Rules().name("unit", unit).check();
  }

  @Override
  public ValueKind kind() {
    return tag("?", Order.BIG, Order.BIG).kind().within(min, max);
  }

  /** The tag, with the machine's orders where it has none of its own. */
  ModbusTag tag(String name, Order words, Order bytes) {
    return tag(name, words, bytes, address, type, wordOrder, byteOrder, scale, unit, access);
  }

  private static ModbusTag tag(
      String name,
      Order words,
      Order bytes,
      String address,
      String type,
      Order wordOrder,
      Order byteOrder,
      Double scale,
      String unit,
      Access access) {
    ModbusAddress at = ModbusAddress.parse(address);
    boolean single = at.table().bits() || at.bit() != ModbusAddress.WHOLE;
    if (type == null && !single) {
      throw new IllegalArgumentException(
          "type: is missing; a register may be int16, uint16, part of a float32, …: the machine's"
              + " manual says which");
    }
    ModbusType kind = type == null ? ModbusType.BOOL : ModbusType.parse(type);
    String readOnly = ModbusTag.readOnly(at, kind);
    if (access != null && access.writes() && readOnly != null) {
      throw new IllegalArgumentException("access: " + readOnly);
    }
    return new ModbusTag(
        name,
        at,
        kind,
        wordOrder == null ? words : wordOrder,
        byteOrder == null ? bytes : byteOrder,
        scale,
        unit,
        access != null ? access : readOnly == null ? Access.READ_WRITE : Access.READ);
  }
}
