package dev.millwright.store;

import dev.millwright.machine.Transition;
import java.util.UUID;

/**
 * A transition, and what it is to be written on.
 *
 * @param machineId {@code machines.id}
 * @param after the transition that it follows on, which the row has to show as its last; null when
 *     the row must not have had any
 * @param transition what to write
 */
public record Addressed(UUID machineId, UUID after, Transition transition) {}
