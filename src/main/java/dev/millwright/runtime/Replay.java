package dev.millwright.runtime;

import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Transition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Decides anew upon recorded steps, with what decides in the daemon. Where the decisions are the
 * same, so are their identifiers: they are drawn from the recorded ones.
 */
public final class Replay {

  /** More runs than can be undelivered, and so turn up again, in any trace. */
  private static final int MOST_NAMED = 1_000;

  private final MachineSettings settings;
  private final Teller teller;
  private final Lifecycle lifecycle = new Lifecycle(this::id);

  /** The clocks show the moment of the step that is being decided upon. */
  private final TimeSource time = new TimeSource(() -> now().wall(), () -> now().nanos());

  private final Complaints complaints;
  private final Deque<UUID> ids = new ArrayDeque<>();

  /** The runs that the trace has named last; others are new when they turn up. */
  private final Set<UUID> processes =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
              return size() > MOST_NAMED;
            }
          });

  private Moment now = new Moment(Instant.EPOCH, 0);
  private Decider decider;
  private boolean untaken;
  private List<Transition> decided = List.of();
  private long made;

  /**
   * @param settings as the machine was watched with, or others, to see what they would change
   * @param teller takes what the log would have said
   */
  public Replay(MachineSettings settings, Teller teller) {
    this.settings = settings;
    this.teller = teller;
    this.complaints = new Complaints(settings.serialNumber(), time, false, teller);
  }

  /** The moment that is being decided upon. */
  public Moment now() {
    return now;
  }

  /** Goes on from here, whatever was before. */
  public void begin(Snapshot from) {
    now = from.at();
    if (from.known() != null) {
      name(from.known().state().processId());
      name(from.known().memory().process());
    }
    decider =
        new Decider(
            settings,
            from,
            new Decider.Parts(
                lifecycle,
                (base, after, transitions) -> take(transitions),
                complaints,
                teller,
                Recorder.NONE));
  }

  /**
   * Decides upon a step.
   *
   * @return what is decided now
   * @throws IllegalStateException when nothing says from what to begin
   */
  public List<Transition> step(Step recorded) {
    if (decider == null) {
      throw new IllegalStateException("nothing says from what to begin");
    }
    now = recorded.input().at();
    untaken = recorded.untaken();
    decided = List.of();
    ids.clear();
    for (Transition transition : recorded.decided()) {
      UUID process = transition.to().processId();
      if (process != null && processes.add(process)) {
        ids.add(process);
      }
      ids.add(transition.id());
    }
    try {
      boolean unused = decider.apply(recorded.input());
    } catch (RuntimeException e) {
      // As at a link: a fault in deciding is told, and spoils nothing else.
      teller.warn(LogLine.of(settings.serialNumber(), "unexpected: " + LogLine.cause(e)));
    }
    return decided;
  }

  private void name(UUID process) {
    if (process != null) {
      processes.add(process);
    }
  }

  private boolean take(List<Transition> transitions) {
    if (!untaken) {
      decided = new ArrayList<>(transitions);
    }
    return !untaken;
  }

  private UUID id() {
    return ids.isEmpty() ? new UUID(0, ++made) : ids.remove();
  }
}
