package dev.millwright.device.serial;

/** How long the line rests after each character, in bits. */
public enum StopBits {
  ONE(1),
  ONE_AND_A_HALF(1.5),
  TWO(2);

  private final double bits;

  StopBits(double bits) {
    this.bits = bits;
  }

  /** The number as people write it: 1, 1.5 or 2. */
  public double bits() {
    return bits;
  }

  /**
   * The stop bits that a number names.
   *
   * @throws IllegalArgumentException when there is no such thing; the message starts with the key
   */
  public static StopBits of(double bits) {
    for (StopBits each : values()) {
      if (each.bits == bits) {
        return each;
      }
    }
    throw new IllegalArgumentException("stop_bits: " + bits + " is not 1, 1.5 or 2");
  }
}
