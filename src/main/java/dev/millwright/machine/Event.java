package dev.millwright.machine;

import java.util.UUID;

/** What an observation or a command means for a machine: the columns of DESIGN section 3. */
public sealed interface Event {

  /** The word in {@code last_event} and in logs. */
  String word();

  /**
   * A recipe has started.
   *
   * @param resumes the run that goes on, where the row has lost it; null for a new run
   */
  record Start(UUID resumes) implements Event {
    /** A new run. */
    public Start() {
      this(null);
    }

    @Override
    public String word() {
      return "start";
    }
  }

  /** The run has ended as planned. */
  record Complete() implements Event {
    @Override
    public String word() {
      return "complete";
    }
  }

  /** The run has ended before its time. */
  record Stop() implements Event {
    @Override
    public String word() {
      return "stop";
    }
  }

  /**
   * A fault has come up.
   *
   * @param failure what is wrong
   */
  record Fault(Failure failure) implements Event {
    @Override
    public String word() {
      return "error";
    }
  }

  /** The fault was acknowledged and is gone. */
  record Reset() implements Event {
    @Override
    public String word() {
      return "reset";
    }
  }

  /** No fresh good data within the staleness limit. */
  record LinkLost() implements Event {
    @Override
    public String word() {
      return "link_lost";
    }
  }

  /**
   * Good data again. If a process was kept while offline and the machine shows {@link
   * Shown#PROCESSING}, it is that same run: when it is another one, the interpreter says that the
   * old one has ended (found idle) and that a new one has started.
   *
   * @param shown what the machine shows
   * @param failure present exactly when it shows an error
   * @param resumes the run that goes on, where the row has lost it; else null
   */
  record LinkFound(Shown shown, Failure failure, UUID resumes) implements Event {
    /** The row knows as much of the run as anybody. */
    public LinkFound(Shown shown, Failure failure) {
      this(shown, failure, null);
    }

    public LinkFound {
      if ((failure != null) != (shown == Shown.ERROR)) {
        throw new IllegalArgumentException("a failure goes with ERROR, and only with it: " + shown);
      }
    }

    @Override
    public String word() {
      return "link_found";
    }
  }
}
