package dev.millwright.runtime;

import java.time.Instant;

/**
 * How the database fares.
 *
 * @param answers whether it did at the last attempt, and was the right one
 * @param since since when that is so
 * @param trouble why it does not; null when it does, and before the first attempt
 */
public record DatabaseSnapshot(boolean answers, Instant since, String trouble) {}
