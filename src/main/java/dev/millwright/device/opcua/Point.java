package dev.millwright.device.opcua;

import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;

/** A tag of a machine, and where it is. */
record Point(String machine, String tag, NodeAddress address) {

  /** For messages: {@code PRESS-01 state}. */
  String label() {
    return machine + " " + tag;
  }

  /** Cheaper than that of all its parts: points are looked up for each report. */
  @Override
  public int hashCode() {
    return 31 * machine.hashCode() + tag.hashCode();
  }

  /** What the server says of it; what is bad names the node. */
  TagValue value(DataValue data) {
    TagValue value = Values.of(data);
    return value.quality() == Quality.BAD
        ? new TagValue(null, Quality.BAD, value.sourceTime(), why(value.why()))
        : value;
  }

  /** There is no value, and why. */
  TagValue bad(String why) {
    return TagValue.bad(why(why));
  }

  private String why(String why) {
    return why + " (" + address.text() + ")";
  }
}
