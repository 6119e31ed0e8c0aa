package dev.millwright.runtime;

import java.util.function.Supplier;

/**
 * Keeps what happens to one machine. Called by the threads that decide, one at a time; it must not
 * wait and must not throw.
 */
public interface Recorder {

  /** Keeps nothing. */
  Recorder NONE =
      new Recorder() {
        @Override
        public void begin(Snapshot from) {}

        @Override
        public void step(Step step, Supplier<Snapshot> after) {}
      };

  /** Deciding begins from this, or goes on from it as somebody else has changed what is known. */
  void begin(Snapshot from);

  /**
   * Something has happened.
   *
   * @param after what deciding goes on from, for one who has to begin anew
   */
  void step(Step step, Supplier<Snapshot> after);
}
