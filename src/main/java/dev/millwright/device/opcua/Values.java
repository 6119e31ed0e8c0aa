package dev.millwright.device.opcua;

import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import java.time.Instant;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.ULong;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;

/** Turns what a server sends into tag values: three-way quality, and never a value that is bad. */
final class Values {

  private Values() {}

  static TagValue of(DataValue data) {
    Instant sourceTime = instant(data.sourceTime());
    StatusCode status = data.statusCode();
    if (status.isBad()) {
      return bad(Words.of(status), sourceTime);
    }
    Object raw = data.value().value();
    if (raw == null) {
      return bad("the server gave no value", sourceTime);
    }
    if (raw instanceof ULong number && number.longValue() < 0) {
      return bad("UInt64 " + number + " is more than " + Long.MAX_VALUE, sourceTime);
    }
    Object value = plain(raw);
    if (value == null) {
      return bad("type " + raw.getClass().getSimpleName() + " is not supported", sourceTime);
    }
    return status.isUncertain()
        ? new TagValue(value, Quality.UNCERTAIN, sourceTime, Words.of(status))
        : TagValue.good(value, sourceTime);
  }

  /** What comes with a value: its status code and both times, to the 100 ns that the wire has. */
  static String words(DataValue data) {
    StatusCode status = data.statusCode();
    return "0x%08X %s  source %s  server %s"
        .formatted(
            status.value(),
            StatusCodes.lookup(status.value()).map(known -> known[0]).orElse("unknown status"),
            instant(data.sourceTime()),
            instant(data.serverTime()));
  }

  /** Orders values: the source's time, else the server's; null when there is neither. */
  static Instant moment(DataValue data) {
    Instant source = instant(data.sourceTime());
    return source != null ? source : instant(data.serverTime());
  }

  /** Whether the node that a tag names does not, or no longer, exist. */
  static boolean isGone(StatusCode status) {
    return status.value() == StatusCodes.Bad_NodeIdUnknown
        || status.value() == StatusCodes.Bad_NodeIdInvalid;
  }

  private static TagValue bad(String why, Instant sourceTime) {
    return new TagValue(null, Quality.BAD, sourceTime, why);
  }

  private static Object plain(Object raw) {
    if (raw instanceof Boolean || raw instanceof String) {
      return raw;
    }
    if (raw instanceof Float || raw instanceof Double) {
      return ((Number) raw).doubleValue();
    }
    if (raw instanceof Byte || raw instanceof Short || raw instanceof Integer) {
      return ((Number) raw).longValue();
    }
    if (raw instanceof Long
        || raw instanceof UByte
        || raw instanceof UShort
        || raw instanceof UInteger
        || raw instanceof ULong) {
      return ((Number) raw).longValue();
    }
    if (raw instanceof LocalizedText text) {
      return text.text() == null ? "" : text.text();
    }
    return null;
  }

  /** In units of 100 ns since 1601; 0 where there is none (OPC 10000-6, 5.2.2.5). */
  static long ticks(DateTime time) {
    return time == null ? 0 : Math.max(0, time.utcTime());
  }

  /** Null where there is none. */
  private static Instant instant(DateTime time) {
    return ticks(time) == 0 ? null : time.getJavaInstant();
  }
}
