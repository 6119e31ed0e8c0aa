package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.store.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** I2: a machine is told that its values are taken only when what they mean is on disk. */
class HandshakeTest {

  private static final int IDLE = 0;
  private static final int RUNS = 1;
  private static final int DONE = 3;

  private static final TagWrite UP = new TagWrite("taken", true);
  private static final TagWrite DOWN = new TagWrite("taken", false);

  @RegisterExtension private final Scene scene = new Scene();
  private final Row row = Scene.newRow("PRESS-01");
  private MachineMonitor press = scene.monitor(settings());

  static MachineSettings settings() {
    return new MachineSettings(
        "PRESS-01",
        false,
        Scene.STALE_AFTER,
        false,
        Scene.lifecycleSettings(),
        new HandshakeSettings("ready", "taken"));
  }

  @Test
  void theReplyGoesUpWhenTheRunIsOnDiskAndDownWithTheTrigger() throws Exception {
    press.look(row);
    assertNull(show(IDLE, 5, false, false));
    assertNull(show(RUNS, 6, false, false));
    assertEquals("link_found start", scene.events());
    assertEquals(UP, show(DONE, 6, true, false));
    assertEquals("link_found start complete", scene.events(), "before anybody was told");
    press.answered(Written.done(UP));
    assertNull(show(DONE, 6, true, true));
    assertEquals(DOWN, show(DONE, 6, false, true));
    press.answered(Written.done(DOWN));
    assertNull(show(IDLE, 6, false, false));
  }

  /** Without its row nothing is decided, so that nothing can be on disk. */
  @Test
  void aMachineWithoutARowWaits() throws Exception {
    assertNull(show(DONE, 5, true, false));
    press.look(row);
    show(DONE, 5, true, false);
    assertEquals(UP, show(DONE, 5, true, false));
  }

  @Test
  void aMachineWaitsWhileTheJournalTakesNothing() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    scene.journal.close();
    assertNull(show(DONE, 6, true, false));
    assertNull(show(DONE, 6, true, false));
  }

  /** I4: a bad state was not taken, and a bad trigger says nothing. */
  @Test
  void whatIsBadIsNotAnswered() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    Map<String, TagValue> values = new HashMap<>(values(DONE, 6, true, false));
    values.put("state", TagValue.bad("no answer"));
    assertNull(show(values, Map.of()));
    values = new HashMap<>(values(DONE, 6, true, false));
    values.put("ready", TagValue.bad("no answer"));
    assertNull(show(values, Map.of()));
  }

  /** The trigger went up between the two questions: the state may be that of before. */
  @Test
  void aStateThatWasReadBeforeTheTriggerIsNotEnough() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    Age old = new Age(Duration.ofMillis(50), Duration.ofMillis(60));
    Map<String, Age> ages = Map.of("state", old, "ready", Age.NONE);
    assertNull(show(values(RUNS, 6, true, false), ages));
    assertEquals(UP, show(values(DONE, 6, true, false), ages));
    assertEquals("link_found complete", scene.events());
  }

  @Test
  void aReplyThatTheMachineDoesNotTakeIsTriedAgainAfterAPause() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    assertEquals(UP, show(DONE, 6, true, false));
    press.answered(Written.refused(UP, "Bad_NotWritable"));
    assertNull(show(DONE, 6, true, false));
    scene.pass(Handshake.FIRST_PAUSE);
    assertEquals(UP, show(DONE, 6, true, false));
    press.answered(Written.unknown(UP, "no answer"));
    scene.pass(Handshake.FIRST_PAUSE);
    assertNull(show(DONE, 6, true, false), "twice as long");
    assertNull(show(DONE, 6, true, true), "it had happened");
  }

  /** The machine's own program may take the reply back, or have been restarted. */
  @Test
  void aReplyThatIsNotThereAnyMoreIsWrittenAgain() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    assertEquals(UP, show(DONE, 6, true, false));
    press.answered(Written.done(UP));
    assertNull(show(DONE, 6, true, false), "an old reading");
    scene.pass(Handshake.GRACE);
    assertEquals(UP, show(DONE, 6, true, false));
  }

  /** The daemon died between the journal and the machine. */
  @Test
  void afterARestartTheSameIsAnsweredAndNothingIsToldTwice() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    assertEquals(UP, show(DONE, 6, true, false));
    press = scene.monitor(settings());
    show(DONE, 6, true, false);
    assertEquals(UP, show(DONE, 6, true, false));
    assertEquals("link_found complete", scene.events());
  }

  @Test
  void aNumberIsEchoed() throws Exception {
    press.look(row);
    show(RUNS, 6, false, false);
    Map<String, TagValue> values = new HashMap<>(values(DONE, 6, true, false));
    values.put("ready", TagValue.good(17L, null));
    values.put("taken", TagValue.good(16L, null));
    assertEquals(new TagWrite("taken", 17L), show(values, Map.of()));
  }

  /** FIELD 26: on one tag each would wait for the other. */
  @Test
  void triggerAndReplyAreTwoTags() {
    String mistake =
        assertThrows(IllegalArgumentException.class, () -> new HandshakeSettings("ready", "ready"))
            .getMessage();
    assertTrue(mistake.startsWith("reply: tag \"ready\" is the trigger"), mistake);
  }

  /** A machine that has done its work and waits. */
  static Observation waits() {
    return new Observation("PRESS-01", values(DONE, 6, true, false));
  }

  private static Map<String, TagValue> values(
      int state, long counter, boolean ready, boolean taken) {
    Map<String, TagValue> values = new HashMap<>(Scene.shows("PRESS-01", state, counter).values());
    values.put("ready", TagValue.good(ready, null));
    values.put("taken", TagValue.good(taken, null));
    return values;
  }

  private TagWrite show(int state, long counter, boolean ready, boolean taken) {
    return show(values(state, counter, ready, taken), Map.of());
  }

  private TagWrite show(Map<String, TagValue> values, Map<String, Age> ages) {
    scene.pass(Duration.ofMillis(100));
    Observation observation = new Observation("PRESS-01", values, ages);
    press.observe(observation);
    return press.answer(observation);
  }
}
