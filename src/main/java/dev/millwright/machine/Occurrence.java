package dev.millwright.machine;

import java.time.Instant;

/**
 * An event with its time and what else is known of it.
 *
 * @param event what happened
 * @param at when, as observed
 * @param detail what else is known
 */
public record Occurrence(Event event, Instant at, Detail detail) {}
