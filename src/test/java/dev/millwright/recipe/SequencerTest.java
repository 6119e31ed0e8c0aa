package dev.millwright.recipe;

import static dev.millwright.recipe.SimulatedRun.MS;
import static dev.millwright.recipe.Steps.on;
import static dev.millwright.recipe.Steps.pause;
import static dev.millwright.recipe.Steps.program;
import static dev.millwright.recipe.Steps.pulse;
import static dev.millwright.recipe.Steps.repeat;
import static dev.millwright.recipe.Steps.set;
import static dev.millwright.recipe.Steps.until;
import static dev.millwright.recipe.Steps.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.recipe.Progress.Iteration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is done next, over simulated time: no clock, no sleep. */
class SequencerTest {

  private static void completes(SimulatedRun run) {
    assertEquals(new Action.Complete(), run.run());
  }

  private static void fails(SimulatedRun run, String why) {
    assertEquals(new Action.Fail(why), run.run());
  }

  @Test
  void writesInOrderEachAfterTheOneBeforeIsConfirmed() {
    SimulatedRun run =
        new SimulatedRun(program(set(Step.Common.PLAIN, "heater", true, "setpoint", 60L)));
    completes(run);
    assertEquals(List.of("1 heater=true", "2 setpoint=60"), run.writes);
  }

  @Test
  void saysTheSameUntilTheWriteIsToldOf() {
    Sequencer sequencer =
        new Sequencer(program(set("heater", true), pause("1s")), 5, Duration.ofMillis(50));
    View nothing = new SimulatedRun(program(pause("1s")));
    Action first = sequencer.next(nothing, 5);
    assertEquals(new Action.Write("heater", true, false), first);
    assertEquals(first, sequencer.next(nothing, 6));
    sequencer.written(true, null, 7);
    assertThrows(IllegalStateException.class, () -> sequencer.written(true, null, 8));
  }

  /** LEGACY 9: three pulses of 500 ms ended within 13 ms of each other. */
  @Test
  void legacy9EachPulseLastsItsTimeFromWhenItIsOn() {
    SimulatedRun run =
        new SimulatedRun(program(repeat(3L, pulse("valve_1", "500ms"), pulse("valve_2", "250ms"))));
    run.writeTime = 4 * MS;
    completes(run);
    assertEquals(
        List.of(
            "4 valve_1=true",
            "508 valve_1=false",
            "512 valve_2=true",
            "766 valve_2=false",
            "770 valve_1=true",
            "1274 valve_1=false",
            "1278 valve_2=true",
            "1532 valve_2=false",
            "1536 valve_1=true",
            "2040 valve_1=false",
            "2044 valve_2=true",
            "2298 valve_2=false"),
        run.writes);
    assertEquals(6, run.progress().overruns().pulses());
    assertEquals(Duration.ofMillis(4), run.progress().overruns().worst());
  }

  @Test
  void aPulseThatEndsTooLateFailsTheRun() {
    SimulatedRun run =
        new SimulatedRun(program(pulse("valve_1", "500ms"), set("heater", true)), Steps.ms(5));
    run.lateness = 7 * MS;
    fails(
        run,
        "step 1 (pulse valve_1 500ms): valve_1 was on 8 ms too long, more than the limit of 5 ms");
    assertEquals(List.of("1 valve_1=true", "509 valve_1=false"), run.writes);
  }

  private static Program timed(Step... steps) throws RecipeException {
    Map<String, TagKind> tags = new HashMap<>(Steps.FURNACE);
    tags.put(
        "valve_1",
        tags.get("valve_1").with(new TagKind.Timed("speed", Steps.ms(1), Steps.ms(300))));
    return Steps.recipe(steps).bind(Map.of(), tags);
  }

