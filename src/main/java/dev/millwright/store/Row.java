package dev.millwright.store;

import dev.millwright.machine.MachineState;
import java.time.Instant;
import java.util.UUID;

/**
 * One row of {@code machines}.
 *
 * @param id its key
 * @param serialNumber what people call it
 * @param state the state part
 * @param lastEvent the word of the last transition; null before the first
 * @param lastTransitionId its id; null before the first
 * @param lastCycle the machine's counter at the last transition; null where it is not known
 * @param lastRecipe the recipe of the last transition; null where it is not known
 * @param lastBatch the batch of the last transition; null where it is not known
 * @param updatedAt when the row was written
 * @param detail column last_detail, a JSON object; null before the first transition
 * @param progress how far the run under way is, a JSON object; null where nobody says
 */
public record Row(
    UUID id,
    String serialNumber,
    MachineState state,
    String lastEvent,
    UUID lastTransitionId,
    Long lastCycle,
    String lastRecipe,
    String lastBatch,
    Instant updatedAt,
    String detail,
    String progress) {

  /**
   * The trigger's word for a writer other than Millwright: the event, and in the detail the source.
   */
  public static final String EXTERNAL = "external";

  /** The source of what a program has said by one of the functions of plan functions. */
  public static final String FUNCTION = "function";

  /** Whether the last change is that of a writer other than Millwright. */
  public boolean isByAnotherWriter() {
    return DetailJson.isByAnotherWriter(lastEvent, detail);
  }
}
