package dev.millwright.device.serial;

import dev.millwright.settings.Optional;
import java.time.Duration;

/**
 * How the kernel drives the RTS line to switch an RS-485 transceiver between sending and receiving.
 * Only for ports whose driver does this (TIOCSRS485, on-board UARTs mostly); a USB converter
 * switches by itself and needs none of it. A driver that cannot do it says nothing.
 *
 * @param activeHigh RTS is 1 while sending; else 0. Default true
 * @param delayBefore from raising RTS to the first bit: whole milliseconds, 0 to 100 ms (the
 *     kernel's limit), default 0
 * @param delayAfter from the last bit to dropping RTS: the same
 * @param receiveDuringTransmit whether what is sent is also received. Default false
 * @param termination whether to switch on the port's terminating resistor. Default false
 */
public record Rs485(
    @Optional Boolean activeHigh,
    @Optional Duration delayBefore,
    @Optional Duration delayAfter,
    @Optional Boolean receiveDuringTransmit,
    @Optional Boolean termination) {

  private static final long MAX_DELAY_MILLIS = 100;

  /** An absent value (null) gets its default. */
  public Rs485 {
    activeHigh = activeHigh == null || activeHigh;
    delayBefore = delayBefore == null ? Duration.ZERO : delayBefore;
    delayAfter = delayAfter == null ? Duration.ZERO : delayAfter;
    receiveDuringTransmit = receiveDuringTransmit != null && receiveDuringTransmit;
    termination = termination != null && termination;
    check("delay_before", delayBefore);
    check("delay_after", delayAfter);
  }

  private static void check(String key, Duration delay) {
    // The kernel's unit is the millisecond: a fraction would be cut off without a word.
    boolean whole = delay.toNanos() % 1_000_000 == 0;
    if (delay.isNegative() || delay.toMillis() > MAX_DELAY_MILLIS || !whole) {
      throw new IllegalArgumentException(
          key + ": " + delay.toNanos() / 1_000 + " µs is not a whole number of ms from 0 to 100");
    }
  }
}
