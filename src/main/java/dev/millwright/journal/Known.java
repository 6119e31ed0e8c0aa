package dev.millwright.journal;

import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import java.util.UUID;

/**
 * What is known of a machine after its last decision: enough to go on deciding without the
 * database.
 *
 * @param machine the serial number
 * @param rowId the row's key
 * @param state the state after the last decided transition, delivered or not
 * @param transitionId that transition; null when the row never had one
 * @param memory what the interpreter remembers; what the machine showed last is not kept
 */
public record Known(
    String machine, UUID rowId, MachineState state, UUID transitionId, Memory memory) {

  /** The same decisions, and something else to remember. */
  public Known with(Memory other) {
    return new Known(machine, rowId, state, transitionId, other);
  }
}
