package dev.millwright.device.modbus;

/** Which end comes first. */
public enum Order {
  /** The highest first, as the protocol has it within a register. */
  BIG,
  /** The lowest first. */
  LITTLE
}
