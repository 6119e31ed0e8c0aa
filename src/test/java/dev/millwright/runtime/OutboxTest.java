package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Outbox.Pending;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** I3 and I8: in order, bounded, and nothing leaves that was not dealt with. */
class OutboxTest {

  private static final Detail NOTHING_ELSE =
      new Detail("machine", null, null, null, 0, null, false);

  private final Scene scene = new Scene();
  private final Outbox outbox = new Outbox(4);
  private final MachineMonitor a = scene.monitor("A", outbox);
  private final MachineMonitor b = scene.monitor("B", outbox);

  @Test
  void whatIsTakenFirstIsSentFirst() {
    Pending first = pending(a, 1);
    Pending second = pending(b, 1);
    Pending third = pending(a, 2);
    assertTrue(outbox.addAll(List.of(first)));
    assertTrue(outbox.addAll(List.of(second, third)));
    assertEquals(List.of(first, second), outbox.peek(2));
    assertEquals(List.of(first, second, third), outbox.peek(500));
    assertEquals(3, outbox.size(), "looking takes nothing out");
    outbox.confirm(first);
    assertEquals(List.of(second, third), outbox.peek(500));
  }

  /** Half of a path of transitions would be a lie: a start without the stop before it. */
  @Test
  void thereIsRoomForAllOfThemOrForNone() {
    outbox.addAll(List.of(pending(a, 1), pending(a, 2), pending(a, 3)));
    assertFalse(outbox.addAll(List.of(pending(a, 4), pending(a, 5))));
    assertEquals(3, outbox.size());
    assertTrue(outbox.addAll(List.of(pending(a, 4))), "up to the limit");
    assertFalse(outbox.addAll(List.of(pending(a, 5))));
  }

  @Test
  void discardingTouchesOneMachineOnly() {
    Pending other = pending(b, 1);
    Pending one = pending(a, 1);
    Pending two = pending(a, 2);
    outbox.addAll(List.of(one, other, two));
    assertEquals(List.of(one, two), outbox.discard(a));
    assertEquals(List.of(other), outbox.peek(500));
    assertEquals(List.of(), outbox.discard(a));
  }

  @Test
  void waitingEndsWithWorkWithTimeAndWithHurry() {
    assertTimeoutPreemptively(
        Scene.PATIENCE,
        () -> {
          long start = System.nanoTime();
          outbox.await(Duration.ofMillis(20));
          assertTrue(System.nanoTime() - start >= 20_000_000, "with nothing there it waits");
          Thread adds = new Thread(() -> outbox.addAll(List.of(pending(a, 1))), "adds");
          adds.start();
          outbox.await(Duration.ofDays(1));
          assertEquals(1, outbox.size());
          outbox.await(Duration.ofDays(1));
          outbox.discard(a);
          Thread hurries = new Thread(outbox::hurry, "hurries");
          hurries.start();
          outbox.await(Duration.ofDays(1));
          outbox.await(Duration.ofDays(1));
        });
  }

  private static Pending pending(MachineMonitor monitor, long seq) {
    Transition transition =
        new Transition(
            UUID.randomUUID(), "external", Scene.idle(seq - 1), Scene.idle(seq), NOTHING_ELSE);
    return new Pending(monitor, transition, 0);
  }
}
