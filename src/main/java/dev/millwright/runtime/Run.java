package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.KeptRecipe;
import dev.millwright.machine.Order;
import dev.millwright.machine.Pulses;
import dev.millwright.recipe.Action;
import dev.millwright.recipe.Overruns;
import dev.millwright.recipe.Program;
import dev.millwright.recipe.Progress;
import dev.millwright.recipe.Sequencer;
import dev.millwright.recipe.View;
import dev.millwright.store.RunProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One run of a recipe on a driven machine, from the command to its end. Not safe for use by several
 * threads; moments are on the monotonic clock, in nanoseconds.
 */
final class Run {

  private static final int MOST_PARAMETER_CHARACTERS = 2_000;

  private final Command command;
  private final Program program;
  private final Duration overrunLimit;
  private final List<TagWrite> holdWrites;
  private final Consumer<CommandResult> result;

  /** Null until its first step may write. */
  private Sequencer sequencer;

  private boolean told;

  /** What is still to be written as the run is held; null while it is not held. */
  private List<TagWrite> holding;

  private String holdTrouble;
  private Consumer<CommandResult> holdResult;
  private boolean writingHold;

  /** What it waits for; null when that is not a moment. */
  private Action.Await await;

  /** */
  Run(Command command, Program program, DriveSettings settings, Consumer<CommandResult> result) {
    this.command = command;
    this.program = program;
    this.overrunLimit = settings.overrunLimit();
    this.holdWrites = settings.hold();
    this.result = result;
  }

  Command command() {
    return command;
  }

  KeptRecipe recipe() {
    return new KeptRecipe(
        program.recipe().hash(), program.recipe().name(), program.recipe().source());
  }

  /** Its parameters in words, for people; null when there are none. */
  String parameters() {
    Map<String, Object> sorted = new TreeMap<>(program.parameters());
    String words = sorted.isEmpty() ? null : sorted.toString();
    return words == null || words.length() <= MOST_PARAMETER_CHARACTERS
        ? words
        : words.substring(0, MOST_PARAMETER_CHARACTERS) + "…";
  }

  /** The start is on the disk: the first step may write. */
  void begin(long now) {
    sequencer = new Sequencer(program, now, overrunLimit);
  }

  /** No step writes from now on. */
  void stop(String why) {
    await = null;
    holding = null;
    if (sequencer != null) {
      sequencer.stop(why);
    }
    endHold("the run has ended: " + why);
  }

  /** What to do next. A write that is being waited for is said again. */
  Action next(View seen, long now) {
    Action action = sequencer.next(seen, now);
    await = action instanceof Action.Await until ? until : null;
    return action;
  }

  /** When a pulse is to end; null when none is on. */
  Long pulseEnd() {
    return await != null && await.endsPulse() ? nextDue() : null;
  }

  /** When it goes on if nothing new is seen; null when it does not. */
  Long nextDue() {
    return await == null ? null : (Long) await.until();
  }

  void hold(Consumer<CommandResult> whenHeld) {
    sequencer.hold();
    holdResult = whenHeld;
  }

  boolean isHolding() {
    return holdResult != null || holding != null;
  }

  /** It is held, between two steps. What to write for that; null when nothing is. */
  TagWrite held() {
    if (holding == null) {
      holding = new ArrayList<>(holdWrites);
      holdTrouble = null;
    }
    if (holding.isEmpty()) {
      endHold(holdTrouble);
      return null;
    }
    writingHold = true;
    return holding.get(0);
  }

  void unhold(long now) {
    sequencer.unhold(now);
    holding = null;
    endHold("it was let go on first");
  }

  /** Tells how the hold has ended: null when it is held. */
  private void endHold(String trouble) {
    Consumer<CommandResult> waiting = holdResult;
    holdResult = null;
    if (waiting != null) {
      waiting.accept(
          trouble == null ? CommandResult.completed(null) : CommandResult.failed(trouble, null));
    }
  }

  /** What became of a write. */
  void written(Written written, long now) {
    boolean done = written.outcome() == Written.Outcome.DONE;
    if (writingHold) {
      writingHold = false;
      if (holding != null) {
        holding.remove(0);
        holdTrouble =
            done ? holdTrouble : "it is held, but " + written.write() + ": " + written.why();
      }
    } else if (sequencer != null) {
      sequencer.written(done, written.why(), now);
    }
  }

  /** How late the pulse was that the last write has ended; null when it has ended none. */
  Duration overrun() {
    return sequencer == null ? null : sequencer.overrun();
  }

  /** How far it is, once its first step may have written. */
  RunProgress report(UUID process, long now) {
    Progress progress = sequencer.progress(now);
    return new RunProgress(
        process,
        program.recipe().name(),
        progress.held() ? "held" : "running",
        progress.path(),
        progress.step(),
        progress.completion(),
        progress.done(),
        progress.total(),
        progress.iterations().stream().map(Object::toString).collect(Collectors.joining(", ")),
        progress.elapsed(),
        progress.remaining(),
        progress.failures(),
        pulses(progress.overruns()));
  }

  private static Pulses pulses(Overruns.Figures figures) {
    return figures.pulses() == 0
        ? null
        : new Pulses(figures.pulses(), figures.worst(), figures.p999());
  }

  /** The step it is in, such as {@code 3 (fill)}; null before the first. */
  String step(long now) {
    Progress progress = sequencer == null ? null : sequencer.progress(now);
    return progress == null || progress.path().isEmpty()
        ? null
        : progress.path() + " (" + progress.step() + ")";
  }

  /**
   * Who has asked for what it does.
   *
   * @param by the command that has led to it
   * @param now null leaves the pulses out
   */
  Order order(Command by, Long now) {
    boolean ended = now != null && sequencer != null;
    Command.Origin origin = by.origin();
    return new Order(
        by.id(),
        origin.operator(),
        origin.reason(),
        program.recipe().hash(),
        ended ? pulses(sequencer.progress(now).overruns()) : null);
  }

  /** Tells how it has ended, once. */
  void tell(CommandResult how) {
    if (!told) {
      told = true;
      result.accept(how);
    }
  }
}
