package dev.millwright.device.opcua;

import dev.millwright.device.TagValue;
import java.time.Instant;

/**
 * One value of one tag, as the server reported it.
 *
 * @param point whose value it is
 * @param value the value
 * @param at orders it among the machine's other values; null when the server gave no time at all
 * @param overflow the server lost values of this tag just before this one
 */
record Sample(Point point, TagValue value, Instant at, boolean overflow) {

  Sample(Point point, TagValue value, Instant at) {
    this(point, value, at, false);
  }
}
