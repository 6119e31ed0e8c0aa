package dev.millwright.runtime;

import java.util.function.Consumer;

/** A machine that takes commands: {@link Commanded} for one. Safe for use by several threads. */
interface Commandable {

  /** Why it would refuse a command now; null when it would take it. */
  String refusal(Command command);

  /** Takes it or refuses it, and returns at once; the result is told once. */
  void command(Command command, Consumer<CommandResult> result);

  /** The daemon stops: what is under way ends, and nothing more is taken. */
  void leave(String why);
}
