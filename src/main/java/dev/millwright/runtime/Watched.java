package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.util.List;
import org.tinylog.Logger;

/** A machine, as its link sees it. */
interface Watched {

  /** The serial number. */
  String name();

  /** What the machine's interface has read. */
  void observe(Observation observation);

  /**
   * What is to be written to the machine now that this observation was dealt with; null when
   * nothing is.
   */
  default TagWrite answer(Observation observation) {
    return null;
  }

  /** What became of that. */
  default void answered(Written written) {}

  /**
   * Whether {@link #due} may ever have something; the same for as long as the machine is watched.
   * Who says no is not asked again.
   */
  default boolean mayBeDue() {
    return true;
  }

  /** Whether the machine can be told to do something, so that the link waits in small pieces. */
  default boolean isCommanded() {
    return false;
  }

  /** Whether something is under way, so that the pieces are to be smaller still. */
  default boolean isBusy() {
    return false;
  }

  /**
   * What is to be written now, in order; empty when nothing of that urgency is. What was handed out
   * is not handed out again.
   */
  default List<TagWrite> due(Urgency urgency) {
    return List.of();
  }

  /** When a pulse is to end, on the monotonic clock, in nanoseconds; null when none is on. */
  default Long pulseEnd() {
    return null;
  }

  /**
   * When something is to be written next if nothing new is seen, on the monotonic clock, in
   * nanoseconds; null when that is not known. Other than a pulse's end it may be late.
   */
  default Long nextDue() {
    return null;
  }

  /** What became of that: one for each. */
  default void written(List<Written> written) {}

  /** The link to the machine is broken; the machine goes offline only when its data is stale. */
  void linkDown(String reason);

  /** What the machine showed could not be dealt with; if that lasts, it goes offline. */
  void fail(String reason);

  /** A fault in dealing with this machine must not spoil the others' (FIELD 6). */
  default void fail(RuntimeException unexpected) {
    Logger.debug(unexpected);
    fail("unexpected " + unexpected.getClass().getSimpleName() + ": " + LogLine.cause(unexpected));
  }
}
