package dev.millwright.recipe;

import static dev.millwright.recipe.Steps.FURNACE;
import static dev.millwright.recipe.Steps.number;
import static dev.millwright.recipe.Steps.operand;
import static dev.millwright.recipe.Steps.parameter;
import static dev.millwright.recipe.Steps.pause;
import static dev.millwright.recipe.Steps.pulse;
import static dev.millwright.recipe.Steps.recipe;
import static dev.millwright.recipe.Steps.repeat;
import static dev.millwright.recipe.Steps.set;
import static dev.millwright.recipe.Steps.until;
import static dev.millwright.recipe.Steps.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An impossible recipe never starts: what is refused before anything is written, and why. */
class BindTest {

  private static void refused(Recipe recipe, Map<String, Object> given, String... why) {
    RecipeException e = assertThrows(RecipeException.class, () -> recipe.bind(given, FURNACE));
    assertEquals(List.of(why), e.problems().stream().map(Problem::toString).toList());
  }

  private static void refused(Step step, String... why) {
    refused(recipe(step), Map.of(), why);
  }

  private static Recipe heating(Parameter parameter) {
    return recipe(Map.of("target", parameter), set("setpoint", "{target}"));
  }

  @Test
  void parametersHaveToBeGivenUnlessTheyHaveADefault() throws RecipeException {
    assertEquals(
        Map.of("target", 60.0),
        heating(number(20.0, 90.0, 60.0)).bind(Map.of(), FURNACE).parameters());
    refused(
        heating(number(20.0, 90.0, null)),
        Map.of(),
        "parameter target: is missing, and has no default; it is between 20 and 90 degC");
  }

  @Test
  void parametersHaveTheirTypeAndRange() {
    Recipe heating = heating(number(20.0, 90.0, null));
    refused(
        heating, Map.of("target", 90.5), "parameter target: 90.5 is not between 20 and 90 degC");
    refused(
        heating,
        Map.of("target", "60"),
        "parameter target: \"60\" is not a number, which is expected");
    refused(
        heating,
        Map.of("target", Double.NaN),
        "parameter target: NaN is not a number that can be used");
    refused(
        heating,
        Map.of("target", 60L, "taget", 60L),
        "parameter taget: the recipe has no such parameter; it has target");
    Recipe soaking =
        recipe(
            Map.of("soak", new Parameter(Parameter.Type.DURATION, null, 1.0, 60.0, null)),
            pause("{soak}"));
    refused(soaking, Map.of("soak", "2m"), "parameter soak: \"2m\" is not between 1 and 60 s");
    refused(
        soaking,
        Map.of("soak", 20L),
        "parameter soak: 20 is not a time such as \"30s\", which is expected");
  }

  @Test
  void aWholeNumberIsARealOneToo() throws RecipeException {
    Program program = heating(number(20.0, 90.0, null)).bind(Map.of("target", 60L), FURNACE);
    assertEquals(Map.of("target", 60.0), program.parameters());
  }

  @Test
  void durationsAndCountsMayBeParameters() throws RecipeException {
    Recipe recipe =
        recipe(
            Map.of(
                "time",
                parameter(Parameter.Type.DURATION),
                "cycles",
                parameter(Parameter.Type.INTEGER)),
            repeat("{cycles}", pulse("valve_1", "{time}")));
    Program program = recipe.bind(Map.of("time", "250ms", "cycles", 8L), FURNACE);
    assertEquals(Duration.ofSeconds(2), program.estimate());
    assertEquals(8, program.steps());
    refused(
        recipe,
        Map.of("time", "0ms", "cycles", 0L),
        "step 1: repeat: 0 is not between 1 and 10000000",
        "step 1.1: pulse.for: 0ms is not between 1ms and 31d");
  }

  @Test
  void aParameterIsUsedAsWhatItIs() {
    refused(
        recipe(Map.of("target", number(0.0, 90.0, 60.0)), pause("{target}"), pause("{x}")),
        Map.of(),
        "step 1: wait: expected a time such as \"30s\", found {target}, a parameter of type real",
        "step 2: wait: there is no parameter \"x\"");
  }

  @Test
  void theMachineHasTheTagsAndTheyTakeTheValues() {
    refused(
        set("heatr", true),
        "step 1: set.heatr: the machine has no tag \"heatr\"; did you mean \"heater\"?");
    refused(
        set("temperature", 20L),
        "step 1: set.temperature: tag \"temperature\" is only read, never written");
    refused(
        set("heater", 1L),
        "step 1: set.heater: tag \"heater\" is of type boolean, which does not suit 1");
    refused(
        set("speed", 1.5),
        "step 1: set.speed: tag \"speed\" is of type integer, which does not suit 1.5");
    refused(
        set("speed", 3001L),
        "step 1: set.speed: 3001 does not suit: tag \"speed\" is between 0 and 3000 rpm");
    refused(
        set("setpoint", Double.NaN), "step 1: set.setpoint: NaN is not a number that can be used");
    refused(set("mode", "5s"), "step 1: set.mode: a tag has no times; found 5s");
    refused(
        pulse("speed", "5s"),
        "step 1: pulse.on: tag \"speed\" is of type integer, which does not suit true",
        "step 1: pulse.off: tag \"speed\" is of type integer, which does not suit false");
  }

