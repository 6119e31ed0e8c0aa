package dev.millwright.device.ascii;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One query of one machine, and every tag that its answer sets: they are one snapshot.
 *
 * <p>Belongs to the conversation's thread.
 */
final class Exchange {

  private final String query;
  private final List<AsciiTag> tags;
  private int failures;
  private long failedAt;
  private String problem;

  Exchange(String query, List<AsciiTag> tags) {
    this.query = query;
    this.tags = tags;
  }

  byte[] bytes() {
    return query.getBytes(StandardCharsets.ISO_8859_1);
  }

  List<AsciiTag> tags() {
    return tags;
  }

  String query() {
    return query;
  }

  void answered() {
    failures = 0;
    problem = null;
  }

  void failed(String why, long now) {
    failures++;
    failedAt = now;
    problem = why;
  }

  /** Whether its last query may still be answered, late. */
  boolean owesAnswer() {
    return failures > 0;
  }

  /** Whether it failed more than once in a row, the last time less than so long ago. */
  boolean rests(long nanos, long now) {
    return failures > 1 && now - failedAt < nanos;
  }

  /** Why there are no values; null when there are. */
  String problem() {
    return problem;
  }
}
