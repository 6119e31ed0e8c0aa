package dev.millwright.recipe;

import dev.millwright.recipe.Operand.Literal;
import dev.millwright.recipe.Operand.Reference;
import dev.millwright.recipe.Step.Common;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recipes in few words. */
final class Steps {

  /** A furnace: two valves, a heater, a temperature and a mode. */
  static final Map<String, TagKind> FURNACE = furnace();

  private Steps() {}

  private static Map<String, TagKind> furnace() {
    Map<String, TagKind> tags = new HashMap<>();
    tags.put("valve_1", kind(TagKind.Type.BOOLEAN, true));
    tags.put("valve_2", kind(TagKind.Type.BOOLEAN, true));
    tags.put("heater", kind(TagKind.Type.BOOLEAN, true));
    tags.put("setpoint", new TagKind(TagKind.Type.REAL, 0.0, 200.0, true, true, "degC"));
    tags.put("temperature", new TagKind(TagKind.Type.REAL, -20.0, 250.0, true, false, "degC"));
    tags.put("speed", new TagKind(TagKind.Type.INTEGER, 0.0, 3000.0, true, true, "rpm"));
    tags.put("mode", kind(TagKind.Type.TEXT, true));
    tags.put("horn", new TagKind(TagKind.Type.BOOLEAN, null, null, false, true, null));
    return tags;
  }

  private static TagKind kind(TagKind.Type type, boolean writable) {
    return new TagKind(type, null, null, true, writable, null);
  }

  static Recipe recipe(Step... steps) {
    return recipe(Map.of(), steps);
  }

  static Recipe recipe(Map<String, Parameter> parameters, Step... steps) {
    return new Recipe("R42", "hash", "source", parameters, List.of(), List.of(steps));
  }

  static Recipe recipe(List<Precondition> preconditions) {
    return new Recipe("R42", "hash", "source", Map.of(), preconditions, List.of(pause("1s")));
  }

  static Program program(Step... steps) {
    try {
      return recipe(steps).bind(Map.of(), FURNACE);
    } catch (RecipeException e) {
      throw new AssertionError(e);
    }
  }

  /** A text such as 500ms is a time, and one such as {x} a reference. */
  static Operand operand(Object value) {
    if (value instanceof String text && text.startsWith("{")) {
      return new Reference(text.substring(1, text.length() - 1));
    }
    if (value instanceof String text && text.matches("[0-9]+(ms|s|m|h)")) {
      return new Literal(Durations.parse(text));
    }
    return value == null ? null : new Literal(value);
  }

  static Common on(OnFailure then) {
    return new Common(null, null, then);
  }

  static Common within(String time) {
    return new Common(null, operand(time), OnFailure.STOP);
  }

  /** Tags and values in turn. */
  static Step set(Common common, Object... writes) {
    Map<String, Operand> map = new LinkedHashMap<>();
    for (int i = 0; i < writes.length; i += 2) {
      map.put((String) writes[i], operand(writes[i + 1]));
    }
    return new Step.Assign(common, map);
  }

  static Step set(String tag, Object value) {
    return set(Common.PLAIN, tag, value);
  }

  static Step pulse(String tag, Object time) {
    return pulse(Common.PLAIN, tag, time);
  }

  static Step pulse(Common common, String tag, Object time) {
    return new Step.Pulse(common, tag, operand(time), new Literal(true), new Literal(false));
  }

  static Step pause(Object time) {
    return new Step.Wait(Common.PLAIN, operand(time));
  }

  static Step until(Common common, String tag, Object min, Object max, Object hold, Object within) {
    Condition condition = new Condition(tag, operand(min), operand(max), null);
    return new Step.Until(common, condition, operand(hold), operand(within));
  }

  static Step until(String tag, Object min, Object hold, Object within) {
    return until(Common.PLAIN, tag, min, null, hold, within);
  }

  static Step repeat(Object times, Step... steps) {
    return repeat(Common.PLAIN, times, steps);
  }

  static Step repeat(Common common, Object times, Step... steps) {
    return new Step.Repeat(common, operand(times), Arrays.asList(steps));
  }

  static Parameter number(Double min, Double max, Double preset) {
    return new Parameter(Parameter.Type.REAL, "degC", min, max, preset);
  }

  static Parameter parameter(Parameter.Type type) {
    return new Parameter(type, null, null, null, null);
  }

  static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
