package dev.millwright.journal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much there is of one machine in the journal.
 *
 * @param waiting entries that wait for delivery
 * @param oldest when the state began that the oldest of them leads to; null when none waits
 * @param quarantined entries that the database refuses
 */
public record Backlog(long waiting, Instant oldest, long quarantined) {

  /** Nothing. */
  public static final Backlog NONE = new Backlog(0, null, 0);

  /** By machine, from parts that tell what waits, and later ones that tell what is refused. */
  static Map<String, Backlog> merged(List<Map.Entry<String, Backlog>> parts) {
    Map<String, Backlog> backlogs = new LinkedHashMap<>();
    parts.forEach(
        part ->
            backlogs.merge(
                part.getKey(),
                part.getValue(),
                (waiting, refused) ->
                    new Backlog(waiting.waiting(), waiting.oldest(), refused.quarantined())));
    return backlogs;
  }
}
