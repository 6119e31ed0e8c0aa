package dev.millwright.consolidation;

import java.sql.SQLException;
import java.util.List;

/** A plan cannot go on. The message is for the person who runs it. */
public final class PlanException extends Exception {

  private final transient List<String> reasons;
  private final boolean ofConnecting;

  public PlanException(String message) {
    this(message, List.of(), null, false);
  }

  public PlanException(String message, Throwable cause) {
    this(message, List.of(), cause, false);
  }

  public PlanException(String message, List<String> reasons) {
    this(message, reasons, null, false);
  }

  private PlanException(
      String message, List<String> reasons, Throwable cause, boolean ofConnecting) {
    super(reasons.isEmpty() ? message : message + "\n  - " + String.join("\n  - ", reasons), cause);
    this.reasons = List.copyOf(reasons);
    this.ofConnecting = ofConnecting;
  }

  /** There is no session, so nothing was asked yet. */
  static PlanException connecting(String message, SQLException cause) {
    return new PlanException(message, List.of(), cause, true);
  }

  /**
   * Whether it was the connecting that failed: then the cause is the driver's error. Whatever comes
   * later, the loss of the session too, is told in the message.
   */
  public boolean isOfConnecting() {
    return ofConnecting;
  }

  /** What is in the way, one by one; the message holds them too. Empty when there is but one. */
  public List<String> reasons() {
    return reasons;
  }
}
