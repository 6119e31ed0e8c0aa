package dev.millwright.audit;

import dev.millwright.audit.Recorded.Transition;
import java.time.Instant;

/**
 * Something that must never be true, and is.
 *
 * @param happened around when, as far as that is said
 * @param recorded when it became so in the database
 * @param words what
 */
public record Problem(Instant happened, Instant recorded, String words) {

  static Problem at(Instant at, String words) {
    return new Problem(at, at, words);
  }

  static Problem of(Transition row, String words) {
    return new Problem(row.occurredAt(), row.recordedAt(), row + ": " + words);
  }

  @Override
  public String toString() {
    return words;
  }
}
