package dev.millwright.device;

/**
 * How far a value can be trusted: the two severity bits of an OPC UA StatusCode (OPC 10000-4,
 * 7.39), used for every protocol.
 */
public enum Quality {
  /** The value may drive a transition. */
  GOOD,
  /** The value may drive a transition only where the machine's configuration says so. */
  UNCERTAIN,
  /** There is no usable value; it never drives a transition. */
  BAD
}
