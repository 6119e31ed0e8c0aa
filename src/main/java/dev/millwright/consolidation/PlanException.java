package dev.millwright.consolidation;

import java.util.List;

/** A plan cannot go on. The message is for the person who runs it. */
public final class PlanException extends Exception {

  private final transient List<String> reasons;

  public PlanException(String message) {
    this(message, List.of(), null);
  }

  public PlanException(String message, Throwable cause) {
    this(message, List.of(), cause);
  }

  public PlanException(String message, List<String> reasons) {
    this(message, reasons, null);
  }

  private PlanException(String message, List<String> reasons, Throwable cause) {
    super(reasons.isEmpty() ? message : message + "\n  - " + String.join("\n  - ", reasons), cause);
    this.reasons = List.copyOf(reasons);
  }

  /** What is in the way, one by one; the message holds them too. Empty when there is but one. */
  public List<String> reasons() {
    return reasons;
  }
}
