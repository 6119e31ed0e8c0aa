package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.machine.Order;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One command on a machine that runs its own recipes, on its way: written, confirmed by what the
 * machine shows, released. It is completed only when what the machine shows is on the disk (I6).
 * Not safe for use by several threads; moments are on the monotonic clock, in nanoseconds.
 */
final class Operation {

  /** A release that fails is written again so often, with a pause: a start must not stay set. */
  static final int MOST_RELEASES = 10;

  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String START = "start";

  private enum Phase {
    WRITE,
    CONFIRM,
    RELEASE,
    OVER
  }

  private final Command command;
  private final CommandSettings settings;
  private final Consumer<CommandResult> result;
  private final List<TagWrite> writes;
  private final List<TagWrite> release;
  private final long deadline;
  private Phase phase = Phase.WRITE;
  private boolean told;

  /** Whether the machine may have been told anything. */
  private boolean begun;

  private boolean writing;

  /** When it was begun to be written: a machine may show it before it has confirmed the write. */
  private long writtenAt;

  private UUID process;
  private int releases;
  private long releaseAt;
  private String unreleased;

  /**
   * @param first what is to be written before all else
   * @param process the run that is under way; null for none
   */
  Operation(
      Command command,
      CommandSettings settings,
      List<TagWrite> first,
      UUID process,
      Consumer<CommandResult> result,
      long now) {
    this.command = command;
    this.settings = settings;
    this.result = result;
    this.writes = new ArrayList<>(first);
    this.writes.addAll(CommandSettings.filled(settings.write(), command));
    this.release = CommandSettings.filled(settings.release(), command);
    this.process = process;
    this.deadline = now + settings.within().toNanos();
  }

  Command.Kind kind() {
    return command.kind();
  }

  boolean isOver() {
    return phase == Phase.OVER;
  }

  /** In words, for whoever comes second. */
  String words() {
    return command.kind().name().toLowerCase(Locale.ROOT)
        + " "
        + command.id()
        + (phase == Phase.RELEASE ? ", which is being released," : "")
        + " is under way";
  }

  /** What is still to be written when something else takes its place. */
  List<TagWrite> unreleased() {
    return begun && phase != Phase.OVER ? release : List.of();
  }

  /** What the machine is asked for, once it may have been told; null before and after. */
  Asked asked() {
    Set<String> events =
        switch (command.kind()) {
          case START -> Set.of(START);
          case STOP -> Set.of("stop");
          case RESET -> Set.of("reset");
          case HOLD, UNHOLD -> Set.of();
        };
    Command.Origin origin = command.origin();
    return begun && !told && !events.isEmpty()
        ? new Asked(events, new Order(command.id(), origin.operator(), origin.reason(), null, null))
        : null;
  }

  /** What is to be written now; empty when nothing is. */
  List<TagWrite> due(long now) {
    expire(now);
    if (writing || (phase != Phase.WRITE && phase != Phase.RELEASE)) {
      return List.of();
    }
    if (phase == Phase.RELEASE && now - releaseAt < 0) {
      return List.of();
    }
    writtenAt = phase == Phase.WRITE ? now : writtenAt;
    begun = true;
    writing = true;
    return phase == Phase.WRITE ? writes : release;
  }

  /** What became of it. */
  void written(List<Written> written, long now) {
    writing = false;
    Written bad = worst(written);
    if (phase == Phase.WRITE && bad == null) {
      phase = Phase.CONFIRM;
    } else if (phase == Phase.WRITE) {
      fail(words(bad), now);
    } else if (phase == Phase.RELEASE) {
      released(bad, now);
    }
  }

  /** The one that was not done, rather than those that were not tried for it; null for none. */
  private static Written worst(List<Written> written) {
    Written worst = null;
    for (Written each : written) {
      boolean tried = each.outcome() != Written.Outcome.NOT_TRIED;
      if (each.outcome() != Written.Outcome.DONE && (worst == null || tried)) {
        worst = each;
      }
    }
    return worst;
  }

  private static String words(Written bad) {
    return bad.write()
        + (bad.outcome() == Written.Outcome.UNKNOWN
            ? ": nobody knows whether it was written: "
            : " was not written: ")
        + bad.why();
  }

  private void released(Written bad, long now) {
    releases++;
    unreleased = bad == null ? null : words(bad);
    if (bad == null || releases >= MOST_RELEASES) {
      phase = Phase.OVER;
    } else {
      releaseAt = now + PAUSE.toNanos();
    }
  }

  /** Why the release has failed for good; null when it has not. */
  String notReleased() {
    return phase == Phase.OVER ? unreleased : null;
  }

  /**
   * What the machine shows, all of it on the disk.
   *
   * @param shown null when nothing can be concluded from it
   * @param readAt when its state was read at the earliest
   * @param taken what was decided on it
   */
  void seen(Shown shown, long readAt, List<Transition> taken, long now) {
    for (Transition transition : taken) {
      if (begun && command.kind() == Command.Kind.START && transition.event().equals(START)) {
        process = transition.to().processId();
      }
    }
    if (phase != Phase.CONFIRM || readAt - writtenAt < 0) {
      return;
    }
    Transition last = taken.isEmpty() ? null : taken.get(taken.size() - 1);
    boolean failed = last != null && last.to().status() == Status.ERROR;
    // A run that is over before the next look was there all the same: the counter proves it.
    boolean ran = taken.stream().anyMatch(transition -> transition.event().equals(START));
    if (failed && settings.expect() != Shown.ERROR) {
      fail("the machine has failed: " + last.to().failure().description(), now);
    } else if (shown == settings.expect() || (ran && settings.expect() == Shown.PROCESSING)) {
      complete(now);
    }
    expire(now);
  }

  /** When {@link #expire} is to be called at the latest; null when there is no reason any more. */
  Long expiresAt() {
    return told ? null : deadline;
  }

  /** Looks at the limit. */
  void expire(long now) {
    if (!told && now - deadline >= 0) {
      fail(
          phase == Phase.WRITE
              ? "could not be written within " + settings.limit() + ", as its link is not open"
              : "the machine did not show "
                  + settings.expect().name().toLowerCase(Locale.ROOT)
                  + " within "
                  + settings.limit(),
          now);
    }
  }

  private void complete(long now) {
    end(CommandResult.completed(process), now);
  }

  /** It is not to be, for this reason. */
  void fail(String why, long now) {
    end(CommandResult.failed(why, process), now);
  }

  private void end(CommandResult how, long now) {
    if (told) {
      return;
    }
    told = true;
    boolean nothing = release.isEmpty() || !begun;
    phase = nothing ? Phase.OVER : Phase.RELEASE;
    releaseAt = now;
    result.accept(how);
  }
}
