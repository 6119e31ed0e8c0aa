package dev.millwright.device.ascii;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.QuietLine;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another baud than the machine's, a wire beside a motor: noise that never ends. It is called so,
 * costs little (I8), is taken for nothing (I4), and is over when it is over.
 */
@Timeout(120)
class NoiseTest {

  private static final Duration WHILE = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path folder;
  private ScriptedMachine wire;
  private AsciiLink link;

  @AfterEach
  void close() {
    link.close();
    wire.close();
  }

  @Test
  void noise_is_no_answer_and_is_called_noise() throws Exception {
    wire = new ScriptedMachine(folder.resolve("port"), query -> ScriptedMachine.say("S=RUN;"));
    wire.noise(true);
    link = link("Q\r", "S=(\\w+);");
    link.open();
    spoilt();
    wire.noise(false);
    awaitGood();
  }

  /** The terminator is among the noise now and then; it never comes where the baud is wrong. */
  @Test
  void noise_on_a_line_that_is_only_heard_is_called_noise() throws Exception {
    wire = new ScriptedMachine(folder.resolve("port"), query -> List.of());
    wire.noise(true);
    link = link(null, "^S=(\\w+);\n$");
    link.open();
    spoilt();
  }

  /** Else the processor would be full with what is thrown away. */
  private void spoilt() throws Exception {
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long began = System.nanoTime();
    boolean called = false;
    while (System.nanoTime() - began < WHILE.toNanos() || !called) {
      assertTrue(System.nanoTime() - began < SOON.toNanos(), "it is not called noise");
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        TagValue state = seen.values().get("state");
        assertEquals(Quality.BAD, state.quality(), state.toString());
        called |= state.why().contains(QuietLine.NOISE);
      }
    }
    cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    assertTrue(
        cpu < (System.nanoTime() - began) / 4, "used " + cpu / 1_000_000 + " ms of the processor");
  }

  private void awaitGood() throws Exception {
    long limit = System.nanoTime() + SOON.toNanos();
    while (System.nanoTime() - limit < 0) {
      for (Observation seen : link.observe(Duration.ofMillis(100))) {
        if (seen.values().get("state").quality() == Quality.GOOD) {
          assertEquals("RUN", seen.values().get("state").value());
          return;
        }
      }
    }
    throw new AssertionError("still bad");
  }

  private AsciiLink link(String query, String reply) {
    Duration patience = Duration.ofMillis(100);
    AsciiTag tag = new AsciiTag("state", query, Pattern.compile(reply));
    AsciiMachine machine =
        new AsciiMachine(
            "M",
            Duration.ofSeconds(5),
            Duration.ofMillis(50),
            patience,
            patience,
            "\n",
            List.of(tag));
    return new AsciiLink(
        PortSettings.of(folder.resolve("port").toString(), 9600), List.of(machine));
  }
}
