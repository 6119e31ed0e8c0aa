package dev.millwright.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.chaos.CoilMachine.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A judge that finds nothing, or what is none, would make the suite a toy. */
class CommandJudgeTest {

  private static final Instant CLAIMED = Instant.parse("2026-11-21T20:31:28Z");

  private final List<Write> writes = new ArrayList<>();

  @Test
  void aStepAfterTheEndIsFound() {
    write(10, RecipeCell.STEPS.subList(0, 2));
    write(20, RecipeCell.SAFE);
    write(40, List.of("valve_2=true"));
    assertEquals("valve_2=true", stray(30).orElseThrow().what());
  }

  @Test
  void aStepOfARunThatWasNotEndedOnTheMachineIsFound() {
    write(10, RecipeCell.STEPS);
    assertEquals("valve_1=true", stray(10).orElseThrow().what());
  }

  /** The run before it is over, which says nothing of this one. */
  @Test
  void anEndBeforeTheClaimExcusesNothing() {
    write(-20, RecipeCell.SAFE);
    write(10, RecipeCell.STEPS);
    assertEquals("valve_1=true", stray(10).orElseThrow().what());
  }

  @Test
  void whatTheNextRunWritesIsNotThisOnes() {
    write(10, RecipeCell.STEPS);
    write(40, RecipeCell.STEPS);
    assertEquals(Optional.empty(), stray(30));
    assertEquals(Optional.empty(), stray(42));
  }

  /** Found by seed 431479073: the first run was stopped before it wrote, while nothing was told. */
  @Test
  void aRunThatWroteNothingHasAnEndToo() {
    write(10, RecipeCell.SAFE);
    write(20, RecipeCell.STEPS);
    assertEquals(Optional.empty(), stray(25));
  }

  /**
   * Found by seed 550265726: the run was over before its reset was claimed, and the next one began
   * before that was told.
   */
  @Test
  void aRunMayBeginBeforeTheResetBeforeItIsTold() {
    write(-2_000, RecipeCell.STEPS.subList(0, 2));
    write(-900, RecipeCell.SAFE);
    write(50, RecipeCell.STEPS);
    assertEquals(Optional.empty(), strayAfterReset(50));
    assertEquals(Optional.empty(), strayAfterReset(30));
  }

  @Test
  void aStepAfterAResetIsFound() {
    write(-4_000, RecipeCell.STEPS);
    write(-2_000, RecipeCell.STEPS.subList(0, 2));
    write(40, List.of("valve_2=true"));
    assertEquals("valve_2=true", strayAfterReset(30).orElseThrow().what());
    write(50, RecipeCell.SAFE);
    write(60, RecipeCell.STEPS);
    assertEquals("valve_2=true", strayAfterReset(30).orElseThrow().what());
  }

  /** The run that was to be over goes on, though another begins as well. */
  @Test
  void anEndBeforeTheRunThatIsResetExcusesNothing() {
    write(-4_000, RecipeCell.STEPS);
    write(-2_000, RecipeCell.STEPS.subList(0, 2));
    write(10, RecipeCell.STEPS);
    assertEquals("valve_1=true", strayAfterReset(10).orElseThrow().what());
  }

  private void write(int ms, List<String> what) {
    for (int i = 0; i < what.size(); i++) {
      writes.add(new Write(CLAIMED.plusMillis(ms).plusNanos(i * 100_000L), what.get(i)));
    }
  }

  private Optional<Write> stray(int toldMs) {
    return stray("start_recipe", toldMs);
  }

  private Optional<Write> strayAfterReset(int toldMs) {
    return stray("reset_machine", toldMs);
  }

  private Optional<Write> stray(String type, int toldMs) {
    Instant since = CommandJudge.since(writes, type, CLAIMED);
    return CommandJudge.strayStep(writes, since, CLAIMED.plusMillis(toldMs));
  }
}
