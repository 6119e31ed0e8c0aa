package dev.millwright.runtime;

import java.util.UUID;

/**
 * How a command has ended. What it says is on disk (I2) before anybody is told.
 *
 * @param completed whether the machine has confirmed what was asked for (I6)
 * @param message the reason for a technician; null only when completed
 * @param process the run that it was about; null for none
 */
public record CommandResult(boolean completed, String message, UUID process) {

  public CommandResult {
    if (!completed && message == null) {
      throw new IllegalArgumentException("what has not been completed needs a reason");
    }
  }

  /** The machine has confirmed it. */
  public static CommandResult completed(UUID process) {
    return new CommandResult(true, null, process);
  }

  /** It was not done, or not to its end. */
  public static CommandResult failed(String why, UUID process) {
    return new CommandResult(false, why, process);
  }
}
