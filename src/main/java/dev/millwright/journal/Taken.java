package dev.millwright.journal;

import java.util.UUID;

/**
 * A command that this daemon has taken on, and that the database does not know the end of yet.
 *
 * @param id the command's, in table recipe_commands
 * @param machine the serial number of the machine that it is for
 * @param claim what stands in claimed_by of its row, if this daemon is the one that has it
 * @param end null while it is under way
 */
public record Taken(UUID id, String machine, UUID claim, End end) {

  /**
   * How it ended.
   *
   * @param message null only when completed
   * @param process the run that it was about; null for none
   */
  public record End(boolean completed, String message, UUID process) {}

  /** The same, ended. */
  public Taken with(End how) {
    return new Taken(id, machine, claim, how);
  }
}