  /** A serial machine's command without a value can be given, and not be taken back. */
  @Test
  void whatCanOnlyBeDoneIsNoPulse() {
    Map<String, TagKind> tags =
        Map.of("purge", new TagKind(TagKind.Type.BOOLEAN, 1.0, null, false, true, null));
    assertEquals(List.of(), recipe(set("purge", true)).problems(tags));
    assertEquals(
        List.of("step 1: pulse.off: tag \"purge\" can only be written as true"),
        recipe(pulse("purge", "1s")).problems(tags).stream().map(Problem::toString).toList());
  }

  /** The machine's timer has to be able to count the time. */
  @Test
  void aTimedPulseSuitsTheTagOfItsDuration() {
    Map<String, TagKind> tags = new HashMap<>(Steps.FURNACE);
    tags.put(
        "valve_1",
        tags.get("valve_1").with(new TagKind.Timed("speed", Steps.ms(1_000), Steps.ms(300))));
    assertEquals(List.of(), recipe(pulse("valve_1", "3000s")).problems(tags));
    assertEquals(
        List.of(
            "step 1: pulse.for: 1.5 s: tag \"speed\", by which the machine ends the pulse, takes"
                + " whole numbers of 1 s",
            "step 2: pulse.for: 3600 does not suit: tag \"speed\", by which the machine ends the"
                + " pulse, is between 0 and 3000 rpm"),
        recipe(pulse("valve_1", "1500ms"), pulse("valve_1", "1h")).problems(tags).stream()
            .map(Problem::toString)
            .toList());
  }

  @Test
  void aConditionCanBeMet() {
    refused(
        until("horn", null, null, "5s"),
        "step 1: until.tag: tag \"horn\" is only written, so it shows nothing",
        "step 1: until.tag: tag \"horn\" shows no number but a boolean; use equals");
    refused(
        until("temperature", 300L, null, "5s"),
        "step 1: until.min: 300 can never be reached: tag \"temperature\" is between -20 and 250"
            + " degC");
    refused(
        until(Step.Common.PLAIN, "temperature", 60L, 50L, null, "5s"),
        "step 1: until.min: 60 is more than max, 50");
    refused(
        until("temperature", 60L, "10s", "5s"),
        "step 1: until.within: 5 s is too short: hold alone takes 10 s");
    refused(
        until("temperature", 60L, null, null),
        "step 1: until.within: is missing: how long to wait at most, such as within = \"10m\"");
  }

  @Test
  void aTimeOutIsLongerThanWhatTheStepTakes() {
    refused(
        repeat(within("5s"), 2L, pause("3s")),
        "step 1: within: 5 s is too short: the step takes 6 s");
  }

  /** I8: bounded, however repeats multiply. */
  @Test
  void i8ARunHasAnEnd() {
    Step step = set("speed", 7L);
    for (int depth = 0; depth < 16; depth++) {
      step = repeat(10_000_000L, step);
    }
    refused(step, Long.MAX_VALUE + " steps in a run are more than the limit of 10000000");
    refused(
        repeat(1000L, pause("1h")),
        "a run would take 1000 hours, longer than the limit of 31 days");
  }

  @Test
  void allMistakesAreToldAtOnce() {
    Recipe recipe = recipe(set("a", true), repeat(2L, set("b", true)));
    RecipeException e = assertThrows(RecipeException.class, () -> recipe.bind(Map.of(), FURNACE));
    assertEquals(2, e.problems().size());
    assertTrue(e.getMessage().startsWith("recipe R42: step 1: set.a: "), e.getMessage());
    assertTrue(e.getMessage().contains("; step 2.1: set.b: "), e.getMessage());
  }

  /** As recipe check does it, which knows no parameters. */
  @Test
  void withoutParametersTheirTypesAreJudged() {
    Recipe recipe =
        recipe(
            Map.of("x", parameter(Parameter.Type.TEXT)), set("heater", "{x}"), set("mode", "{x}"));
    assertEquals(
        List.of(
            "step 1: set.heater: tag \"heater\" is of type boolean, which does not suit {x}, a"
                + " parameter of type text"),
        recipe.problems(FURNACE).stream().map(Problem::toString).toList());
    assertEquals(List.of(), recipe.problems(null));
  }

  @Test
  void aDefaultHasToBeInItsRange() {
    assertEquals(
        List.of("parameter target: default: 95 is not between 20 and 90 degC"),
        heating(number(20.0, 90.0, 95.0)).problems(null).stream().map(Problem::toString).toList());
  }

  @Test
  void aPreconditionThatIsNotMetComesWithItsAdvice() throws RecipeException {
    Recipe recipe =
        recipe(
            List.of(
                new Precondition(
                    new Condition("temperature", null, operand(40L), null), "Let it cool down"),
                new Precondition(new Condition("heater", null, null, operand(false)), null)));
    Program program = recipe.bind(Map.of(), FURNACE);
    SimulatedRun machine = new SimulatedRun(program);
    machine.values.put("temperature", 41.5);
    assertEquals(
        List.of(
            "temperature is 41.5 degC, and should be at most 40 degC: Let it cool down",
            "heater shows no good value, and should be false"),
        program.preconditions(machine));
    machine.values.put("temperature", 40L);
    machine.values.put("heater", 0L); // as a serial line shows it
    assertEquals(List.of(), program.preconditions(machine));
  }
}
