package dev.millwright.runtime;

import java.util.UUID;
import java.util.function.Consumer;

/** A machine that takes commands: {@link Commanded} for one. Safe for use by several threads. */
interface Commandable {

  /** Why nothing can be decided before there is a row. */
  String NO_ROW =
      "nothing is known of the machine's row yet; is the database there, and has it a row?";

  /**
   * Why a command for another run is refused.
   *
   * @param process the run that is under way; null for none
   */
  static String notUnderWay(Command command, UUID process) {
    return "process "
        + command.process()
        + " is not under way; "
        + (process == null ? "none is" : process + " is");
  }

  /** Why it would refuse a command now; null when it would take it. */
  String refusal(Command command);

  /** Takes it or refuses it, and returns at once; the result is told once. */
  void command(Command command, Consumer<CommandResult> result);

  /** The daemon stops: what is under way ends, and nothing more is taken. */
  void leave(String why);
}
