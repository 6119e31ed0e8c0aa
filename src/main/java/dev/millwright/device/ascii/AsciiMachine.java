package dev.millwright.device.ascii;

import dev.millwright.device.TagWrite;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One machine on a serial line. Either every tag that is observed has a query, or none has: a
 * machine that talks unasked. It is read as ISO-8859-1, so that every byte is a character.
 *
 * @param serialNumber the machine
 * @param staleAfter how old a value may be
 * @param poll from one reading to the next, 10 ms to 1 h; a third of staleAfter at most. This and
 *     the next two are for machines that are asked
 * @param timeout how long an answer may take to be complete, 10 ms to 1 min; less than staleAfter
 * @param quiet how long the line must be silent after an answer did not come, 10 ms to 10 min
 * @param terminator what ends a line of a machine that talks unasked, 1 to 8 characters
 * @param tags one or more that are observed
 */
public record AsciiMachine(
    String serialNumber,
    Duration staleAfter,
    Duration poll,
    Duration timeout,
    Duration quiet,
    String terminator,
    List<AsciiTag> tags) {

  private static final Duration MIN_TIME = Duration.ofMillis(10);
  private static final Duration MAX_POLL = Duration.ofHours(1);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration MAX_QUIET = Duration.ofMinutes(10);
  private static final int MAX_TERMINATOR_CHARACTERS = 8;

  public AsciiMachine {
    Objects.requireNonNull(serialNumber, "serial_number");
    Objects.requireNonNull(staleAfter, "stale_after");
    tags = List.copyOf(tags);
    between("poll", poll, MAX_POLL);
    between("timeout", timeout, MAX_TIMEOUT);
    between("quiet", quiet, MAX_QUIET);
    checkTerminator(terminator);
    checkTags(tags);
    if (observed(tags).get(0).query() != null) {
      checkAgainstStaleness(staleAfter, poll, timeout);
    }
  }

  /** Whether the machine talks of its own accord and is never asked. */
  boolean talksUnasked() {
    return observed().get(0).query() == null;
  }

  /** The tags that are observed. */
  List<AsciiTag> observed() {
    return observed(tags);
  }

  /** The tag of this name; null when there is none. */
  AsciiTag tag(String name) {
    return tags.stream().filter(tag -> tag.name().equals(name)).findFirst().orElse(null);
  }

  /** Why the tag does not take this value; null when it does. Contacts nothing. */
  public String refusal(TagWrite write) {
    AsciiTag tag = tag(write.tag());
    return tag == null ? serialNumber + " has no tag " + write.tag() : tag.refusal(write.value());
  }

  private static List<AsciiTag> observed(List<AsciiTag> tags) {
    return tags.stream().filter(AsciiTag::isObserved).toList();
  }

  private static void checkAgainstStaleness(Duration staleAfter, Duration poll, Duration timeout) {
    if (timeout.compareTo(staleAfter) >= 0) {
      throw new IllegalArgumentException(
          "timeout: "
              + Durations.words(timeout)
              + " is not less than stale_after, "
              + Durations.words(staleAfter));
    }
    // Link.observe: what did not change is observed every third of the staleness limit.
    if (poll.multipliedBy(3).compareTo(staleAfter) > 0) {
      throw new IllegalArgumentException(
          "poll: "
              + Durations.words(poll)
              + " is more than a third of stale_after, "
              + Durations.words(staleAfter)
              + ", so that one lost answer would show the machine as offline");
    }
  }

  private static void between(String key, Duration value, Duration max) {
    if (value.compareTo(MIN_TIME) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          key
              + ": "
              + Durations.words(value)
              + " is not between "
              + Durations.words(MIN_TIME)
              + " and "
              + Durations.words(max));
    }
  }

  private static void checkTerminator(String terminator) {
    if (terminator.isEmpty()
        || terminator.length() > MAX_TERMINATOR_CHARACTERS
        || terminator.chars().anyMatch(character -> character > 0xff)) {
      throw new IllegalArgumentException(
          "terminator: "
              + Words.quoted(terminator)
              + " is not 1 to "
              + MAX_TERMINATOR_CHARACTERS
              + " characters of ISO-8859-1");
    }
  }

  private static void checkTags(List<AsciiTag> all) {
    List<AsciiTag> tags = observed(all);
    if (tags.isEmpty()) {
      throw new IllegalArgumentException("tags: there are none, so there is nothing to read");
    }
    long names = all.stream().map(AsciiTag::name).distinct().count();
    if (names != all.size()) {
      throw new IllegalArgumentException("tags: two have the same name");
    }
    boolean asked = tags.get(0).query() != null;
    for (AsciiTag tag : tags) {
      if ((tag.query() != null) != asked) {
        throw new IllegalArgumentException(
            "query: tag "
                + (asked ? tags.get(0) : tag).name()
                + " has one and tag "
                + (asked ? tag : tags.get(0)).name()
                + " has none; a machine is either asked for all, or talks unasked");
      }
    }
  }
}
