package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagValue;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I8: what waits between the library's thread and the link's is bounded, and its limit is told. */
class InboxTest {

  private final Inbox inbox = new Inbox();

  @Test
  void atTheLimitEverythingIsDroppedAndTold() throws Exception {
    for (int i = 0; i < Inbox.LIMIT_SAMPLES / 100; i++) {
      inbox.offer(message(100));
    }
    inbox.offer(message(1));
    inbox.offer(message(2));
    Inbox.Batch batch = inbox.take(0);
    assertTrue(batch.lost().startsWith("more than 10000 reported values"), batch.lost());
    assertEquals(1, batch.messages().size(), "what came after the loss");
    assertNull(inbox.take(0).lost(), "told once");
  }

  /** I3: what was reported before the session broke is decided upon before the break is. */
  @Test
  void whatWaitsIsHandedOutBeforeTheBreakIs() throws Exception {
    inbox.offer(message(1));
    inbox.fail("first");
    inbox.fail("second");
    assertEquals(1, inbox.take(0).messages().size());
    LinkException e = assertThrows(LinkException.class, () -> inbox.take(0));
    assertEquals("first", e.getMessage());
  }

  @Test
  void anEmptyInboxWaitsNoLongerThanItIsTold() throws Exception {
    long began = System.nanoTime();
    assertTrue(inbox.take(50_000_000).messages().isEmpty());
    assertTrue(System.nanoTime() - began >= 50_000_000);
  }

  private static List<Sample> message(int samples) {
    return Collections.nCopies(samples, new Sample(null, TagValue.bad("any"), null));
  }
}