  /** The machine is told how long, switches off by itself, and is seen to have done so. */
  @Test
  void aPulseThatTheMachineEndsIsSwitchedOnOnceAndSeenToEnd() throws Exception {
    SimulatedRun run = new SimulatedRun(timed(pulse("valve_1", "500ms"), set("heater", true)));
    run.events.put(502L, () -> run.values.put("valve_1", false));
    completes(run);
    assertEquals(List.of("1 speed=500", "2 valve_1=true"), run.writes.subList(0, 2));
    assertEquals(3, run.writes.size(), run.writes.toString());
    assertTrue(run.writes.get(2).endsWith(" heater=true"), run.writes.toString());
    assertTrue(run.millis() > 502 && run.millis() < 802, run.millis() + " ms");
    assertEquals(0, run.progress().overruns().pulses(), "nobody knows how exact it was");
  }

  /** I7: a timer in the machine that does not work is no reason to leave a valve open. */
  @Test
  void aPulseThatTheMachineDoesNotEndIsSwitchedOffAndFails() throws Exception {
    SimulatedRun run = new SimulatedRun(timed(pulse("valve_1", "500ms"), set("heater", true)));
    fails(
        run,
        "step 1 (pulse valve_1 500ms): the machine has not ended the pulse by itself within 300 ms"
            + " after its time: valve_1 is true, and should be false");
    assertEquals(List.of("1 speed=500", "2 valve_1=true", "803 valve_1=false"), run.writes);
  }

  /** An end that is seen before the time is over says nothing of the end. */
  @Test
  void aTimedPulseWhoseBeginIsNotConfirmedIsSwitchedOff() throws Exception {
    SimulatedRun run = new SimulatedRun(timed(pulse("valve_1", "500ms"), set("heater", true)));
    run.refuses = write -> write.equals("valve_1=true");
    run.loses = write -> true;
    fails(run, "step 1 (pulse valve_1 500ms): valve_1 = true was not confirmed: no answer");
    assertEquals(List.of("1 speed=500", "3 valve_1=false"), run.writes);
  }

  /** Nothing is switched on before the machine knows for how long. */
  @Test
  void aTimedPulseWhoseDurationIsNotTakenIsNotBegun() throws Exception {
    SimulatedRun run = new SimulatedRun(timed(pulse("valve_1", "500ms")));
    run.refuses = write -> write.equals("speed=500");
    fails(run, "step 1 (pulse valve_1 500ms): speed = 500 was not confirmed: no answer");
    assertEquals(List.of(), run.writes);
  }

  /** Whatever became of the write, the valve may be open. */
  @Test
  void aPulseWhoseBeginIsNotConfirmedIsSwitchedOffBeforeItIsTriedAgain() {
    SimulatedRun run =
        new SimulatedRun(program(pulse(on(new OnFailure(2, false)), "valve_1", "500ms")));
    run.refuses = write -> write.equals("valve_1=true") && run.millis() < 3;
    completes(run);
    assertEquals(List.of("2 valve_1=false", "3 valve_1=true", "504 valve_1=false"), run.writes);
    assertEquals(1, run.progress().failures());
  }

  @Test
  void aPulseOfWhichNobodyKnowsIsSwitchedOffBeforeTheNextStep() {
    SimulatedRun run =
        new SimulatedRun(program(pulse(on(OnFailure.GO_ON), "valve_1", "500ms"), pause("1s")));
    run.refuses = write -> write.equals("valve_1=true");
    run.loses = write -> true;
    completes(run);
    assertEquals(List.of("2 valve_1=false"), run.writes);
    assertEquals(false, run.values.get("valve_1"));
    assertEquals(0, run.progress().overruns().pulses());
  }

  @Test
  void aPulseThatCannotBeSwitchedOffFailsTheRunWhateverTheRecipeSays() {
    SimulatedRun run =
        new SimulatedRun(program(pulse(on(OnFailure.GO_ON), "valve_1", "500ms"), pause("1s")));
    run.refuses = write -> write.equals("valve_1=false");
    fails(run, "step 1 (pulse valve_1 500ms): valve_1 = false was not confirmed: no answer");
  }

  @Test
  void aPulseIsCutShortWhenTheTimeOfTheRepeatAroundItIsOver() {
    SimulatedRun run =
        new SimulatedRun(
            program(repeat(within("2s"), 2L, pulse("valve_1", "900ms"), pause("100ms"))));
    run.writeTime = 40 * MS;
    fails(run, "step 1 (repeat 2): not done within 2 s, in step 1.1 (pulse valve_1 900ms)");
    assertEquals("2040 valve_1=false", run.writes.get(run.writes.size() - 1));
  }

