package dev.millwright.machine;

import java.util.Locale;

/** The four statuses that column {@code machines.status} has always had. */
public enum Status {
  /** Nothing is known now: no fresh good data within the staleness limit. */
  OFFLINE,
  /** Ready; no process. */
  IDLE,
  /** A recipe runs; {@code current_process_id} names the run. */
  PROCESSING,
  /** A fault that somebody has to reset. */
  ERROR;

  private final String word = name().toLowerCase(Locale.ROOT);

  /**
   * The word in the table and in logs: {@code offline}, {@code idle}, {@code processing} or {@code
   * error}.
   */
  public String word() {
    return word;
  }

  /**
   * Reads the table's word.
   *
   * @throws IllegalArgumentException naming the word, when it is none of the four
   */
  public static Status of(String word) {
    for (Status status : values()) {
      if (status.word.equals(word)) {
        return status;
      }
    }
    throw new IllegalArgumentException(
        "status \"" + word + "\" is none of offline, idle, processing, error");
  }
}
