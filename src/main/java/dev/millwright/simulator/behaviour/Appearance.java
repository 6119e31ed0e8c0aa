package dev.millwright.simulator.behaviour;

import java.time.Instant;

/**
 * What a virtual machine shows from one moment on.
 *
 * @param machine its serial number
 * @param phase the state that it shows
 * @param cycle how many runs it has started
 * @param recipe the recipe of the present or last run; empty before the first
 * @param fault what is wrong; empty unless the phase is {@link Phase#ERROR}
 * @param component the faulty component; empty unless the phase is {@link Phase#ERROR}
 * @param at when it began
 */
public record Appearance(
    String machine,
    Phase phase,
    long cycle,
    String recipe,
    String fault,
    String component,
    Instant at) {}
