package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file damaged anyhow is accepted or refused with places that it has; nothing else happens. */
class DamagedFileTest {

  private static final int ROUNDS = 60;
  private static final String ODD = "[]{}=\"'#,.\\\\\n\r\t -+_0aZ\u0000\u00e9";

  @TempDir Path temporary;

  @Test
  void damageIsAListOfMistakesAtMost() throws IOException {
    Samples.Folder folder = Samples.Folder.in(temporary);
    Random random = new Random(1979);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = damage(Samples.ASCII, random);
      folder.write("machines/mill.toml", text.getBytes(StandardCharsets.UTF_8));
      // The parser also ends a line at a lone carriage return, or does not: both are allowed.
      long lines = text.chars().filter(c -> c == '\n' || c == '\r').count() + 1;
      try {
        folder.load();
      } catch (ConfigException e) {
        refused++;
        assertFalse(e.mistakes().isEmpty());
        assertTrue(e.mistakes().stream().allMatch(m -> m.line() <= lines), e::getMessage);
      } catch (RuntimeException e) {
        throw new AssertionError("round " + round + ":\n" + text, e);
      }
    }
    assertTrue(refused > ROUNDS / 2, "only " + refused + " were refused");
  }

  private static String damage(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int wounds = 1 + random.nextInt(4); wounds > 0; wounds--) {
      int at = random.nextInt(damaged.length());
      char odd = ODD.charAt(random.nextInt(ODD.length()));
      switch (random.nextInt(4)) {
        case 0 -> damaged.setCharAt(at, odd);
        case 1 -> damaged.insert(at, odd);
        case 2 -> damaged.deleteCharAt(at);
        default -> damaged.delete(at, Math.min(damaged.length() - 1, at + random.nextInt(30)));
      }
    }
    return damaged.toString();
  }
}
