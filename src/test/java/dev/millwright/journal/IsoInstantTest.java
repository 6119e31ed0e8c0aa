package dev.millwright.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same as the JDK's, for all that a journal may hold. */
class IsoInstantTest {

  private static final long SEED = 20261122;

  static Stream<Instant> instants() {
    return Stream.of(
            "1970-01-01T00:00:00Z",
            "2026-11-22T01:10:00Z",
            "2026-11-22T01:10:07Z",
            "2026-11-22T00:00:00.1Z",
            "2026-11-22T01:10:00.000000001Z",
            "2026-11-22T01:10:59.999999999Z",
            "2024-02-29T23:59:59.120Z",
            "0000-01-01T00:00:00Z",
            "-0001-12-31T23:59:59.999Z",
            "9999-12-31T23:59:59.999999999Z",
            "+10000-01-01T00:00:00Z",
            Instant.MIN.toString(),
            Instant.MAX.toString())
        .map(Instant::parse);
  }

  @ParameterizedTest
  @MethodSource("instants")
  void edgesAreWrittenAndReadAsTheJdkDoes(Instant instant) {
    check(instant);
  }

  @Test
  void anyInstantIsWrittenAndReadAsTheJdkDoes() {
    Random random = new Random(SEED);
    int[] grains = {1, 1_000, 1_000_000, 1_000_000_000};
    for (int i = 0; i < 200_000; i++) {
      long second = random.nextLong(-70_000_000_000L, 300_000_000_000L);
      int grain = grains[i % grains.length];
      check(Instant.ofEpochSecond(second, random.nextInt(1_000_000_000) / grain * (long) grain));
    }
  }

  private static void check(Instant instant) {
    String text = instant.toString();
    assertEquals(text, IsoInstant.text(instant));
    assertEquals(instant, IsoInstant.parse(text), text);
  }

  /** Somebody may have edited it: then it is what the JDK makes of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-11-22",
        "2026-11-22T01:10:07",
        "2026-11-22T01:10:07.Z",
        "2026-11-22T01:10:07.1234567890Z",
        "2026-11-22T01:10:07.12x4Z",
        "2026-13-22T01:10:07Z",
        "2026-02-30T01:10:07Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T24:00:01Z",
        "2026-11-22T01:60:07Z",
        "2026-11-22T23:59:60Z",
        "2026-11-22T01:10:61Z",
        "2026-11-22t01:10:07z",
        "2026-11-22T01:10:07+01:00",
        "２０２６-11-22T01:10:07Z"
      })
  void whatIsNotWrittenByAJournalIsJudgedByTheJdk(String text) {
    Instant expected;
    try {
      expected = Instant.parse(text);
    } catch (DateTimeException e) {
      assertThrows(DateTimeException.class, () -> IsoInstant.parse(text));
      return;
    }
    assertEquals(expected, IsoInstant.parse(text));
  }
}