  @Test
  void waitsAsLongAsItSays() {
    SimulatedRun run = new SimulatedRun(program(pause("30s"), set("heater", true)));
    completes(run);
    assertEquals(List.of("30001 heater=true"), run.writes);
  }

  @Test
  void aConditionEndsTheWaitAsSoonAsItIsSeen() {
    SimulatedRun run =
        new SimulatedRun(program(until("temperature", 60L, null, "10m"), set("heater", false)));
    run.values.put("temperature", 20.0);
    run.events.put(4_500L, () -> run.values.put("temperature", 60.0));
    completes(run);
    assertEquals(List.of("4501 heater=false"), run.writes);
  }

  /** What was read before the heater was switched off says nothing about what it does now. */
  @Test
  void aConditionIsJudgedByWhatWasReadAfterTheWriteBeforeIt() {
    SimulatedRun run =
        new SimulatedRun(program(set("heater", true), until("temperature", 60L, null, "10m")));
    run.values.put("temperature", 70.0);
    completes(run);
    assertEquals(100, run.millis());
  }

  @Test
  void aConditionHasToBeMetWithoutABreak() {
    SimulatedRun run = new SimulatedRun(program(until("temperature", 60L, "2s", "10m")));
    run.values.put("temperature", 60.0);
    run.events.put(1_050L, () -> run.values.put("temperature", 59.0));
    run.events.put(1_250L, () -> run.values.put("temperature", 61.0));
    completes(run);
    assertEquals(3_300, run.millis());
  }

  /** I4: bad quality proves nothing. */
  @Test
  void i4AValueThatIsNotGoodBreaksTheHold() {
    SimulatedRun run = new SimulatedRun(program(until("temperature", 60L, "2s", "10m")));
    run.values.put("temperature", 60.0);
    run.events.put(1_050L, () -> run.values.remove("temperature"));
    run.events.put(1_250L, () -> run.values.put("temperature", 60.0));
    completes(run);
    assertEquals(3_300, run.millis());
  }

  @Test
  void aConditionThatIsNotMetInTimeFailsWithWhatIsShown() {
    SimulatedRun run = new SimulatedRun(program(until("temperature", 60L, null, "10s")));
    run.values.put("temperature", 41.5);
    fails(
        run,
        "step 1 (until temperature ≥ 60): not done within 10 s: temperature is 41.5 degC, and"
            + " should be at least 60 degC");
    assertEquals(10_000, run.millis());
  }

  @Test
  void aFailedWriteStopsTheRun() {
    SimulatedRun run = new SimulatedRun(program(set("heater", true), set("speed", 7L)));
    run.refuses = write -> write.startsWith("heater");
    fails(run, "step 1 (set heater = true): heater = true was not confirmed: no answer");
    assertEquals(List.of(), run.writes);
  }

  @Test
  void aStepIsTriedAgainAsOftenAsItSays() {
    SimulatedRun run =
        new SimulatedRun(program(set(on(new OnFailure(2, false)), "heater", true, "speed", 7L)));
    run.refuses = write -> write.startsWith("speed") && run.millis() < 6;
    completes(run);
    assertEquals(
        List.of("1 heater=true", "3 heater=true", "5 heater=true", "6 speed=7"), run.writes);
    assertEquals(2, run.progress().failures());
  }

  @Test
  void aStepThatMayFailIsPassedOver() {
    SimulatedRun run =
        new SimulatedRun(program(set(on(OnFailure.GO_ON), "heater", true), set("speed", 7L)));
    run.refuses = write -> write.startsWith("heater");
    completes(run);
    assertEquals(List.of("2 speed=7"), run.writes);
    assertEquals(
        "step 1 (set heater = true): heater = true was not confirmed: no answer",
        run.progress().lastFailure());
  }

