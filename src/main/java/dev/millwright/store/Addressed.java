package dev.millwright.store;

import dev.millwright.machine.Transition;
import java.util.UUID;

/**
 * A transition and the row that it is for.
 *
 * @param machineId {@code machines.id}
 * @param transition what to write
 */
public record Addressed(UUID machineId, Transition transition) {}
