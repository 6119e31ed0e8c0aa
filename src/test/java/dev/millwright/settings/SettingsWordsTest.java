package dev.millwright.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What features say their settings in. */
class SettingsWordsTest {

  @ParameterizedTest
  @CsvSource({"0,0B", "1023,1023B", "1024,1KiB", "1536,1536B", "536870912,512MiB"})
  void aSizeIsWrittenAsInAFile(long bytes, String text) {
    assertEquals(text, new DataSize(bytes).toString());
  }

  @ParameterizedTest
  @CsvSource({"PT0S,0ms", "PT0.25S,250ms", "PT5S,5s", "PT2M,2m", "PT90S,90s", "P1D,24h"})
  void aTimeIsWrittenAsInAFile(Duration time, String text) {
    assertEquals(text, Durations.words(time));
  }

  /** A record with a secret is logged by somebody sooner or later. */
  @Test
  void aSecretDoesNotShowItself() {
    record Login(String user, Secret password) {}
    assertEquals("Login[user=a, password=***]", new Login("a", new Secret("hunter2")).toString());
  }

  @Test
  void allBrokenRulesAreToldTogether() {
    Rules rules = new Rules().within("baud", 12, 50, 4_000_000).within("share", Double.NaN, 0, 0.5);
    assertEquals(
        "baud: 12 is not between 50 and 4000000\nshare: NaN is not between 0 and 0.5",
        assertThrows(IllegalArgumentException.class, rules::check).getMessage());
  }

  @Test
  void limitsBelongToTheRange() {
    assertDoesNotThrow(
        () ->
            new Rules()
                .within("a", 50, 50, 60)
                .within("b", 60, 50, 60)
                .within("c", Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofHours(1))
                .check());
  }
}
