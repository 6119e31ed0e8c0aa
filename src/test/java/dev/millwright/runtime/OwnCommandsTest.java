package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Command.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * I6 on machines that run their own recipes: a command ends once, after the machine has confirmed
 * it, and what it has not confirmed has a reason. The clocks stand still, the journal is real.
 */
class OwnCommandsTest {

  private static final Duration WITHIN = Duration.ofSeconds(5);

  private static final Map<Kind, CommandSettings> SETTINGS =
      Map.of(
          Kind.START,
          new CommandSettings(
              List.of(new TagWrite("recipe", "{recipe}"), new TagWrite("start", true)),
              Shown.PROCESSING,
              WITHIN,
              List.of(new TagWrite("start", false))),
          Kind.STOP,
          new CommandSettings(
              List.of(new TagWrite("stop", true)), Shown.STOPPED, WITHIN, List.of()),
          Kind.RESET,
          new CommandSettings(List.of(new TagWrite("reset", true)), Shown.IDLE, WITHIN, List.of()));

  @RegisterExtension private final Scene scene = new Scene();

  private final List<CommandResult> results = new ArrayList<>();
  private MachineMonitor monitor;
  private OwnCommands commands;

  @BeforeEach
  void anIdleMachine() throws Exception {
    monitor =
        new MachineMonitor(
            Scene.settings("A", false),
            SETTINGS,
            null,
            new MachineMonitor.Parts(scene.lifecycle, scene.time, scene.journal, scene.intake));
    commands = monitor.commands();
    monitor.look(Scene.newRow("A"));
    see(0, 0);
    scene.confirmAll();
  }

  /** I2 and I6: written, shown, on the disk; only then is it told, with who asked for it. */
  @Test
  void aStartIsCompletedWhenTheMachineShowsItAndItIsOnTheDisk() {
    Command start = start("R42");
    give(start);
    assertEquals("[recipe = \"R42\", start = true]", due().toString());
    assertEquals(
        List.of(), monitor.due(commands.urgency()), "what is being written is handed out once");
    written(Written::done);
    see(0, 0);
    assertEquals(List.of(), results);
    see(1, 1);
    Transition started = scene.pending().get(0);
    assertEquals(List.of(CommandResult.completed(started.processId())), results);
    assertEquals(start.id(), started.detail().order().command());
    assertEquals("op", started.detail().order().operator());
    assertEquals("batch 7 is due", started.detail().order().reason());
    assertEquals("[start = false]", due().toString());
    written(Written::done);
    assertFalse(monitor.isBusy());
    see(3, 1);
    assertNull(scene.pending().get(1).detail().order(), "its end is the machine's own");
  }

  /** I2: when the journal takes nothing, nothing is confirmed, whatever the machine shows. */
  @Test
  void whatIsNotOnTheDiskIsNotConfirmed() {
    give(start("R42"));
    due();
    written(Written::done);
    scene.journal.close();
    see(1, 1);
    see(1, 1);
    assertEquals(List.of(), results);
    scene.pass(WITHIN);
    monitor.checkStaleness();
    assertFalse(results.get(0).completed());
  }

  /** What was read before the start was written may be another run. */
  @Test
  void anOldReadingConfirmsNothing() {
    give(start("R42"));
    scene.pass(Duration.ofSeconds(1));
    due();
    written(Written::done);
    Observation shown = Scene.shows("A", 1, 1);
    scene.pass(Duration.ofMillis(10));
    monitor.observe(
        new Observation(
            "A",
            shown.values(),
            Map.of("state", new Age(Duration.ofMillis(500), Duration.ofMillis(500)))));
    assertEquals(List.of(), results);
    see(1, 1);
    assertTrue(results.get(0).completed());
  }

