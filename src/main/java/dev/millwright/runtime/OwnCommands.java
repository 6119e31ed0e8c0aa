package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.Known;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Has a machine that runs its own recipes do what it is asked for: one thing at a time, but a stop
 * takes the place of anything else. Whoever comes second is refused, and told why (LEGACY 2).
 *
 * <p>Commands come from any thread; what is written is asked for by the link's thread.
 */
final class OwnCommands implements Commandable {

  private final String machine;
  private final Map<Command.Kind, CommandSettings> settings;
  private final Supplier<Known> known;
  private final TimeSource time;
  private final Deadlines deadlines;
  private final Complaints complaints;

  /** What is under way; null when nothing is. */
  private Operation current;

  /** What was handed out to be written; it may have been replaced since. */
  private Operation writing;

  private String left;

  /**
   * @param settings what the machine can be told, and how
   * @param known what is known of it; null when nothing is
   * @param deadlines is told by when {@link #expire} has to be called
   */
  OwnCommands(
      String machine,
      Map<Command.Kind, CommandSettings> settings,
      Supplier<Known> known,
      TimeSource time,
      Deadlines deadlines) {
    this.machine = machine;
    this.settings = Map.copyOf(settings);
    this.known = known;
    this.time = time;
    this.deadlines = deadlines;
    this.complaints = new Complaints(machine, time, true);
  }

  @Override
  public synchronized String refusal(Command command) {
    CommandSettings how = settings.get(command.kind());
    if (left != null) {
      return left;
    } else if (how == null) {
      return machine
          + " cannot be told to "
          + word(command)
          + ": its file has no table [commands."
          + word(command)
          + "]";
    }
    String unfit = unfit(command, how);
    return unfit == null ? refusalNow(command) : unfit;
  }

  private static String unfit(Command command, CommandSettings how) {
    String tooLong = command.tooLong();
    if (tooLong != null) {
      return tooLong;
    }
    String reason = how.unfit(command);
    if (reason != null) {
      return reason;
    }
    try {
      CommandSettings.filled(how.write(), command);
      CommandSettings.filled(how.release(), command);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** Whether the machine is in a state for it, as far as is known. */
  private String refusalNow(Command command) {
    Known now = known.get();
    if (now == null) {
      return NO_ROW;
    }
    boolean stop = command.kind() == Command.Kind.STOP;
    boolean starting = current != null && current.kind() == Command.Kind.START;
    if (current != null && (!stop || current.kind() == Command.Kind.STOP)) {
      return "busy: " + current.words();
    }
    MachineState state = now.state();
    if (command.process() != null && !command.process().equals(state.processId())) {
      return Commandable.notUnderWay(command, state.processId());
    }
    return switch (command.kind()) {
      case START -> state.status() == Status.IDLE ? null : notIdle(state);
      case RESET ->
          state.status() == Status.ERROR ? null : state.status().word() + ": nothing to reset";
      case STOP -> starting || state.status() == Status.PROCESSING ? null : noRun(state);
      case HOLD, UNHOLD -> state.status() == Status.PROCESSING ? null : noRun(state);
    };
  }

  private static String notIdle(MachineState state) {
    return switch (state.status()) {
      case PROCESSING -> "busy with process " + state.processId() + ": stop it or let it end first";
      case ERROR -> "in error (" + state.failure().description() + "): reset first, then start";
      default -> unknown();
    };
  }

  private static String noRun(MachineState state) {
    return state.status() == Status.OFFLINE
        ? unknown()
        : state.status().word() + ": there is no run";
  }

  private static String unknown() {
    return "state unknown: no fresh good data from the machine; check its link";
  }

  @Override
  public synchronized void command(Command command, Consumer<CommandResult> result) {
    String refusal = refusal(command);
    Known now = known.get();
    UUID process = now == null ? null : now.state().processId();
    if (refusal != null) {
      result.accept(CommandResult.failed(refusal, process));
      return;
    }
    List<TagWrite> first = List.of();
    if (current != null) {
      first = current.unreleased();
      current.fail("a stop has taken its place: " + command.id(), time.nanos());
    }
    CommandSettings how = settings.get(command.kind());
    current = new Operation(command, how, first, process, result, time.nanos());
    tellDeadline();
  }

  private void tellDeadline() {
    Long expires = current == null ? null : current.expiresAt();
    if (expires != null) {
      deadlines.by(expires);
    }
  }

  synchronized boolean isBusy() {
    return current != null;
  }

  /** How urgent what is to be written is. */
  synchronized Urgency urgency() {
    boolean stop = current != null && current.kind() == Command.Kind.STOP;
    return stop ? Urgency.SAFE : Urgency.STEP;
  }

  /** What is to be written now; empty when nothing is. */
  synchronized List<TagWrite> due() {
    if (current == null) {
      return List.of();
    }
    writing = current;
    List<TagWrite> due = current.due(time.nanos());
    settle();
    return due;
  }

  /** What became of it. */
  synchronized void written(List<Written> written) {
    writing.written(written, time.nanos());
    settle();
  }

  /** What the machine is being asked for; null when nothing. */
  synchronized Asked asked() {
    return current == null ? null : current.asked();
  }

  /** What the machine shows; see {@link Operation#seen}. */
  synchronized void seen(Shown shown, long readAt, List<Transition> taken) {
    if (current != null) {
      current.seen(shown, readAt, taken, time.nanos());
      settle();
    }
  }

  /** Ends what has not been confirmed in time, whatever the link does. */
  synchronized void expire() {
    if (current != null) {
      current.expire(time.nanos());
      settle();
      tellDeadline();
    }
  }

  private void settle() {
    if (current != null && current.isOver()) {
      String trouble = current.notReleased();
      current = null;
      if (trouble != null) {
        complaints.note("a command could not be released: " + trouble + "; look at the machine");
      }
    }
  }

  @Override
  public synchronized String occupied() {
    return current == null ? null : "busy: " + current.words();
  }

  @Override
  public synchronized String reserve(String why) {
    String occupied = occupied();
    if (occupied == null && left == null) {
      left = why;
    }
    return occupied;
  }

  @Override
  public synchronized void release(String why) {
    if (why.equals(left)) {
      left = null;
    }
  }

  @Override
  public synchronized void leave(String why) {
    left = why;
    if (current != null) {
      current.fail(why, time.nanos());
      current = null;
    }
  }

  private static String word(Command command) {
    return command.kind().name().toLowerCase(Locale.ROOT);
  }
}
