package dev.millwright.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DESIGN 8: the truth file, by which everything else is judged. */
class TruthTest {

  private static final Instant AT = Instant.parse("2026-11-20T09:00:00.120Z");

  @TempDir Path directory;

  @Test
  void aLineIsAsTheDesignHasIt() throws Exception {
    Path file = directory.resolve("truth.jsonl");
    try (TruthLog log = new TruthLog(file)) {
      log.accept(appearance("PRESS-01", Phase.PROCESSING, 17));
    }
    assertEquals(
        "{\"machine\":\"PRESS-01\",\"state\":\"processing\",\"cycle\":17,"
            + "\"at\":\"2026-11-20T09:00:00.120Z\"}\n",
        Files.readString(file));
  }

  /** A machine that comes back from a finished run is idle already, by its row. */
  @Test
  void itTellsTheTransitionsOfEachMachine() throws Exception {
    Path file = directory.resolve("truth.jsonl");
    try (TruthLog log = new TruthLog(file)) {
      for (Phase phase :
          List.of(
              Phase.IDLE,
              Phase.PROCESSING,
              Phase.COMPLETE,
              Phase.IDLE,
              Phase.PROCESSING,
              Phase.STOPPED,
              Phase.IDLE,
              Phase.PROCESSING,
              Phase.ERROR,
              Phase.IDLE)) {
        log.accept(appearance("A", phase, 1));
        log.accept(appearance("B", Phase.IDLE, 0));
      }
    }
    Map<String, List<Truth>> truth = Truth.read(file);
    assertEquals(
        List.of("start", "complete", "start", "stop", "start", "error", "reset"),
        truth.get("A").stream().map(Truth::event).toList());
    assertEquals(new Truth("start", 1, AT), truth.get("A").get(0));
    assertEquals(List.of(), truth.get("B"), "a machine that did nothing is there all the same");
  }

  /** Several processes append to one file; nothing is emptied, no line is torn. */
  @Test
  void severalWritersShareAFile() throws Exception {
    Path file = directory.resolve("truth.jsonl");
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TruthLog log = new TruthLog(file);
      String machine = "M".repeat(i * 50 + 1);
      Thread writer =
          new Thread(
              () -> {
                for (int n = 0; n < 500; n++) {
                  log.accept(appearance(machine, Phase.PROCESSING, n));
                }
                log.close();
              },
              "writes-" + i);
      writer.start();
      writers.add(writer);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    Map<String, List<Truth>> truth = Truth.read(file);
    assertEquals(4, truth.size());
    truth.values().forEach(of -> assertEquals(500, of.size()));
  }

  /** A virtual machine's thread is interrupted when the daemon stops. */
  @Test
  void anInterruptLosesNothing() throws Exception {
    Path file = directory.resolve("truth.jsonl");
    try (TruthLog log = new TruthLog(file)) {
      Thread.currentThread().interrupt();
      log.accept(appearance("A", Phase.PROCESSING, 1));
      assertTrue(Thread.interrupted());
      log.accept(appearance("A", Phase.COMPLETE, 1));
    }
    assertEquals(2, Truth.read(file).get("A").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nothing",
        "[]",
        "{\"machine\":\"A\",\"state\":\"idle\",\"cy",
        "{\"machine\":\"A\"}",
        "{\"machine\":\"A\",\"state\":\"asleep\",\"cycle\":1,\"at\":\"2026-11-20T09:00:00.120Z\"}",
        "{\"machine\":\"A\",\"state\":\"idle\",\"cycle\":\"x\",\"at\":\"2026-11-20T09:00:00.120Z\"}",
        "{\"machine\":\"A\",\"state\":\"idle\",\"cycle\":1,\"at\":\"yesterday\"}",
        "{\"machine\":null,\"state\":\"idle\",\"cycle\":1,\"at\":\"2026-11-20T09:00:00.120Z\"}"
      })
  void aDamagedLineIsNamedWithItsNumber(String line) throws Exception {
    Path file = directory.resolve("truth.jsonl");
    try (TruthLog log = new TruthLog(file)) {
      log.accept(appearance("A", Phase.IDLE, 0));
    }
    Files.writeString(file, Files.readString(file) + line + "\n");
    IOException damaged = assertThrows(IOException.class, () -> Truth.read(file));
    assertTrue(damaged.getMessage().contains("truth.jsonl:2: "), damaged.getMessage());
  }

  private static Appearance appearance(String machine, Phase phase, long cycle) {
    return new Appearance(machine, phase, cycle, "R1", "", "", AT);
  }
}
