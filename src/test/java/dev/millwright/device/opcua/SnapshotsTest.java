package dev.millwright.device.opcua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How queues of single values become a machine's states (FIELD 8). */
class SnapshotsTest {

  private static final Instant T0 = Instant.parse("2026-11-20T09:00:00Z");

  private final Snapshots machine = new Snapshots("PRESS-01", List.of("state", "counter"), 0);

  @BeforeEach
  void begin() {
    machine.restart(Map.of("state", at(0, 0), "counter", at(0, 17)));
  }

  @Test
  void queuesAreMergedByTime() {
    assertEquals(
        List.of("1/18", "3/18", "0/18", "1/19"),
        merged(state(1, 1), state(2, 3), state(3, 0), state(4, 1), counter(1, 18), counter(4, 19)));
  }

  /** A decision sees the counter that belongs to the state, however the server sorts its answer. */
  @Test
  void theOrderOfTagsInTheMessageDoesNotMatter() {
    assertEquals(List.of("1/18"), merged(counter(1, 18), state(1, 1)));
  }

  @Test
  void twoValuesOfATagWithTheSameTimeAreTwoObservations() {
    assertEquals(List.of("1/18", "3/18"), merged(state(1, 1), state(1, 3), counter(1, 18)));
  }

  /** The order in which a tag's values came to be is the server's; a clock may be set back. */
  @Test
  void aClockThatStepsBackDoesNotReorderATag() {
    assertEquals(List.of("1/17", "3/17"), merged(state(60, 1), state(5, 3)));
  }

  @Test
  void valuesWithoutAnyTimeKeepTheirOrder() {
    assertEquals(
        List.of("1/17", "3/17"), merged(sample("state", null, 1), sample("state", null, 3)));
  }

  @Test
  void aRepeatedValueIsNoObservation() {
    assertEquals(List.of(), merged(state(0, 0)));
  }

  @Test
  void theSameValueAtALaterTimeIsAnObservation() {
    assertEquals(List.of("0/17"), merged(state(1, 0)));
  }

  /** After values were lost and everything was read, what is still under way must not go back. */
  @Test
  void valuesFromBeforeARestartAreLateUntilOneIsNot() {
    machine.restart(Map.of("state", at(10, 3), "counter", at(10, 19)));
    assertEquals(List.of(), merged(state(8, 1), counter(9, 18)));
    assertEquals(List.of("0/19"), merged(state(9, 1), state(10, 3), state(11, 0)));
    assertEquals(List.of("1/19"), merged(state(2, 1)), "a clock that was set back later");
  }

  @Test
  void aBadValueReplacesTheLastGoodOne() {
    List<Observation> seen =
        machine.merge(List.of(new Sample(point("state"), TagValue.bad("broken"), T0)), 0);
    assertEquals(TagValue.bad("broken"), seen.get(0).values().get("state"));
  }

  @Test
  void differingLooksAtValueAndQualityOnly() {
    assertEquals(Set.of(), machine.differing(Map.of("state", at(99, 0))));
    assertEquals(Set.of("state"), machine.differing(Map.of("state", at(0, 1))));
    assertEquals(Set.of("state"), machine.differing(Map.of("state", TagValue.bad("gone"))));
  }

  @Test
  void everyTagIsThereBeforeAnythingWasRead() {
    Observation nothing = new Snapshots("PRESS-01", List.of("state", "counter"), 0).now();
    assertEquals(Set.of("state", "counter"), nothing.values().keySet());
    assertTrue(nothing.values().values().stream().allMatch(value -> value.value() == null));
  }

  /** I4: what waited on the server was so before the message; only its newest values still are. */
  @Test
  void onlyTheNewestOfAMessageIsAsYoungAsTheMessage() {
    long now = System.nanoTime();
    Snapshots machine =
        new Snapshots("PRESS-01", List.of("state", "counter"), now - 10_000_000_000L);
    List<Observation> seen =
        machine.merge(List.of(state(1, 1), state(2, 3), state(3, 0)), now - 1_000_000_000L);
    List<Long> seconds =
        seen.stream().map(observation -> observation.age("state").atMost().toSeconds()).toList();
    assertEquals(List.of(10L, 10L, 1L), seconds);
    assertEquals(1, machine.now().age("counter").atMost().toSeconds(), "it would have been told");
  }

  private List<String> merged(Sample... samples) {
    List<String> texts = new ArrayList<>();
    for (Observation observation : machine.merge(Arrays.asList(samples), 0)) {
      texts.add(
          observation.values().get("state").text()
              + "/"
              + observation.values().get("counter").text());
    }
    return texts;
  }

  private static Sample state(int second, long value) {
    return sample("state", T0.plusSeconds(second), value);
  }

  private static Sample counter(int second, long value) {
    return sample("counter", T0.plusSeconds(second), value);
  }

  private static Sample sample(String tag, Instant at, long value) {
    return new Sample(point(tag), TagValue.good(value, at), at);
  }

  private static TagValue at(int second, long value) {
    return TagValue.good(value, T0.plusSeconds(second));
  }

  private static Point point(String tag) {
    return new Point("PRESS-01", tag, NodeAddress.of("ns=2;s=" + tag, null));
  }
}
