package dev.millwright.journal;

import dev.millwright.machine.Order;
import dev.millwright.machine.Shown;
import java.time.Instant;
import java.util.Objects;

/**
 * What a machine shows that has no controller of its own, as we step it through its recipes. It is
 * on the disk before anything is seen of it, like the retentive memory of a controller.
 *
 * @param machine the serial number
 * @param shown what the machine shows; {@link Shown#PROCESSING} after a start of the daemon means
 *     that it has ended in the middle of a run
 * @param runs how many runs were started, ever
 * @param since when it began to show that
 * @param safe whether the safe state is known to be written, or was never left
 * @param fault what is wrong, in words; null when nothing is
 * @param recipe the present or last run's; null before the first
 * @param parameters its parameters in words; null when there are none
 * @param batch its batch; null for none
 * @param step where the run was, in words; null when not known
 * @param order the command that has led to it; null when it was none
 */
public record DriveRecord(
    String machine,
    Shown shown,
    long runs,
    Instant since,
    boolean safe,
    String fault,
    String recipe,
    String parameters,
    String batch,
    String step,
    Order order) {

  public DriveRecord {
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(shown, "shown");
    Objects.requireNonNull(since, "since");
  }

  /** A machine that has never been driven, and is left as it is until it is. */
  public static DriveRecord first(String machine, Instant now) {
    return new DriveRecord(machine, Shown.IDLE, 0, now, true, null, null, null, null, null, null);
  }
}
