package dev.millwright.device.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.settings.ValueKind;
import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.Phase;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A virtual machine keeps a link's promises like a real one. */
class VirtualLinkTest {

  private static final Duration STALE_AFTER = Duration.ofSeconds(3);
  private static final Duration MOMENT = Duration.ZERO;
  private static final Instant START = Instant.parse("2026-11-20T09:00:00Z");

  private final List<Appearance> truth = new ArrayList<>();
  private Instant now = START;
  private boolean diskFull;
  private final VirtualMachine machine =
      new VirtualMachine(
          new Habits(
              "VIRT-01",
              List.of("R1"),
              Duration.ofSeconds(20),
              Duration.ofSeconds(10),
              0,
              0,
              "drive",
              "overload",
              Duration.ofMillis(300),
              1),
          1,
          START,
          Duration.ZERO);
  private final VirtualLink link = new VirtualLink(machine, STALE_AFTER, () -> now, this::write);

  /** I4: unchanged values are shown three times within the staleness limit. */
  @Test
  void unchangedValuesAreShownAgainBeforeTheyAreStale() throws Exception {
    link.open();
    assertEquals(0L, state(link.observe(MOMENT)), "at once");
    assertEquals(List.of(), link.observe(MOMENT));
    now = now.plus(STALE_AFTER.dividedBy(3)).minusMillis(1);
    assertEquals(List.of(), link.observe(MOMENT));
    now = now.plusMillis(1);
    assertEquals(0L, state(link.observe(MOMENT)));
    assertEquals(1, truth.size(), "nothing has happened");
  }

  /** What recipes are judged against is what the machine does. */
  @Test
  void eachTagIsWhatIsSaidOfIt() throws Exception {
    link.open();
    Map<String, TagValue> shown = link.observe(MOMENT).get(0).values();
    assertEquals(names(tag -> tag.access().reads()), shown.keySet());
    shown.forEach((name, value) -> assertEquals(type(value.value()), kind(name), name));
    assertEquals(names(tag -> tag.access().writes()), Set.copyOf(Controls.TAGS));
    for (String name : Controls.TAGS) {
      for (Object value : List.of(true, 1L, 1.5, "R1")) {
        Written written = link.write("VIRT-01", List.of(new TagWrite(name, value))).get(0);
        boolean taken = !"the value is of another type".equals(written.why());
        assertEquals(type(value) == kind(name), taken, written.toString());
      }
    }
  }

  private static Set<String> names(Predicate<VirtualTag> which) {
    return VirtualTag.ALL.entrySet().stream()
        .filter(tag -> which.test(tag.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private static ValueKind.Type kind(String tag) {
    return VirtualTag.ALL.get(tag).kind().type();
  }

  private static ValueKind.Type type(Object value) {
    return value instanceof Boolean
        ? ValueKind.Type.BOOLEAN
        : value instanceof Long
            ? ValueKind.Type.INTEGER
            : value instanceof Double ? ValueKind.Type.REAL : ValueKind.Type.TEXT;
  }

  @Test
  void eachStepIsInTheTruthBeforeItIsShown() throws Exception {
    link.open();
    link.observe(MOMENT);
    now = machine.next().plusMillis(7);
    List<Observation> shown = link.observe(MOMENT);
    assertEquals(1L, state(shown));
    assertEquals(1L, shown.get(0).values().get("counter").value());
    assertEquals("R1", shown.get(0).values().get("recipe").value());
    Appearance told = truth.get(1);
    assertEquals(Phase.PROCESSING, told.phase());
    assertEquals(told.at(), shown.get(0).values().get("state").sourceTime());
  }

  /** What could not be written is not shown, nor forgotten. */
  @Test
  void aFullDiskDelaysWhatIsShown() throws Exception {
    link.open();
    link.observe(MOMENT);
    now = machine.next().plusMillis(1);
    diskFull = true;
    assertThrows(UncheckedIOException.class, () -> link.observe(MOMENT));
    link.close();
    link.open();
    assertThrows(UncheckedIOException.class, () -> link.observe(MOMENT));
    diskFull = false;
    assertEquals(1L, state(link.observe(MOMENT)));
    assertEquals(
        List.of(Phase.IDLE, Phase.PROCESSING), truth.stream().map(Appearance::phase).toList());
  }

  /** I4: a clock that is set back by an hour must not silence it for an hour. */
  @Test
  void aClockSetBackDoesNotSilenceIt() throws Exception {
    link.open();
    link.observe(MOMENT);
    now = now.minusSeconds(3_600);
    assertEquals(0L, state(link.observe(MOMENT)));
    now = now.plusSeconds(1);
    assertEquals(0L, state(link.observe(MOMENT)));
  }

  @Test
  void closingEndsAWait() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          link.open();
          link.observe(MOMENT);
          Thread closes = new Thread(link::close, "closes");
          closes.start();
          assertEquals(List.of(), link.observe(Duration.ofMillis(999)));
          link.close();
          assertEquals(List.of(), link.observe(Duration.ofDays(1)), "closed is closed");
        });
  }

  @Test
  void itWaitsNoLongerThanItMay() throws Exception {
    link.open();
    link.observe(MOMENT);
    long start = System.nanoTime();
    assertEquals(List.of(), link.observe(Duration.ofMillis(20)));
    assertTrue(System.nanoTime() - start >= 20_000_000);
  }

  private void write(Appearance appearance) {
    if (diskFull) {
      throw new UncheckedIOException(new IOException("no space left on device"));
    }
    truth.add(appearance);
  }

  private static Object state(List<Observation> observations) {
    assertEquals(1, observations.size());
    return observations.get(0).values().get("state").value();
  }
}
