package dev.millwright.audit;

import java.time.Instant;

/**
 * Something that must never be true, and is.
 *
 * @param at around when
 * @param words what
 */
public record Problem(Instant at, String words) {

  @Override
  public String toString() {
    return words;
  }
}
