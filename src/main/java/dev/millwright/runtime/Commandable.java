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

  /** Why its link cannot be opened anew now; null when nothing is under way. */
  String occupied();

  /**
   * Takes nothing until {@link #release}, unless something is under way.
   *
   * @param why what commands are refused with
   * @return as {@link #occupied}: null when it is so now
   */
  String reserve(String why);

  /** Takes commands again, unless it was left meanwhile. */
  void release(String why);

  /** The daemon stops: what is under way ends, and nothing more is taken. */
  void leave(String why);
}
