package dev.millwright.runtime;

import java.util.Set;
import java.util.function.Consumer;

/** Machines that take commands, whichever way these come. Safe for use by several threads. */
public interface Commanded {

  /** The serial numbers of those that can be commanded. */
  Set<String> machines();

  /**
   * Why a machine would refuse a command now. A look, and no promise: it may be busy a moment
   * later.
   *
   * @return null when it would take it
   */
  String refusal(String machine, Command command);

  /**
   * Asks a machine for something, and returns at once. A stop takes effect with the return of this:
   * from then on no step of a recipe writes.
   *
   * @param machine a serial number; one that is not known is refused as a result
   * @param result told exactly once, on any thread, perhaps before this returns, and no later than
   *     the daemon's stop; it must not wait
   */
  void command(String machine, Command command, Consumer<CommandResult> result);
}
