package dev.millwright.journal;

import dev.millwright.machine.Transition;
import java.util.Objects;
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
 * @param retried it was quarantined, and waits again because a person wants it to
 */
public record Entry(
    long id,
    String machine,
    UUID rowId,
    UUID after,
    Transition transition,
    String quarantined,
    boolean retried) {

  /**
   * Whether the machine has gone on without it, so that it cannot take effect any more.
   *
   * @param known what is known of the machine; null when nothing
   */
  public boolean isOvertaken(Known known) {
    return retried && known != null && !Objects.equals(known.transitionId(), after);
  }
}
