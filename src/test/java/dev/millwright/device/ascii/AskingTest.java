package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How long the line is silent between an answer and the next query. */
class AskingTest {

  @Test
  void theSilenceNeverKeepsAMachineFromBeingAskedInTime() {
    assertEquals(Duration.ofMillis(10), turnaround(1_000));
    assertEquals(Duration.ofMillis(10), turnaround(40));
    assertEquals(Duration.ofMillis(5), turnaround(1_000, 20, 100));
    assertEquals(Duration.ofNanos(2_500_000), turnaround(10));
  }

  private static Duration turnaround(long... polls) {
    return Asking.turnaround(LongStream.of(polls).mapToObj(AskingTest::polled).toList());
  }

  private static AsciiMachine polled(long millis) {
    Duration moment = Duration.ofMillis(100);
    return new AsciiMachine(
        "M" + millis,
        Duration.ofSeconds(5),
        Duration.ofMillis(millis),
        moment,
        moment,
        "\n",
        List.of(new AsciiTag("state", "S?\r", Pattern.compile("S=(\\d+)"))));
  }
}
