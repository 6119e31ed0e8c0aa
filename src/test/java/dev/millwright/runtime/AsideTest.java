package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** I8: a machine in lasting trouble costs the others less and less, and is never given up. */
class AsideTest {

  @RegisterExtension private final Scene scene = new Scene();
  private final Aside aside = new Aside(scene.time);

  private void assertPauses(int seconds) {
    aside.put("PRESS-01");
    scene.pass(Duration.ofSeconds(seconds).minusNanos(1));
    assertEquals(Set.of("PRESS-01"), aside.pausing(), "just before " + seconds + " s");
    scene.pass(Duration.ofNanos(1));
    assertEquals(Set.of(), aside.pausing(), "after " + seconds + " s");
  }

  @Test
  void pausesDoubleUpToThirtySecondsAndBeginAgainAfterASuccess() {
    assertPauses(2);
    assertPauses(4);
    assertPauses(8);
    assertPauses(16);
    assertPauses(30);
    assertPauses(30);
    assertFalse(aside.isEmpty(), "it is still in trouble");
    aside.end("PRESS-01");
    assertTrue(aside.isEmpty());
    assertPauses(2);
  }

  @Test
  void eachMachinePausesByItself() {
    assertPauses(2);
    aside.put("PRESS-01");
    aside.put("OVEN-01");
    scene.pass(Duration.ofSeconds(2));
    assertEquals(Set.of("PRESS-01"), aside.pausing());
  }
}
