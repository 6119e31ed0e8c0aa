package dev.millwright.device.ascii;

import dev.millwright.device.Failures;
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
  private final Failures failures = new Failures();

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

  Failures failures() {
    return failures;
  }
}
