package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How long the line is silent between an answer and the next query. */
class AskingTest {

  private static final Duration USUAL = Duration.ofMillis(10);
  private static final Pattern ANSWER = Pattern.compile("=(\\d+)");
  private static final Pattern OK = Pattern.compile("OK");

  /** Else a silence of 10 ms would be added to a poll of 10 ms. */
  @Test
  void oneMachineWithOneQueryIsAskedAfterSomeCharacters() {
    Duration characters = Duration.ofMillis(3);
    assertEquals(characters, Asking.turnaround(List.of(machine("A", "S?")), characters));
    assertEquals(characters, Asking.turnaround(List.of(machine("A", "S?", "S?")), characters));
    assertEquals(USUAL, Asking.turnaround(List.of(machine("A", "S?")), Duration.ofMillis(50)));
  }

  /** There the tail of an answer could be taken for that of the next query. */
  @Test
  void whereAnotherQueryFollowsTheSilenceIsLonger() {
    Duration characters = Duration.ofMillis(3);
    assertEquals(USUAL, Asking.turnaround(List.of(machine("A", "S?", "C?")), characters));
    assertEquals(
        USUAL, Asking.turnaround(List.of(machine("A", "S?"), machine("B", "S?")), characters));
  }

  /** A second OK would confirm the next command. */
  @Test
  void whereCommandsAreGivenTheSilenceIsLonger() {
    AsciiTag told = new AsciiTag("tag", "S?", ANSWER, new AsciiCommand("S={value}", OK, null));
    assertEquals(USUAL, Asking.turnaround(List.of(machine("A", told)), Duration.ofMillis(3)));
  }

  private static AsciiMachine machine(String name, String... queries) {
    return machine(
        name,
        IntStream.range(0, queries.length)
            .mapToObj(i -> new AsciiTag("tag" + i, queries[i], ANSWER))
            .toArray(AsciiTag[]::new));
  }

  private static AsciiMachine machine(String name, AsciiTag... tags) {
    Duration moment = Duration.ofMillis(100);
    return new AsciiMachine(
        name, Duration.ofSeconds(5), moment, moment, moment, "\n", List.of(tags));
  }
}
