package dev.millwright.runtime;

import static dev.millwright.machine.Shown.COMPLETE;
import static dev.millwright.machine.Shown.ERROR;
import static dev.millwright.machine.Shown.IDLE;
import static dev.millwright.machine.Shown.PROCESSING;
import static dev.millwright.machine.Shown.STOPPED;

import dev.millwright.machine.Shown;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the states of a standard mean here: {@code profile} in {@code [lifecycle] state}. Each state
 * is known by its number and by its English name. {@code src/docs/profiles.md} gives the reasons.
 */
public enum StateProfile {
  /**
   * The state model of ISA-TR88.00.02 (PackML), with the numbers of its tag StateCurrent; the same
   * in OPC 30050, 6.3.6 to 6.3.8.
   */
  PACKML(
      state(1, "Clearing", ERROR),
      state(2, "Stopped", STOPPED),
      state(3, "Starting", PROCESSING),
      state(4, "Idle", IDLE),
      state(5, "Suspended", PROCESSING),
      state(6, "Execute", PROCESSING),
      state(7, "Stopping", STOPPED),
      state(8, "Aborting", ERROR),
      state(9, "Aborted", ERROR),
      state(10, "Holding", PROCESSING),
      state(11, "Held", PROCESSING),
      state(12, "Unholding", PROCESSING),
      state(13, "Suspending", PROCESSING),
      state(14, "Unsuspending", PROCESSING),
      state(15, "Resetting", IDLE),
      state(16, "Completing", PROCESSING),
      state(17, "Complete", COMPLETE)),

  /** MachineryItemState of OPC 40001-1, 12.2, table 29. */
  MACHINERY(
      state(0, "NotAvailable", null),
      state(1, "OutOfService", ERROR),
      state(2, "NotExecuting", IDLE),
      state(3, "Executing", PROCESSING)),

  /** The states of a job order: OPC 10031-4, 6.2.1, table 12. */
  ISA95_JOB(
      state(1, "NotAllowedToStart", IDLE),
      state(2, "AllowedToStart", IDLE),
      state(3, "Running", PROCESSING),
      state(4, "Interrupted", PROCESSING),
      state(5, "Ended", COMPLETE),
      state(6, "Aborted", STOPPED));

  /**
   * A state of the standard.
   *
   * @param means null where it says that the machine is not available
   */
  private record State(int number, String name, Shown means) {}

  private static State state(int number, String name, Shown means) {
    return new State(number, name, means);
  }

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable copy
  private final Map<String, Shown> meanings;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable copy
  private final Set<String> offline;

  StateProfile(State... states) {
    Map<String, Shown> known = new HashMap<>();
    Set<String> away = new HashSet<>();
    for (State state : states) {
      for (String code : new String[] {Integer.toString(state.number()), state.name()}) {
        if (state.means() == null) {
          away.add(code);
        } else {
          known.put(code, state.means());
        }
      }
    }
    meanings = Map.copyOf(known);
    offline = Set.copyOf(away);
  }

  /** What each code means. */
  Map<String, Shown> meanings() {
    return meanings;
  }

  /** The codes that say that the machine is not available. */
  Set<String> offline() {
    return offline;
  }
}
