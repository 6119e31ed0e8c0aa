package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Transition;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.Command.Kind;
import dev.millwright.store.Row;
import dev.millwright.testing.MemoryWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that is stepped through recipes: started, stopped, held, failed; always left safe. */
class DriveTest {

  private static final String[] FILL = {
    "[[steps]]",
    "set = { heater = true }",
    "[[steps]]",
    "name = \"fill\"",
    "pulse = { tag = \"valve_1\", for = \"500ms\" }",
    "[[steps]]",
    "wait = \"10s\"",
    "[[steps]]",
    "set = { heater = false }"
  };

  @TempDir private Path folder;

  private final Rig.Machine machine = new Rig.Machine();
  private final List<CommandResult> results = new ArrayList<>();
  private Rig rig;

  @BeforeEach
  void anIdleMachine() throws Exception {
    rig = new Rig(folder, machine, recipe("FILL", FILL));
    rig.until("idle", () -> rig.events().equals("link_found"));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Recipe recipe(String name, String... lines) throws Exception {
    return Rig.recipe(folder, name, lines);
  }

  /** I2 and I6: the start is in the journal before the first step writes; told when it is over. */
  @Test
  void aRunIsToldFromItsStartToItsEnd() {
    Command start = rig.give(Kind.START, "FILL", results::add);
    rig.until("its first write", () -> !machine.written.isEmpty());
    assertEquals("link_found start", rig.events());
    assertEquals(List.of(), results);
    rig.until("its end", () -> !results.isEmpty());
    assertEquals("link_found start complete", rig.events());
    assertEquals(
        List.of("heater=true", "valve_1=true", "valve_1=false", "heater=false"), machine.written);
    Transition started = rig.transitions().get(1);
    Transition ended = rig.transitions().get(2);
    assertEquals(CommandResult.completed(started.processId()), results.get(0));
    assertEquals("FILL", started.detail().recipe());
    assertEquals(start.id(), started.detail().order().command());
    assertEquals("Ada", started.detail().order().operator());
    assertEquals(64, started.detail().order().recipeHash().length());
    assertEquals(1, ended.detail().order().pulses().count());
    assertEquals(null, ended.detail().inferred());
  }

  /** The whole recipe is kept with the run, as it was when it began. */
  @Test
  void theRecipeIsKeptAsItWas() throws Exception {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it runs", () -> rig.events().endsWith("start"));
    String hash = rig.transitions().get(1).detail().order().recipeHash();
    assertTrue(rig.journal.recipe(hash).source().contains("name = \"fill\""));
    assertEquals("FILL", rig.journal.recipe(hash).name());
  }

  /** LEGACY 7 and 8: a stop is seen at once, nothing is written after it but the safe state. */
  @Test
  void legacy7And8AStopIsSeenAtOnceAndClosesEverything() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    long stopped = machine.nanos;
    int before = machine.written.size();
    Command stop = rig.give(Kind.STOP, null, results::add);
    rig.until("both are told", () -> results.size() == 2);
    assertTrue(machine.nanos - stopped < Duration.ofMillis(100).toNanos());
    assertEquals(
        List.of("valve_1=false", "valve_2=false", "heater=false"),
        machine.written.subList(before, machine.written.size()));
    assertTrue(machine.isSafe());
    assertEquals("link_found start stop", rig.events());
    assertEquals("stopped by Ada", results.get(0).message());
    assertTrue(results.get(1).completed());
    assertEquals(stop.id(), rig.transitions().get(2).detail().order().command());
    rig.pass(Duration.ofSeconds(15));
    assertEquals(before + 3, machine.written.size(), "and nothing later");
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it runs again", () -> rig.events().endsWith("stop start"));
  }

