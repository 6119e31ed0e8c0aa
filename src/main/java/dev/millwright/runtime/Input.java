package dev.millwright.runtime;

import dev.millwright.device.Observation;
import java.util.Objects;

/**
 * Something that happens to a watched machine. All that deciding depends on is in these and in the
 * {@link Snapshot} from which it begins, so that it can be done again (see {@link Replay}).
 */
public sealed interface Input {

  /** When, on both clocks. */
  Moment at();

  /**
   * The machine's interface has read it.
   *
   * @param held nothing may be decided now, for a reason that is not the machine's
   * @param asked what the machine was asked for and may have done; null when nothing
   */
  record Observed(Moment at, Observation observation, boolean held, Asked asked) implements Input {

    /** Of a machine that was asked for nothing. */
    public Observed(Moment at, Observation observation, boolean held) {
      this(at, observation, held, null);
    }

    public Observed {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(observation, "observation");
    }
  }

  /** The link to the machine is broken. */
  record LinkDown(Moment at, String reason) implements Input {
    public LinkDown {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** What the machine showed could not be dealt with. */
  record Failed(Moment at, String reason) implements Input {
    public Failed {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Its data was found to be stale. */
  record Stale(Moment at) implements Input {
    public Stale {
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * Nobody watches it from now on.
   *
   * @param reason in a trace of an older version there is none: the daemon was stopped
   */
  record Left(Moment at, String reason) implements Input {

    static final String STOPPED = "the daemon was stopped";

    public Left {
      Objects.requireNonNull(at, "at");
      reason = reason == null ? STOPPED : reason;
    }
  }
}
