package dev.millwright.trace;

import dev.millwright.machine.Transition;
import dev.millwright.runtime.MachineSettings;
import dev.millwright.runtime.Moment;
import dev.millwright.runtime.Replay;
import dev.millwright.runtime.Step;
import dev.millwright.runtime.Teller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decides anew upon all of a trace, and compares with what was decided when it was made. */
public final class TraceReplay {

  /** More would not be read; how many there are is counted all the same. */
  private static final int MOST_TOLD = 20;

  /**
   * What has come of it.
   *
   * @param steps how many there were
   * @param decided what was decided now, as long as the trace could be read
   * @param differences where other things were decided than recorded; the first twenty
   * @param differing how many there were
   * @param lost how many lines the recorder could not keep
   * @param end why the trace ends, by its own account; null where it does not say, as when the
   *     recorder was killed
   * @param unreadable why it could not be read to its end; null when it was
   */
  public record Result(
      long steps,
      long decided,
      List<Difference> differences,
      long differing,
      long lost,
      String end,
      TraceException unreadable) {}

  /**
   * One step that came out otherwise.
   *
   * @param line its line in the file
   * @param recorded what was decided then
   * @param now what is decided now
   */
  public record Difference(long line, List<Transition> recorded, List<Transition> now) {}

  /** Takes what is decided, one by one. */
  @FunctionalInterface
  public interface Seen {

    /**
     * A transition.
     *
     * @param at when it was decided
     */
    void decided(Moment at, Transition transition);
  }

  private final TraceReader reader;
  private final Replay replay;
  private final Seen seen;
  private final List<Difference> differences = new ArrayList<>();
  private long steps;
  private long decided;
  private long differing;
  private long lost;
  private String end;

  /**
   * @param settings as in the trace's header, or others, to see what they would change
   * @param teller takes what the log would have said
   */
  public TraceReplay(TraceReader reader, MachineSettings settings, Teller teller, Seen seen) {
    this.reader = reader;
    this.replay = new Replay(settings, teller);
    this.seen = seen;
  }

  /** The moment that is being decided upon. */
  public Moment now() {
    return replay.now();
  }

  /**
   * Goes through all of it, or as far as it can be read.
   *
   * @throws IOException when the file cannot be read
   */
  public Result run() throws IOException {
    TraceException unreadable = null;
    try {
      for (Line line = reader.next(); line != null; line = reader.next()) {
        take(line);
      }
    } catch (TraceException e) {
      unreadable = e;
    }
    return new Result(steps, decided, List.copyOf(differences), differing, lost, end, unreadable);
  }

  private void take(Line line) throws TraceException {
    Step step = line.step();
    if (step != null) {
      decide(step);
    } else if (line.state() != null) {
      begin(line);
    } else if (line.lost() != null) {
      lost += line.lost();
    } else if (line.end() != null) {
      end = line.end();
    }
  }

  private void begin(Line line) throws TraceException {
    try {
      replay.begin(line.state());
    } catch (RuntimeException e) {
      throw new TraceException(reader.line(), "nothing can begin from this: " + e.getMessage(), e);
    }
  }

  private void decide(Step step) throws TraceException {
    List<Transition> now;
    try {
      now = replay.step(step);
    } catch (IllegalStateException e) {
      throw new TraceException(reader.line(), e.getMessage(), e);
    }
    steps++;
    decided += now.size();
    now.forEach(transition -> seen.decided(replay.now(), transition));
    if (!now.equals(step.decided())) {
      differing++;
      if (differences.size() < MOST_TOLD) {
        differences.add(new Difference(reader.line(), step.decided(), now));
      }
    }
  }
}
