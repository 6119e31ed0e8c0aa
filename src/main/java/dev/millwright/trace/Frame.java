package dev.millwright.trace;

import dev.millwright.runtime.Moment;
import java.util.Objects;

/**
 * What went over the wire. It explains what was observed, and nothing is decided upon it.
 *
 * @param at when
 * @param sent bytes to the machine, in hexadecimal; null where it is none
 * @param received bytes from the machine, likewise
 * @param told what the protocol says beside a value, such as a status code; likewise
 */
public record Frame(Moment at, String sent, String received, String told) {

  public Frame {
    Objects.requireNonNull(at, "at");
  }
}