  /**
   * LEGACY 9: pulses end in time while the journal takes nothing; the run's end waits, not they.
   */
  @Test
  void legacy9APulseEndsInTimeWhateverTheJournalDoes() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    long opened = machine.nanos;
    rig.journal.close();
    rig.until("it is closed", () -> machine.values.get("valve_1").equals(false));
    long overrun = machine.nanos - opened - Duration.ofMillis(500).toNanos();
    assertTrue(Math.abs(overrun) <= Duration.ofMillis(10).toNanos(), overrun + " ns");
    assertEquals(List.of(), results);
  }

  /** What is shown comes late; what the machine has confirmed since is what counts for a start. */
  @Test
  void aStartIsJudgedByWhatWasWrittenSinceItWasShown() throws Exception {
    rig.close();
    rig =
        new Rig(
            folder,
            machine,
            recipe(
                "WARM",
                "[[preconditions]]",
                "tag = \"heater\"",
                "equals = false",
                "[[steps]]",
                "set = { heater = true }"),
            recipe("COOL", "[[steps]]", "set = { heater = false }"));
    rig.until("idle", () -> rig.drive.refusal(Rig.command(Kind.START, "WARM")) == null);
    machine.lag();
    rig.give(Kind.START, "WARM", results::add);
    rig.until("it is warm", () -> rig.events().endsWith("start complete"));
    String warm = "heater is true, and should be false";
    assertEquals(warm, rig.drive.refusal(Rig.command(Kind.START, "WARM")));
    rig.give(Kind.START, "COOL", results::add);
    rig.until("it is cool", () -> rig.events().endsWith("start complete start complete"));
    machine.values.put("heater", true);
    machine.lag();
    rig.give(Kind.START, "COOL", results::add);
    rig.until("it was warm, and is cool", () -> results.size() == 3);
    rig.until("idle", () -> rig.drive.isAtRest());
    assertEquals(null, rig.drive.refusal(Rig.command(Kind.START, "WARM")));
  }

  /** LEGACY 10: what comes after a stop does not make another end of it. */
  @Test
  void legacy10AFailureAfterTheStopDoesNotOverwriteIt() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it runs", () -> machine.values.get("heater").equals(true));
    rig.give(Kind.STOP, null, results::add);
    machine.values.put("alarm", true);
    rig.until("both are told", () -> results.size() == 2);
    assertEquals("stop", rig.transitions().get(2).event());
    assertTrue(results.get(1).completed());
  }

  /** LEGACY 5: an error of the run is an error of its command. */
  @Test
  void legacy5ARefusedWriteFailsTheRunAndTheCommand() {
    machine.refusal =
        write -> write.value().equals(true) && write.tag().equals("valve_1") ? "stuck" : null;
    rig.give(Kind.START, "FILL", results::add);
    rig.until("told", () -> !results.isEmpty());
    assertFalse(results.get(0).completed());
    assertTrue(results.get(0).message().contains("valve_1 = true was not confirmed: stuck"));
    assertEquals("link_found start error", rig.events());
    assertTrue(rig.transitions().get(2).to().failure().description().contains("stuck"));
    assertTrue(machine.isSafe());
  }

  /** LEGACY 6: reset leads out of the error, and is told by whom. */
  @Test
  void legacy6AResetLeadsOutOfTheError() {
    machine.values.put("alarm", true);
    rig.until("error", () -> rig.events().endsWith("error"));
    assertEquals(
        "alarm = true", rig.transitions().get(1).to().failure().description().substring(18));
    rig.give(Kind.START, "FILL", results::add);
    assertTrue(results.get(0).message().startsWith("in error"), results.toString());
    rig.give(Kind.RESET, null, results::add);
    assertEquals("the machine still says: alarm = true", results.get(1).message());
    machine.values.put("alarm", false);
    rig.pass(Duration.ofMillis(20));
    rig.give(Kind.RESET, null, results::add);
    rig.until("told", () -> results.size() == 3);
    assertTrue(results.get(2).completed());
    assertEquals("link_found error reset", rig.events());
    assertEquals("Ada", rig.transitions().get(2).detail().order().operator());
  }

  /** LEGACY 11: what cannot be done never starts, and every reason is named. */
  @Test
  void legacy11AnImpossibleRecipeNeverStarts() {
    rig.give(Kind.START, "R99", results::add);
    assertTrue(results.get(0).message().contains("there is no file for it"), results.toString());
    assertEquals(List.of(), machine.written);
    assertEquals("link_found", rig.events());
  }

  @Test
  void aRecipeForTagsThatAreNotThereNeverStarts() throws Exception {
    rig.close();
    rig =
        new Rig(
            folder,
            machine,
            recipe("BAD", "[[steps]]", "set = { valve_9 = true, temperature = 5.0 }"));
    rig.until("idle", () -> rig.drive.refusal(Rig.command(Kind.STOP, null)) != null);
    rig.pass(Duration.ofMillis(50));
    rig.give(Kind.START, "BAD", results::add);
    assertTrue(results.get(0).message().contains("valve_9"), results.toString());
    assertTrue(results.get(0).message().contains("temperature"), results.toString());
  }

  /** Issue 6, bad input: every parameter is judged, and every reason is told, before any write. */
  @Test
  void parametersThatDoNotSuitNeverStart() throws Exception {
    rig.close();
    rig =
        new Rig(
            folder,
            machine,
            recipe(
                "SOAK",
                "parameters.cycles = { type = \"integer\", min = 1, max = 5 }",
                "parameters.target = { type = \"real\", min = 20, max = 90, unit = \"degC\" }",
                "[[steps]]",
                "set = { time_1 = \"{cycles}\", alive = \"{target}\" }"));
    rig.until("idle", () -> rig.drive.refusal(soak(Map.of("cycles", 1L, "target", 20L))) == null);
    refused(Map.of("cycles", 1L), "parameter target: is missing, and has no default");
    refused(Map.of("cycles", 6L, "target", 60.0), "parameter cycles: 6 is not between 1 and 5");
    refused(Map.of("cycles", 1.5, "target", 60.0), "cycles: 1.5 is not a whole number");
    refused(Map.of("cycles", 1L, "target", "60"), "target: \"60\" is not a number");
    refused(Map.of("cycles", 1L, "target", Double.NaN), "target: NaN is not a number");
    refused(Map.of("cycles", 1L, "target", Double.POSITIVE_INFINITY), "target: Infinity is not");
    refused(Map.of("cycle", 1L, "target", 5.0), "target: 5 is not between 20 and 90 degC");
    refused(Map.of("cycle", 1L, "target", 5.0), "cycle: the recipe has no such parameter");
    assertEquals(List.of(), machine.written);
    assertEquals("link_found", rig.events());
  }

  private static Command soak(Map<String, Object> parameters) {
    return Rig.command(Kind.START, "SOAK", null, parameters);
  }

  private void refused(Map<String, Object> parameters, String why) {
    results.clear();
    rig.drive.command(soak(parameters), results::add);
    assertFalse(results.get(0).completed());
    assertTrue(results.get(0).message().contains(why), results.toString());
  }

  /** A machine that does as it is told and does not say so: the run fails, and it is made safe. */
  @Test
  void aMachineThatNeverConfirmsFailsTheRunOnce() {
    machine.mute.add("valve_1");
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it may be open", () -> machine.values.get("valve_1").equals(true));
    machine.mute.clear();
    rig.until("told", () -> !results.isEmpty());
    assertTrue(results.get(0).message().contains("no answer within 500 ms"), results.toString());
    assertTrue(machine.isSafe());
    rig.pass(Duration.ofSeconds(15));
    assertEquals("link_found start error", rig.events());
    assertEquals(1, results.size());
  }

  /** A lost link: the run fails, and the safe state is the first thing that is written again. */
  @Test
  void afterALostLinkTheSafeStateIsWrittenFirst() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    int before = machine.written.size();
    machine.away = true;
    rig.pass(Duration.ofSeconds(5));
    rig.monitor.checkStaleness();
    rig.until("told", () -> !results.isEmpty());
    assertTrue(results.get(0).message().startsWith("the link was lost: unplugged"));
    assertTrue(results.get(0).message().contains("the safe state is not confirmed"));
    assertEquals(before, machine.written.size());
    machine.away = false;
    rig.until("it is found", () -> rig.events().endsWith("error"));
    assertEquals(
        List.of("valve_1=false", "valve_2=false", "heater=false"),
        machine.written.subList(before, machine.written.size()));
    assertEquals("link_found start error link_lost error", rig.events());
    rig.pass(Duration.ofMillis(50));
    rig.give(Kind.RESET, null, results::add);
    rig.until("reset", () -> results.size() == 2);
    assertTrue(results.get(1).completed(), results.toString());
  }

  /** What has completed is told so, also when the link is lost before that is in the history. */
  @Test
  void legacy13ARunThatHasCompletedIsNotFailedByALostLink() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("its last write", () -> machine.written.contains("heater=false"));
    assertEquals(null, rig.drive.due(Urgency.STEP), "nothing is left to write");
    machine.away = true;
    machine.nanos += Duration.ofSeconds(5).toNanos(); // The disk is slow.
    machine.wall = machine.wall.plusSeconds(5);
    rig.monitor.checkStaleness();
    rig.until("told", () -> !results.isEmpty());
    assertEquals("link_found start link_lost", rig.events());
    assertTrue(results.get(0).completed(), results.toString());
    machine.away = false;
    rig.until("it is found", () -> rig.events().endsWith("complete"));
  }

  /** A safe state that is refused: error, loudly, and tried until it works; the rest is written. */
  @Test
  void aSafeStateThatFailsIsAnErrorAndIsTriedOn() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    machine.refusal = write -> write.tag().equals("valve_1") ? "stuck" : null;
    rig.give(Kind.STOP, null, results::add);
    rig.until("told", () -> results.size() == 2);
    assertFalse(results.get(1).completed());
    assertTrue(results.get(1).message().contains("valve_1 = false: stuck"), results.toString());
    assertEquals(false, machine.values.get("heater"), "the rest was written");
    assertEquals("link_found start error", rig.events());
    rig.give(Kind.RESET, null, results::add);
    assertTrue(results.get(2).message().contains("the safe state is not confirmed"));
    machine.refusal = write -> null;
    rig.until("safe", machine::isSafe);
    rig.pass(Duration.ofMillis(50));
    rig.give(Kind.RESET, null, results::add);
    rig.until("reset", () -> results.size() == 4);
    assertTrue(results.get(3).completed());
  }

  /** ISA-88 Held: between steps, with what is to be written then; the row goes on processing. */
  @Test
  void aRunIsHeldBetweenStepsAndGoesOn() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    rig.give(Kind.HOLD, null, results::add);
    rig.until("held", () -> results.size() == 1);
    assertTrue(results.get(0).completed());
    assertEquals(
        List.of("heater=true", "valve_1=true", "valve_1=false", "heater=false"), machine.written);
    rig.pass(Duration.ofSeconds(20));
    assertEquals("link_found start", rig.events());
    assertEquals("held", rig.drive.progress().state());
    rig.give(Kind.HOLD, null, results::add);
    assertEquals("it is held already", results.get(1).message());
    rig.give(Kind.UNHOLD, null, results::add);
    rig.until("its end", () -> results.size() == 4);
    assertTrue(results.get(3).completed());
    assertEquals("link_found start complete", rig.events());
  }

  /** The machine's own controller learns that nobody steps it any more. */
  @Test
  void aWatchdogIsWrittenWhileARunIsUnderWay() throws Exception {
    with(Rig.settings(new DriveSettings.Watchdog("alive", Duration.ofSeconds(1)), Map.of()));
    rig.give(Kind.START, "FILL", results::add);
    rig.until("its end", () -> !results.isEmpty());
    assertTrue(results.get(0).completed(), results.toString());
    assertEquals("alive=1", machine.written.get(0), "before the first step");
    List<String> barks = machine.written.stream().filter(w -> w.startsWith("alive")).toList();
    assertEquals(11, barks.size(), "once a second for 10.5 s: " + barks);
    for (int i = 0; i < barks.size(); i++) {
      assertEquals("alive=" + (i + 1) % 2, barks.get(i));
    }
    int before = machine.written.size();
    rig.pass(Duration.ofSeconds(5));
    assertEquals(before, machine.written.size(), "only while a run is under way");
  }

  /** A watchdog that the machine does not take protects nobody. */
  @Test
  void aWatchdogThatFailsFailsTheRun() throws Exception {
    with(Rig.settings(new DriveSettings.Watchdog("alive", Duration.ofSeconds(1)), Map.of()));
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    machine.refusal = write -> write.tag().equals("alive") ? "stuck" : null;
    rig.until("told", () -> !results.isEmpty());
    assertEquals("the watchdog alive = 0 was not confirmed: stuck", results.get(0).message());
    assertTrue(machine.isSafe());
    assertEquals("link_found start error", rig.events());
  }

  @Test
  void aWatchdogThatComesTooLateFailsTheRun() throws Exception {
    with(Rig.settings(new DriveSettings.Watchdog("alive", Duration.ofSeconds(1)), Map.of()));
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it rests", () -> machine.written.contains("valve_1=false"));
    machine.nanos += Duration.ofMillis(2_100).toNanos(); // The thread was kept from it.
    rig.until("told", () -> !results.isEmpty());
    assertEquals(
        "the watchdog alive was not written within its period, 1s", results.get(0).message());
    assertTrue(machine.isSafe());
  }

  /** The output is switched on once; the machine ends the pulse, and is seen to. */
  @Test
  void aTimedOutputIsEndedByTheMachine() throws Exception {
    Duration ms = Duration.ofMillis(1);
    with(
        Rig.settings(
            null, Map.of("valve_1", new TagKind.Timed("time_1", ms, Duration.ofSeconds(1)))));
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    assertEquals(500L, machine.values.get("time_1"));
    rig.pass(Duration.ofMillis(600));
    machine.values.put("valve_1", false);
    rig.until("its end", () -> !results.isEmpty());
    assertTrue(results.get(0).completed(), results.toString());
    assertEquals(
        List.of("heater=true", "time_1=500", "valve_1=true", "heater=false"), machine.written);
  }

  /** Each pulse that is too long is told; those that come near it as one line. */
  @Test
  void overrunsAreTold() throws Exception {
    MemoryWriter.clear();
    machine.lateness = Duration.ofMillis(20);
    rig.give(Kind.START, "FILL", results::add);
    rig.until("its end", () -> results.size() == 1);
    assertEquals(1, overruns("further ones are not told"), MemoryWriter.of(Rig.NAME).toString());
    machine.lateness = Duration.ofMillis(80);
    rig.give(Kind.START, "FILL", results::add);
    rig.until("told", () -> results.size() == 2);
    assertEquals(2, overruns("too long; overrun_limit is 50ms"), "those beyond the limit always");
    assertTrue(machine.isSafe());
  }

  private static long overruns(String words) {
    return MemoryWriter.of(Rig.NAME).stream().filter(line -> line.contains(words)).count();
  }

  private void with(DriveSettings settings) throws Exception {
    rig.close();
    rig = new Rig(folder, machine, settings, recipe("FILL", FILL));
    rig.until("idle", () -> rig.drive.refusal(Rig.command(Kind.START, "FILL")) == null);
  }

  @Test
  void theMachinesButtonStartsItsOnlyRecipe() {
    machine.values.put("button", true);
    rig.until("it runs", () -> rig.events().endsWith("start"));
    assertNotNull(rig.transitions().get(1).detail().order());
    rig.pass(Duration.ofSeconds(12));
    assertEquals("link_found start complete", rig.events(), "once for each time it is pressed");
  }

  /** LEGACY 2: two starts in one moment. */
  @Test
  void legacy2OfTwoStartsOneRuns() {
    rig.give(Kind.START, "FILL", results::add);
    rig.give(Kind.START, "FILL", results::add);
    assertTrue(results.get(0).message().startsWith("busy with recipe FILL"), results.toString());
    rig.until("its end", () -> results.size() == 2);
    assertEquals("link_found start complete", rig.events());
  }

  @Test
  void aStopBeforeTheStartIsKeptEndsItWithoutATrace() {
    rig.give(Kind.START, "FILL", results::add);
    rig.give(Kind.STOP, null, results::add);
    rig.until("told", () -> results.size() == 2);
    rig.pass(Duration.ofMillis(100));
    assertFalse(results.get(0).completed());
    assertEquals(List.of(), machine.written);
    assertEquals("link_found", rig.events());
  }

  /** LEGACY 1: a start without a row was half done. Here it is not begun. */
  @Test
  void legacy1AStartWithoutARowIsRefused() throws Exception {
    rig.close();
    Rig.Machine other = new Rig.Machine();
    Path empty = Files.createDirectory(folder.resolve("empty"));
    rig = new Rig(empty, other, Rig.settings(), (Row) null, recipe("FILL", FILL));
    rig.pass(Duration.ofMillis(100));
    rig.give(Kind.START, "FILL", results::add);
    rig.pass(Duration.ofSeconds(15));
    assertTrue(results.get(0).message().contains("has it a row?"), results.toString());
    assertEquals(List.of(), other.written);
    assertEquals("", rig.events());
  }

  /** LEGACY 3: what was meant for one run ended another. */
  @Test
  void legacy3AStopOfAnotherRunIsRefused() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("its end", () -> results.size() == 1);
    UUID over = rig.transitions().get(1).processId();
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it runs again", () -> rig.events().endsWith("complete start"));
    UUID now = rig.transitions().get(3).processId();
    rig.drive.command(Rig.command(Kind.STOP, null, over, Map.of()), results::add);
    assertEquals("process " + over + " is not under way; " + now + " is", results.get(1).message());
    rig.pass(Duration.ofSeconds(1));
    assertEquals("link_found start complete start", rig.events());
    rig.drive.command(Rig.command(Kind.STOP, null, now, Map.of()), results::add);
    rig.until("both are told", () -> results.size() == 4);
    assertTrue(results.get(3).completed(), results.toString());
    assertEquals("link_found start complete start stop", rig.events());
  }

  @Test
  void aStopWithoutARunOrTwiceIsRefused() {
    rig.give(Kind.STOP, null, results::add);
    assertEquals("idle: there is no run", results.get(0).message());
    rig.give(Kind.START, "FILL", results::add);
    rig.until("it runs", () -> machine.values.get("heater").equals(true));
    rig.give(Kind.STOP, null, results::add);
    rig.give(Kind.STOP, null, results::add);
    assertEquals("the run is being ended already", results.get(1).message());
  }

  /** The daemon stops: the run with it, safely, and nobody is left waiting. */
  @Test
  void aStopOfTheDaemonStopsTheRunSafely() {
    rig.give(Kind.START, "FILL", results::add);
    rig.until("a valve is open", () -> machine.values.get("valve_1").equals(true));
    rig.drive.leave("the daemon was stopped");
    rig.until("at rest", rig.drive::isAtRest);
    assertTrue(machine.isSafe());
    assertEquals("the daemon was stopped", results.get(0).message());
    assertEquals("link_found start stop", rig.events());
  }
}
