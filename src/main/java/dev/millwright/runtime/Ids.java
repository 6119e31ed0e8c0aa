package dev.millwright.runtime;

import java.time.InstantSource;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Makes identifiers of version 7 (RFC 9562, 5.7): milliseconds first, then 74 random bits. Rows
 * that are written one after the other stay neighbours in the unique index of the history.
 */
public final class Ids implements Supplier<UUID> {

  private final InstantSource clock;
  private final LongSupplier random;

  /**
   * @param random 64 unpredictable bits at each call; safe for use by several threads
   */
  public Ids(InstantSource clock, LongSupplier random) {
    this.clock = clock;
    this.random = random;
  }

  @Override
  public UUID get() {
    long high = (clock.millis() << 16) | 0x7000 | (random.getAsLong() & 0x0FFF);
    long low = 0x8000_0000_0000_0000L | (random.getAsLong() >>> 2);
    return new UUID(high, low);
  }
}
