package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ubyte;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ulong;
import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.ushort;

import java.math.BigDecimal;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;

/** Turns tag values into the built-in type that a node has (OPC 10000-6, 5.1.2); rounds nothing. */
final class Typed {

  private Typed() {}

  /**
   * The value as the node's type.
   *
   * @param dataType the node's attribute of that name
   * @param now the node's present value; tells the type where the attribute names a subtype
   * @throws IllegalArgumentException when the node does not take such a value; the message says
   *     what it takes
   */
  static Variant of(Object value, DataValue dataType, DataValue now) {
    OpcUaDataType type = type(dataType, now);
    return Variant.of(
        switch (type) {
          case Boolean -> flag(value);
          case SByte -> (byte) whole(value, type, Byte.MIN_VALUE, Byte.MAX_VALUE);
          case Byte -> ubyte((short) whole(value, type, 0, 0xff));
          case Int16 -> (short) whole(value, type, Short.MIN_VALUE, Short.MAX_VALUE);
          case UInt16 -> ushort((int) whole(value, type, 0, 0xffff));
          case Int32 -> (int) whole(value, type, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case UInt32 -> uint(whole(value, type, 0, 0xffff_ffffL));
          case Int64 -> whole(value, type, Long.MIN_VALUE, Long.MAX_VALUE);
          case UInt64 -> ulong(whole(value, type, 0, Long.MAX_VALUE));
          case Float -> (float) decimal(value, type);
          case Double -> decimal(value, type);
          case String -> text(value);
          case LocalizedText -> new LocalizedText(locale(now), text(value));
          default ->
              throw new IllegalArgumentException("values of type " + type + " are not written");
        });
  }

  private static OpcUaDataType type(DataValue dataType, DataValue now) {
    Object present = now.value().value();
    if (present != null && present.getClass().isArray()) {
      throw new IllegalArgumentException("it is an array, which is not written");
    }
    OpcUaDataType declared =
        dataType.value().value() instanceof NodeId id ? OpcUaDataType.fromNodeId(id) : null;
    if (declared != null && declared != OpcUaDataType.Variant) {
      return declared;
    }
    return now.value()
        .getDataType()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its type is not known, as it has no value and no built-in type"));
  }

  private static boolean flag(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException("a Boolean is true or false, not " + value);
  }

  private static long whole(Object value, OpcUaDataType type, long least, long most) {
    if (value instanceof Long number && number >= least && number <= most) {
      return number;
    }
    throw new IllegalArgumentException(
        type + " is a whole number from " + least + " to " + most + ", not " + value);
  }

  private static double decimal(Object value, OpcUaDataType type) {
    if (!(value instanceof Long || value instanceof Double)) {
      throw new IllegalArgumentException(type + " is a number, not " + value);
    }
    double number = ((Number) value).doubleValue();
    double kept = type == OpcUaDataType.Float ? (float) number : number;
    boolean same =
        !(value instanceof Long whole)
            || new BigDecimal(kept).compareTo(BigDecimal.valueOf(whole)) == 0;
    if (!Double.isFinite(kept) || !same) {
      throw new IllegalArgumentException(type + " holds no number as large or exact as " + value);
    }
    return kept;
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("a String is a text, not " + value);
  }

  private static String locale(DataValue now) {
    return now.value().value() instanceof LocalizedText text ? text.locale() : null;
  }
}
