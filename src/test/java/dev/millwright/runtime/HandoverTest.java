package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.MemoryWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the thread that steps a machine to the one that decides. */
class HandoverTest {

  @RegisterExtension private final Scene scene = new Scene();

  /** I8: a fault in what is done with each observation is one line, not one for each. */
  @Test
  void whatFailsAgainAndAgainIsToldOnceAndStopsNobody() throws Exception {
    MemoryWriter.clear();
    Handover handover = new Handover("/dev/ttyS0", scene.time);
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      handover.post(
          () -> {
            throw new IllegalStateException("broken");
          });
      handover.post(done::incrementAndGet);
    }
    boolean more = true;
    while (more) {
      more = handover.next(Duration.ZERO);
    }
    assertEquals(100, done.get());
    List<String> told = MemoryWriter.of("decide");
    assertEquals(1, told.size(), told.toString());
    assertTrue(
        told.get(0).endsWith("unexpected IllegalStateException: broken; it goes on"), told.get(0));
  }
}
