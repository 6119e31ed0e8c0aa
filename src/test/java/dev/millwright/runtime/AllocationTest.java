package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.millwright.device.Observation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an observation costs that shows nothing new, as nearly all do: no memory at all. Only its
 * moment is kept, until something else happens.
 */
class AllocationTest {

  private static final int TIMES = 5_000;

  @RegisterExtension private final Scene scene = new Scene();
  private final MachineMonitor press = scene.monitor("PRESS-01");

  @Test
  void anUnchangedObservationMakesNoObjects() throws Exception {
    press.look(Scene.newRow("PRESS-01"));
    Observation idle = Scene.shows("PRESS-01", 0, 4_711);
    observe(idle, TIMES);
    assertEquals(0, observe(idle, TIMES));
    assertEquals("link_found", scene.events());
  }

  /** How many bytes that takes of the heap. */
  private long observe(Observation observation, int times) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (int i = 0; i < times; i++) {
      scene.pass(Duration.ofMillis(1));
      long before = threads.getCurrentThreadAllocatedBytes();
      press.observe(observation);
      bytes += threads.getCurrentThreadAllocatedBytes() - before;
    }
    return bytes;
  }
}