  /** A machine that never confirms: a reason, once; the start is released (I6). */
  @Test
  void aMachineThatNeverConfirmsIsAFailureWithAReason() {
    give(start("R42"));
    due();
    written(Written::done);
    scene.pass(WITHIN);
    see(0, 0);
    assertEquals("the machine did not show processing within 5s", only().message());
    assertEquals("[start = false]", due().toString());
    written(Written::done);
    see(1, 1);
    assertEquals(1, results.size(), "late is too late, and is told once");
    assertNull(scene.pending().get(0).detail().order());
  }

  @Test
  void aMachineThatFailsInsteadIsAFailureWithItsWords() {
    give(start("R42"));
    due();
    written(Written::done);
    see(9, 1);
    assertEquals("the machine has failed: part jammed", only().message());
  }

  /** The counter proves a run that was over before anybody looked. */
  @Test
  void aRunThatWasOverBeforeTheNextLookHasStarted() {
    give(start("R42"));
    due();
    written(Written::done);
    see(3, 1);
    assertTrue(only().completed());
    assertNotNull(only().process());
  }

  @Test
  void whatTheMachineRefusesIsAFailureWithItsReason() {
    give(start("R99"));
    List<TagWrite> due = due();
    monitor.written(
        List.of(
            Written.refused(due.get(0), "the machine has no such recipe"),
            Written.notTried(due.get(1), "because recipe was not done")));
    assertEquals(
        "recipe = \"R99\" was not written: the machine has no such recipe", only().message());
  }

  @Test
  void whatMayHaveBeenWrittenIsSaidToBeUnknown() {
    give(start("R42"));
    List<TagWrite> due = due();
    monitor.written(
        List.of(Written.done(due.get(0)), Written.unknown(due.get(1), "no answer within 500 ms")));
    assertTrue(only().message().contains("nobody knows whether it was written"), only().message());
    assertEquals("[start = false]", due().toString());
  }

  /** LEGACY 2: two starts at once both passed the check. */
  @Test
  void legacy2OfTwoStartsInOneMomentOneIsTaken() {
    Command first = start("R42");
    give(first);
    give(start("R42"));
    assertEquals("busy: start " + first.id() + " is under way", only().message());
    due();
    written(Written::done);
    see(1, 1);
    assertTrue(results.get(1).completed());
    give(start("R42"));
    assertTrue(results.get(2).message().startsWith("busy: start"), "until it is released");
    due();
    written(Written::done);
    give(start("R42"));
    assertTrue(results.get(3).message().startsWith("busy with process"), "while it runs");
  }

  /** LEGACY 1: a start without a row was half done. Here nothing is written. */
  @Test
  void legacy1AStartWithoutARowIsRefused() {
    monitor =
        new MachineMonitor(
            Scene.settings("NEW", false),
            SETTINGS,
            null,
            new MachineMonitor.Parts(scene.lifecycle, scene.time, scene.journal, scene.intake));
    commands = monitor.commands();
    monitor.observe(Scene.shows("NEW", 0, 0));
    give(start("R42"));
    assertTrue(only().message().contains("has it a row?"), only().message());
    assertEquals(List.of(), monitor.due(commands.urgency()));
    assertEquals(List.of(), scene.pending());
  }

  @Test
  void aStopBeforeAStartTwiceOrForAnotherProcessIsRefused() {
    give(command(Kind.STOP, null));
    assertEquals("idle: there is no run", only().message());
    see(1, 1);
    give(command(Kind.STOP, UUID.randomUUID()));
    assertTrue(results.get(1).message().contains("is not under way"), results.toString());
    give(command(Kind.STOP, scene.pending().get(0).processId()));
    give(command(Kind.STOP, null));
    assertTrue(results.get(2).message().startsWith("busy: stop"), results.toString());
    due();
    written(Written::done);
    see(4, 1);
    assertTrue(results.get(3).completed());
    assertEquals(scene.pending().get(0).processId(), results.get(3).process());
  }

