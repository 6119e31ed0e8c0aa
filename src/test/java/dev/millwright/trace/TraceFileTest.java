package dev.millwright.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.runtime.Input;
import dev.millwright.runtime.LifecycleSettings;
import dev.millwright.runtime.MachineSettings;
import dev.millwright.runtime.Moment;
import dev.millwright.runtime.Snapshot;
import dev.millwright.runtime.StateCodes;
import dev.millwright.runtime.Step;
import dev.millwright.runtime.Teller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A trace as a file: bounded when it is written, and never trusted when it is read. */
class TraceFileTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456789Z");

  private static final MachineSettings SETTINGS =
      new MachineSettings(
          "PRESS-01",
          false,
          Duration.ofSeconds(3),
          false,
          new LifecycleSettings(
              new StateCodes(
                  "state", List.of("0"), List.of("1"), List.of(), List.of(), List.of("9")),
              null,
              null,
              null,
              null,
              null,
              null));

  @TempDir private Path folder;

  /** Replaying goes by the ages, whichever way a link tells them. */
  @Test
  void howOldValuesAreIsKept() {
    Map<String, TagValue> values =
        Map.of("state", TagValue.good(1L, null), "counter", TagValue.good(7L, null));
    Age age = new Age(Duration.ofMillis(20), Duration.ofMillis(300));
    for (Observation shown :
        List.of(
            new Observation("PRESS-01", values),
            new Observation("PRESS-01", values, age),
            new Observation("PRESS-01", values, Map.of("state", age)))) {
      Observation kept = TraceJson.parse(TraceJson.of(shown), Observation.class);
      assertEquals(shown, kept);
      assertEquals(shown.age("state"), kept.age("state"));
      assertEquals(shown.age("counter"), kept.age("counter"));
    }
  }

  /** What is good before the damage is replayed; the first bad line is named. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4 | {"observed":{"at":{"wall":"2026-11-20T12:00:00Z","nanos":                  | cut
          4 | {"observed":{"at":{"wall":"yesterday","nanos":1},"observation":{}}}#       | yesterday
          4 | \u0000\u0001#                                                              | no line of a trace
          4 | {"lost":01}#                                                               | trace: malformed JSON at line 1 column
          4 | {}#                                                                        | a line is of one kind, not of 0
          4 | {"lost":1,"end":"x"}#                                                      | a line is of one kind, not of 2
          4 | {"lost":1e999999999}#                                                      | no line of a trace
          4 | {"stale":{}}#                                                              | at
          4 | null#                                                                      | there is nothing in it
          """)
  void aDamagedTraceIsReadAsFarAsItIsSound(long line, String damage, String words)
      throws Exception {
    String sound = Files.readString(written(2));
    List<String> lines = sound.lines().limit(3).toList();
    TraceReplay.Result result = replay(String.join("\n", lines) + "\n" + damage.replace('#', '\n'));
    assertEquals(1, result.steps());
    assertNotNull(result.unreadable());
    assertEquals(line, result.unreadable().line());
    assertTrue(result.unreadable().getMessage().contains(words), result.unreadable().getMessage());
    assertTrue(result.unreadable().getMessage().startsWith("line 4: "), "named by its line");
    assertEquals(1, result.unreadable().getMessage().lines().count(), "in one line");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                   | the file is empty
          hello#                               | this is not a trace: the first line has no "millwright_trace"
          {"machine":"PRESS-01","cycle":17}#   | this is not a trace
          {"millwright_trace":2,"new":[]}#     | is of version 2, and this program reads versions up to 1
          {"millwright_trace":1}#              | settings
          {"millwright_trace":1                | cut
          """)
  void aForeignOrNewerFileIsNamedAsSuch(String text, String words) {
    TraceException refused =
        assertThrows(TraceException.class, () -> replay(text.replace('#', '\n')));
    assertEquals(1, refused.line());
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  /** I8: whatever is in a file, one bounded line of it is in memory. */
  @Test
  void aLineWithoutEndIsGivenUp() throws Exception {
    String sound = Files.readString(written(1));
    String endless = "[".repeat(TraceReader.MAX_LINE_BYTES + 1) + "\n";
    assertTrue(
        replay(sound + endless).unreadable().getMessage().endsWith("longer than 1048576 bytes"));
    String deep = "[".repeat(100_000) + "\n";
    assertNotNull(replay(sound + deep).unreadable());
    assertTrue(replay(sound + "\u00ff\n").unreadable().getMessage().contains("no line of a trace"));
  }

  /** Single bytes that differ never do more than end the reading, or change a decision. */
  @Test
  void noByteThatDiffersBreaksTheReader() throws Exception {
    byte[] sound = Files.readAllBytes(written(3));
    Random random = new Random(7);
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = sound.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try (TraceReader reader = new TraceReader(new ByteArrayInputStream(damaged))) {
        assertNotNull(
            new TraceReplay(reader, reader.header().settings(), new Silent(), (at, t) -> {}).run());
      } catch (TraceException e) {
        assertEquals(1, e.line());
      }
    }
  }

  @Test
  void aTraceEndsWhenItIsFull() throws Exception {
    Path file = folder.resolve("full.jsonl");
    try (TraceWriter writer = TraceWriter.once(file, header(), 10_000)) {
      writer.begin(snapshot(0));
      for (int i = 0; i < 100; i++) {
        writer.step(step(i), () -> snapshot(0));
      }
      assertTrue(writer.isFull());
    }
    assertTrue(Files.size(file) <= 10_000, Files.size(file) + " bytes");
    assertFalse(
        Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ),
        "what a machine makes is not everybody's business");
    TraceReplay.Result result = replay(Files.readString(file));
    assertEquals(TraceWriter.FULL, result.end());
    assertTrue(result.steps() > 10, "steps: " + result.steps());
    assertThrows(
        FileAlreadyExistsException.class, () -> TraceWriter.once(file, header(), 10_000).close());
  }

  /** Both files can be replayed by themselves, and the older goes on where the newer begins. */
  @Test
  void aRollingTraceKeepsWhatCameLast() throws Exception {
    Path file = folder.resolve("rolling.jsonl");
    Path older = folder.resolve("rolling.jsonl.1");
    Files.writeString(file, "from before");
    TraceWriter idle = TraceWriter.rolling(file, header(), 20_000, e -> {});
    idle.begin(snapshot(0));
    idle.close();
    assertEquals("from before", Files.readString(file), "nothing happened, so nothing is replaced");
    try (TraceWriter writer = TraceWriter.rolling(file, header(), 20_000, e -> {})) {
      writer.begin(snapshot(0));
      for (int i = 0; i < 300; i++) {
        long now = i;
        writer.step(step(i), () -> snapshot(now));
      }
    }
    assertTrue(Files.size(file) + Files.size(older) <= 21_000, "two halves and a line");
    TraceReplay.Result first = replay(Files.readString(older));
    TraceReplay.Result last = replay(Files.readString(file));
    assertNull(first.unreadable());
    assertNull(last.unreadable());
    assertTrue(first.steps() > 10 && last.steps() >= 0);
    assertEquals("closed", last.end());
  }

  /**
   * I8: what the disk does not take is left out and counted, and the trace goes on from a state of
   * its own. Nothing is written before the first step, so that the queue can be filled here.
   */
  @Test
  void whatDoesNotFitIntoTheQueueIsCounted() throws Exception {
    Path file = folder.resolve("fast.jsonl");
    try (TraceWriter writer = TraceWriter.rolling(file, header(), 100 << 20, e -> {})) {
      for (int i = 0; i < 4_100; i++) {
        writer.begin(snapshot(0));
      }
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      for (int i = 0; !goesOn(text(file)) && System.nanoTime() < deadline; i++) {
        writer.step(step(i), () -> snapshot(0));
        Thread.sleep(5);
      }
    }
    TraceReplay.Result result = replay(text(file));
    assertNull(result.unreadable());
    assertTrue(result.lost() > 100, "lost: " + result.lost());
    assertTrue(result.steps() >= 1, "it goes on: " + result.steps());
  }

  private static boolean goesOn(String text) {
    return text.contains("\"lost\"") && text.contains("\"observed\"");
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  /** A disk that takes nothing costs the trace, and nobody's time. */
  @Test
  void aFolderThatIsNotThereIsTold() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    try (TraceWriter writer =
        TraceWriter.rolling(
            folder.resolve("no-folder/x.jsonl"), header(), 20_000, e -> failed.countDown())) {
      long began = System.nanoTime();
      for (int i = 0; i < 10_000; i++) {
        writer.step(step(i), () -> snapshot(0));
      }
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(20), "nobody waits");
      assertTrue(failed.await(10, TimeUnit.SECONDS), "it is told");
      assertNotNull(writer.failure());
    }
    assertFalse(Files.exists(folder.resolve("no-folder")));
  }

  private Path written(int steps) throws IOException {
    Path file = folder.resolve("trace-" + steps + ".jsonl");
    try (TraceWriter writer = TraceWriter.once(file, header(), 1 << 20)) {
      writer.begin(snapshot(0));
      for (int i = 0; i < steps; i++) {
        writer.step(step(i), () -> snapshot(0));
      }
    }
    return file;
  }

  private static TraceReplay.Result replay(String text) throws IOException, TraceException {
    try (TraceReader reader =
        new TraceReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      return new TraceReplay(reader, reader.header().settings(), new Silent(), (at, t) -> {}).run();
    }
  }

  private static Header header() {
    return Header.of("0.1", NOON, "sha256:00", SETTINGS);
  }

  private static Snapshot snapshot(long nanos) {
    return new Snapshot(new Moment(NOON, nanos), null, null, null, false, 0, null, null, 0, false);
  }

  private static Step step(long nth) {
    Observation observation =
        new Observation("PRESS-01", Map.of("state", TagValue.good(nth % 2, NOON.plusMillis(nth))));
    Moment at = new Moment(NOON.plusMillis(nth), nth * 1_000_000);
    return new Step(new Input.Observed(at, observation, false), List.of(), false);
  }

  private static final class Silent implements Teller {
    @Override
    public void info(String line) {}

    @Override
    public void warn(String line) {}
  }
}
