package dev.millwright.runtime;

import dev.millwright.journal.Backlog;
import dev.millwright.store.Row;
import java.time.Duration;

/**
 * What a daemon knows of one machine at one moment: for those who look at it, never for deciding.
 *
 * @param machine the serial number
 * @param row as it is after the last decision, whether delivered or not; null while none is known.
 *     Its {@code updatedAt} is null where what was decided last is not known to be in the database
 * @param link the machine's link
 * @param glimpse what it has shown last
 * @param age how old the last good data is; null when there was none since the start
 * @param refused the last event that was refused; null when none was since the start
 * @param settled what became of the last delivery; null when there was none since the start
 * @param backlog what of it is in the journal; null when the journal cannot be asked
 */
public record MachineSnapshot(
    String machine,
    Row row,
    LinkSnapshot link,
    Glimpse glimpse,
    Duration age,
    Remark refused,
    Settled settled,
    Backlog backlog) {}
