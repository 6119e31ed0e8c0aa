package dev.millwright.machine;

import java.time.Instant;

/**
 * When something must have happened that nobody saw.
 *
 * @param after the last moment at which it was known not to have happened; null when nothing is
 *     known of before
 * @param before the first moment at which it was known to have happened
 */
public record Window(Instant after, Instant before) {}
