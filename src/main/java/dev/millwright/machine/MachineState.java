package dev.millwright.machine;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * The state part of a row of {@code machines}. The constructor holds the same rules as the table's
 * CHECKs, so that a state that the table would refuse cannot be decided.
 *
 * @param seq {@code state_seq}, 0 or more: the number of transitions so far
 * @param status one of the four statuses
 * @param processId the run under way; present when processing, absent when idle, kept when offline
 * @param since when the state began as observed
 * @param failure present when in error, kept when offline, else null
 */
public record MachineState(
    long seq, Status status, UUID processId, Instant since, Failure failure) {

  public MachineState {
    Objects.requireNonNull(status, "status");
    if (seq < 0) {
      throw new IllegalArgumentException("state_seq is 0 or more, not " + seq);
    }
    if (status == Status.PROCESSING && processId == null) {
      throw new IllegalArgumentException("a machine that is processing has a process id");
    }
    if (status == Status.IDLE && processId != null) {
      throw new IllegalArgumentException("an idle machine has no process id, not " + processId);
    }
    if (status == Status.ERROR && failure == null) {
      throw new IllegalArgumentException("a machine in error has a failure");
    }
  }
}