  @Test
  void aStepThatFailsFailsTheRepeatAroundIt() {
    SimulatedRun run =
        new SimulatedRun(
            program(
                repeat(on(new OnFailure(1, false)), 2L, set("speed", 7L), set("heater", true))));
    run.refuses = write -> write.startsWith("heater") && run.millis() == 4;
    completes(run);
    assertEquals(
        List.of(
            "1 speed=7",
            "2 heater=true",
            "3 speed=7",
            "5 speed=7",
            "6 heater=true",
            "7 speed=7",
            "8 heater=true"),
        run.writes);
    assertEquals(4, run.progress().done());
  }

  /** What counts is when the last write was confirmed, not when somebody looks. */
  @Test
  void aRepeatThatWasDoneInTimeIsNotLate() {
    SimulatedRun run =
        new SimulatedRun(program(repeat(within("10ms"), 2L, set("speed", 7L)), pause("1s")));
    run.writeTime = 5 * MS;
    completes(run);
    run = new SimulatedRun(program(repeat(within("9ms"), 2L, set("speed", 7L)), pause("1s")));
    run.writeTime = 5 * MS;
    fails(run, "step 1 (repeat 2): not done within 9 ms");
  }

  /** LEGACY 11: nested loops were skipped in silence. */
  @Test
  void legacy11NestedRepeatsAreDoneAsOftenAsTheyMultiplyTo() {
    Step step = pulse("valve_1", "1ms");
    for (int depth = 0; depth < 16; depth++) {
      step = depth < 12 ? repeat(2L, step) : repeat(1L, step);
    }
    Program program = program(step);
    assertEquals(4096, program.steps());
    assertEquals(Duration.ofMillis(4096), program.estimate());
    SimulatedRun run = new SimulatedRun(program);
    completes(run);
    assertEquals(2 * 4096, run.writes.size());
    assertEquals(4096, run.progress().done());
  }

  @Test
  void isHeldBetweenStepsAndGoesOn() {
    SimulatedRun run =
        new SimulatedRun(program(repeat(within("5s"), 2L, pulse("valve_1", "500ms"))));
    run.events.put(300L, run.sequencer::hold);
    assertInstanceOf(Action.Held.class, run.run(60_000));
    assertTrue(run.progress().held());
    assertEquals(List.of("1 valve_1=true", "502 valve_1=false"), run.writes);
    run.unhold();
    completes(run);
    assertFalse(run.progress().held());
    assertEquals(4, run.writes.size());
  }

  @Test
  void holdingBackBeforeItIsHeldChangesNothing() {
    SimulatedRun run = new SimulatedRun(program(pause("1s"), pause("1s")));
    run.events.put(300L, run.sequencer::hold);
    run.events.put(600L, run::unhold);
    completes(run);
    assertEquals(2_000, run.millis());
  }

  /** LEGACY 8: a parameter step went on writing after stop. */
  @Test
  void legacy8AfterAStopNothingIsWritten() {
    SimulatedRun run = new SimulatedRun(program(repeat(100L, set("speed", 7L))));
    run.events.put(7L, () -> run.sequencer.stop("stopped by hand"));
    fails(run, "stopped by hand");
    // The seventh was under way; what becomes of it is not waited for.
    assertEquals(7, run.writes.size());
    assertEquals(new Action.Fail("stopped by hand"), run.one());
    run.sequencer.stop("again");
    assertEquals(new Action.Fail("stopped by hand"), run.one());
  }

  @Test
  void tellsHowFarItIs() {
    SimulatedRun run =
        new SimulatedRun(
            program(set("heater", true), repeat(3L, repeat(2L, pause("10s"), set("speed", 7L)))));
    run.run(35_000);
    Progress progress = run.progress();
    assertEquals("2.1.1", progress.path());
    assertEquals("wait 10s", progress.step());
    assertEquals(List.of(new Iteration(2, 3), new Iteration(2, 2)), progress.iterations());
    assertEquals(0.5, progress.completion(), 0.02);
    assertEquals(7, progress.done());
    assertEquals(13, progress.total());
    assertEquals(25_000.0, (double) progress.remaining().toMillis(), 100.0);
    assertNull(progress.lastFailure());
    completes(run);
    assertEquals(13, run.progress().done());
    assertEquals("", run.progress().path());
    assertEquals(Duration.ZERO, run.progress().remaining());
  }
}
