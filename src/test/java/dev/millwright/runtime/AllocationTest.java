package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.millwright.device.Observation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an observation costs that shows nothing new, as nearly all do: a few small values, in which
 * the moment of it stands. What it means is not worked out anew, and no text is made.
 */
class AllocationTest {

  private static final int TIMES = 5_000;

  /** It is 664 with compressed references; 1,608 when what is shown is read anew each time. */
  private static final long MOST_BYTES = 1_024;

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor press = scene.monitor("PRESS-01");

  @Test
  void anUnchangedObservationMakesOnlyAFewSmallObjects() throws Exception {
    press.look(Scene.newRow("PRESS-01"));
    Observation idle = Scene.shows("PRESS-01", 0, 4_711);
    observe(idle, TIMES);
    long bytes = observe(idle, TIMES) / TIMES;
    assertEquals("link_found", scene.events());
    assertTrue(bytes <= MOST_BYTES, bytes + " bytes");
  }

  /** How many bytes that takes of the heap. */
  private long observe(Observation observation, int times) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      scene.pass(Duration.ofMillis(1));
      press.observe(observation);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
