package dev.millwright.store;

import java.util.Map;

/**
 * What {@code machines} holds.
 *
 * @param readable by serial number
 * @param unreadable why, by serial number: rows that are in no state that a machine can be in,
 *     which a schema without our CHECKs allows
 */
public record Rows(Map<String, Row> readable, Map<String, String> unreadable) {

  public Rows {
    readable = Map.copyOf(readable);
    unreadable = Map.copyOf(unreadable);
  }
}
