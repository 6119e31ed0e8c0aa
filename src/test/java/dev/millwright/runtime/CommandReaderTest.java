package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.Command.Kind;
import dev.millwright.runtime.Command.Source;
import dev.millwright.runtime.CommandReader.Reading;
import dev.millwright.store.CommandRow;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody wrote is understood as it is meant, or told with all that is wrong (issue 6). */
class CommandReaderTest {

  private static final UUID PROCESS = UUID.fromString("018f0000-0000-7000-8000-000000000001");

  private static Reading read(String type, String parameters) {
    return read(type, parameters, null, null, null, null);
  }

  private static Reading read(
      String type, String parameters, UUID process, String batch, String operator, String reason) {
    return CommandReader.read(
        new CommandRow(
            new UUID(1, 1),
            "PRESS-01",
            type,
            parameters,
            process,
            batch,
            operator,
            reason,
            Instant.EPOCH,
            false),
        Source.TABLE);
  }

  @Test
  void aStartHasRecipeParametersBatchOperatorAndReason() {
    Reading reading =
        read(
            "start_recipe",
            "{\"recipe\": \"R42\", \"parameters\": {\"cycles\": 5, \"temperature\": 60.0,"
                + " \"fast\": false, \"note\": \"Öl\", \"huge\": 9223372036854775808}}",
            null,
            "B-7",
            "Kim",
            "the night's order");
    assertNull(reading.mistake());
    Command command = reading.command();
    assertEquals(Kind.START, command.kind());
    assertEquals("R42", command.recipe());
    assertEquals(
        Map.of("cycles", 5L, "temperature", 60.0, "fast", false, "note", "Öl", "huge", 0x1p63),
        command.parameters());
    assertEquals("B-7", command.batch());
    assertEquals("Kim", command.origin().operator());
    assertEquals("the night's order", command.origin().reason());
    assertEquals(Source.TABLE, command.origin().source());
  }

  /** A stop may mean one run only, named in the column or in the parameters. */
  @Test
  void aStopMayNameARun() {
    assertNull(read("stop_recipe", "{}").command().process());
    String named = "{\"process\": \"" + PROCESS + "\"}";
    assertEquals(PROCESS, read("stop_recipe", named).command().process());
    assertEquals(PROCESS, read("stop_recipe", "{}", PROCESS, null, null, null).command().process());
    assertEquals(
        "process: " + PROCESS + " in parameters, but " + new UUID(1, 2) + " in process_id",
        read("stop_recipe", named, new UUID(1, 2), null, null, null).mistake());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          start_recipe  | {"recipes": "R42"}                    | parameters: key "recipes" is none of recipe, parameters, process
          start_recipe  | {"recipe": 42}                        | recipe: 42 is not a text
          start_recipe  | {"recipe": ""}                        | recipe: 0 characters; at least 1 and at most 200
          start_recipe  | {"parameters": [1]}                   | parameters.parameters: [1] is not an object
          start_recipe  | {"parameters": {"a": null}}           | a: null is none of true, false, a finite number and a text
          start_recipe  | {"parameters": {"a": {"b": 1}}}       | a: {"b":1} is none of true, false, a finite number and a text
          start_recipe  | {"parameters": {"a": 1e999}}          | a: 1e999 is none of true, false, a finite number and a text
          start_recipe  | {"parameters": {"a": -1E-999999999}}  | ~~
          start_recipe  | {"process": "x"}                      | process: "x" is not the id of a process (a UUID)
          start_recipe  | {"process": "018f0000-0000-7000-8000-000000000001"} | process: a start makes a run of its own; leave it out
          stop_recipe   | {"recipe": "R42"}                     | recipe: only a start has one
          reset_machine | {"parameters": {"a": 1}}              | parameters: only a start has them
          hold_recipe   | [1, 2]                                | parameters: not an object, such as {"recipe": "R42"}
          unhold_recipe | 7                                     | parameters: not an object, such as {"recipe": "R42"}
          """)
  void aMistakeIsToldWithWhatWouldBeRight(String type, String parameters, String mistake) {
    String told = read(type, parameters).mistake();
    assertEquals(mistake, told == null ? "" : told);
  }

  @Test
  void allMistakesAreToldAtOnce() {
    assertEquals(
        "batch_id: 101 characters; at least 1 and at most 100;"
            + " operator: 0 characters; at least 1 and at most 100;"
            + " reason: 1001 characters; at least 1 and at most 1000",
        read("stop_recipe", "{}", null, "b".repeat(101), "", "r".repeat(1001)).mistake());
    assertEquals(
        "operator: has control characters; reason: has control characters",
        read("stop_recipe", "{}", null, null, "\033[2J", "one\ntwo").mistake());
    assertEquals(
        "parameters: there are more than 64 KiB of them", read("stop_recipe", null).mistake());
    assertEquals(
        "type: \"dance\" is none of hold_recipe, reset_machine, start_recipe, stop_recipe,"
            + " unhold_recipe",
        read("dance", "{}").mistake());
  }

  /** PostgreSQL would not keep such a thing; the control socket hands on what it is given. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"parameters\": {\"a\": NaN}}",
        "{\"recipe\": R42}",
        "{'recipe': 'R42'}",
        "{} {}",
        "{"
      })
  void whatIsNoJsonIsNothingElse(String parameters) {
    String told = read("start_recipe", parameters).mistake();
    assertTrue(told.startsWith("parameters: not JSON: "), told);
  }

  /** A number with a million zeros must not cost a minute. */
  @Test
  void absurdNumbersAreCheap() {
    long start = System.nanoTime();
    read("start_recipe", "{\"parameters\": {\"a\": 1E1000000000, \"b\": 1E-1000000000}}");
    read("start_recipe", "{\"parameters\": {\"a\": " + "9".repeat(60_000) + "}}");
    assertEquals(0, (System.nanoTime() - start) / 5_000_000_000L);
  }
}
