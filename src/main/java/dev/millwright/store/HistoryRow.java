package dev.millwright.store;

import java.time.Instant;
import java.util.UUID;

/**
 * One row of {@code machine_transitions}.
 *
 * @param seq the number within its machine
 * @param transitionId its name everywhere
 * @param event the word for what happened
 * @param from the status before
 * @param to the status after
 * @param processId the run that goes on or has just ended; or null
 * @param occurredAt when it happened
 * @param recordedAt when it was written
 * @param detailJson what else is known, a JSON object; or null
 */
public record HistoryRow(
    long seq,
    UUID transitionId,
    String event,
    String from,
    String to,
    UUID processId,
    Instant occurredAt,
    Instant recordedAt,
    String detailJson) {

  /** Whether this is the change of a writer other than Millwright. */
  public boolean isByAnotherWriter() {
    return DetailJson.isByAnotherWriter(event, detailJson);
  }
}
