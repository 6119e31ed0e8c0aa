package dev.millwright.journal;

import dev.millwright.machine.Transition;
import java.util.UUID;

/**
 * A transition that the database has not confirmed.
 *
 * @param id counts up in the order of decision, over all machines
 * @param machine the serial number
 * @param rowId the row's key
 * @param after the transition that the row must have before; null when it never had one
 * @param transition what was decided
 * @param quarantined why the database refuses it; null while it waits for delivery
 * @param retried it was quarantined, the machine went on without it, and it waits again: the row
 *     cannot be what it was decided on
 */
public record Entry(
    long id,
    String machine,
    UUID rowId,
    UUID after,
    Transition transition,
    String quarantined,
    boolean retried) {}
