package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.journal.Known;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Sighting;
import java.time.Duration;
import java.util.Objects;

/**
 * Says when a machine that is seen again after a gap can be concluded upon. The counter that is to
 * tell what happened may be missing, or may be of another moment than the state: then another run
 * is taken for the same one, or one for the other. What is seen twice in a row is believed; it is
 * not waited for longer than a second.
 */
final class Confirmation {

  /** How long counter and state may disagree before the counter is believed. */
  static final Duration SETTLE = Duration.ofSeconds(1);

  private final LifecycleSettings lifecycle;

  /** Since when a gap waits to be concluded upon, on the monotonic clock; null when none does. */
  private Long gapSince;

  /** What was seen last in that time. */
  private Sighting unconfirmed;

  Confirmation(LifecycleSettings lifecycle, Snapshot from) {
    this.lifecycle = lifecycle;
    this.gapSince = from.gapSince();
    this.unconfirmed = from.unconfirmed();
  }

  Long gapSince() {
    return gapSince;
  }

  Sighting unconfirmed() {
    return unconfirmed;
  }

  /** The sighting, as soon as it can be concluded upon; null until then. */
  Sighting sure(Known known, Observation observation, Sighting sighting) {
    Memory memory = known.memory();
    if (!memory.isGapIn(known.state()) || memory.counter() == null) {
      gapSince = null;
      return sighting;
    } else if (gapSince == null) {
      gapSince = sighting.nanos();
      unconfirmed = null;
    }
    boolean counted = sighting.cycle() != null;
    boolean again = counted && repeats(sighting);
    unconfirmed = sighting;
    boolean late = sighting.nanos() - gapSince >= SETTLE.toNanos();
    if (again) {
      return sighting.again();
    }
    return late || (counted && isOfOneMoment(observation)) ? sighting : null;
  }

  private boolean isOfOneMoment(Observation observation) {
    return observation.age(lifecycle.state().tag()).equals(observation.age(lifecycle.counter()));
  }

  private boolean repeats(Sighting sighting) {
    return unconfirmed != null
        && unconfirmed.shown() == sighting.shown()
        && Objects.equals(unconfirmed.cycle(), sighting.cycle());
  }
}
