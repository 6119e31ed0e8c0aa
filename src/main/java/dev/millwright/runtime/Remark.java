package dev.millwright.runtime;

import java.time.Instant;

/**
 * Something that was said at a moment.
 *
 * @param at when
 * @param words what
 */
public record Remark(Instant at, String words) {}
