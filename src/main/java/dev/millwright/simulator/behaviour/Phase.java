package dev.millwright.simulator.behaviour;

import java.util.Locale;

/** The states that a virtual machine goes through, and their codes on the wire. */
public enum Phase {
  IDLE(0),
  PROCESSING(1),
  COMPLETE(3),
  STOPPED(4),
  ERROR(9);

  private final int code;

  Phase(int code) {
    this.code = code;
  }

  /** The number that the machine shows on protocols that show numbers. */
  public int code() {
    return code;
  }

  /** Whether a run has just ended so. */
  public boolean isEnd() {
    return this == COMPLETE || this == STOPPED || this == ERROR;
  }

  /** The word in the truth file. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
