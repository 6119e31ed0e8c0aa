package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.Hanging;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** FIELD 25: a watchdog that knows whether the loops go on, not only whether a timer does. */
@Timeout(120)
class HeartbeatTest {

  private static final Duration SILENCE = Duration.ofSeconds(10);

  @RegisterExtension private final Scene scene = new Scene();
  private final Heartbeat heartbeat = new Heartbeat(SILENCE, scene.time);

  @Test
  void aLoopThatHasNotBegunIsNotOverdue() {
    scene.pass(Duration.ofDays(1));
    assertNull(heartbeat.overdue());
  }

  @Test
  void aLoopThatDoesNotBeatInTimeIsNamedWithWhereItIs() {
    heartbeat.beat();
    scene.pass(SILENCE);
    assertNull(heartbeat.overdue());
    scene.pass(Duration.ofMillis(1));
    Heartbeat.Overdue overdue = heartbeat.overdue();
    assertEquals(Thread.currentThread().getName(), overdue.loop());
    assertEquals(SILENCE.plusMillis(1), overdue.silent());
    assertTrue(overdue.stack().contains("HeartbeatTest.aLoopThatDoes"), overdue.stack());
    heartbeat.beat();
    assertNull(heartbeat.overdue());
  }

  /** As a link that a reload has removed. */
  @Test
  void aLoopThatHasEndedIsNotOverdue() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              heartbeat.beat();
              Hanging.until(end);
            });
    thread.start();
    Scene.await("it hangs", () -> pass() && heartbeat.overdue() != null);
    assertNotNull(heartbeat.overdue());
    end.countDown();
    thread.join();
    assertNull(heartbeat.overdue());
  }

  private boolean pass() {
    scene.pass(SILENCE);
    return true;
  }
}