  /** A stop never waits: what is under way makes room, and its start bit is taken back first. */
  @Test
  void aStopTakesThePlaceOfAStartThatIsNotConfirmed() {
    give(start("R42"));
    due();
    give(command(Kind.STOP, null));
    assertTrue(only().message().startsWith("a stop has taken its place"), results.toString());
    written(Written::done);
    assertEquals("[start = false, stop = true]", due().toString());
    written(Written::done);
    see(1, 1);
    see(4, 1);
    assertTrue(results.get(1).completed());
  }

  /** LEGACY 6: no way out of error. */
  @Test
  void legacy6AResetLeavesTheError() {
    see(9, 0);
    give(start("R42"));
    assertTrue(only().message().startsWith("in error (part jammed): reset first"));
    give(command(Kind.RESET, null));
    due();
    written(Written::done);
    see(0, 0);
    assertTrue(results.get(1).completed());
    assertNotNull(scene.pending().get(1).detail().order());
  }

  @Test
  void whatIsNotKnownIsNotStarted() {
    scene.pass(Scene.STALE_AFTER.plusMillis(1));
    monitor.checkStaleness();
    give(start("R42"));
    assertTrue(only().message().startsWith("state unknown"), only().message());
  }

  @Test
  void aCommandThatDoesNotFitNamesEveryReason() {
    give(
        new Command(
            UUID.randomUUID(),
            Kind.START,
            null,
            null,
            Map.of("speed", 3L),
            "B-7",
            new Command.Origin(Command.Source.CONTROL, null, null)));
    assertEquals(
        "recipe: is missing; batch: the machine is not told, so B-7 would be lost;"
            + " parameter speed: is not known",
        only().message());
    give(command(Kind.HOLD, null));
    assertTrue(results.get(1).message().contains("has no table [commands.hold]"));
  }

  /** A link that stays away: nothing is written later, when nobody expects it any more. */
  @Test
  void aCommandThatCannotBeWrittenInTimeIsNeverWritten() {
    give(start("R42"));
    scene.pass(WITHIN);
    monitor.checkStaleness();
    assertTrue(only().message().startsWith("could not be written within 5s"));
    assertEquals(List.of(), monitor.due(commands.urgency()));
    assertFalse(monitor.isBusy());
  }

  @Test
  void aStopOfTheDaemonEndsWhatIsUnderWay() {
    give(start("R42"));
    commands.leave("the daemon was stopped");
    assertEquals("the daemon was stopped", only().message());
    give(start("R42"));
    assertEquals("the daemon was stopped", results.get(1).message());
  }

  /** A start that stays set would start the machine again: it is tried some times, then told. */
  @Test
  void aReleaseThatFailsIsTriedAgainWithinBounds() {
    give(start("R42"));
    due();
    written(Written::done);
    see(1, 1);
    for (int i = 0; i < Operation.MOST_RELEASES; i++) {
      assertEquals("[start = false]", due().toString());
      written(write -> Written.refused(write, "not now"));
      assertEquals(List.of(), monitor.due(commands.urgency()), "not at once");
      scene.pass(Operation.PAUSE);
    }
    assertFalse(monitor.isBusy());
    assertEquals(1, results.size());
  }

  private List<TagWrite> lastDue = List.of();

  private List<TagWrite> due() {
    lastDue = monitor.due(commands.urgency());
    return lastDue;
  }

  private void written(Function<TagWrite, Written> how) {
    monitor.written(lastDue.stream().map(how).toList());
  }

  private void see(int state, long counter) {
    monitor.observe(Scene.shows("A", state, counter));
  }

  private CommandResult only() {
    assertEquals(1, results.size(), results.toString());
    return results.get(0);
  }

  private void give(Command command) {
    commands.command(command, results::add);
  }

  private static Command start(String recipe) {
    return command(Kind.START, recipe, null);
  }

  private static Command command(Kind kind, UUID process) {
    return command(kind, null, process);
  }

  private static Command command(Kind kind, String recipe, UUID process) {
    return new Command(
        UUID.randomUUID(),
        kind,
        process,
        recipe,
        Map.of(),
        null,
        new Command.Origin(Command.Source.CONTROL, "op", "batch 7 is due"));
  }
}
