package dev.millwright.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever key is misspelt by a letter, the right one is proposed, at the right line. */
class MisspeltKeysTest {

  private static final Pattern KEY = Pattern.compile("(?m)(?:^|[{,] )\\[?([a-z_]+)(?: =|\\.|\\])");

  /** Names that people choose: another name is another tag, and the lifecycle misses the first. */
  private static final Set<String> FREE = Set.of("mode", "program", "alarm", "unit", "runs");

  @TempDir Path temporary;

  @Test
  void everyKeyOfAMachineFile() throws IOException {
    Samples.Folder folder = Samples.Folder.in(temporary);
    check(Samples.ASCII, text -> folder.write("machines/mill.toml", text).complaints());
  }

  @Test
  void everyKeyOfTheMainFile() throws IOException {
    Samples.Folder folder = Samples.Folder.in(temporary).write("machines/m.toml", Samples.ASCII);
    check(
        Samples.MAIN + "pool = 4\n[log]\nlevel = \"info\"\n",
        text -> folder.write("millwright.toml", text).complaints());
  }

  private interface Loading {
    List<String> complaints(String text) throws IOException;
  }

  private static void check(String valid, Loading loading) throws IOException {
    Random random = new Random(20261120);
    int keys = 0;
    Matcher matcher = KEY.matcher(valid);
    while (matcher.find()) {
      String key = matcher.group(1);
      if (FREE.contains(key)) {
        continue;
      }
      keys++;
      long line = valid.substring(0, matcher.start(1)).lines().count();
      line += valid.charAt(Math.max(0, matcher.start(1) - 1)) == '\n' ? 1 : 0;
      String expected = ".toml:" + Math.max(1, line) + ": unknown key \"";
      for (int round = 0; round < 4; round++) {
        String wrong = mutate(key, round, random);
        String text =
            valid.substring(0, matcher.start(1)) + wrong + valid.substring(matcher.end(1));
        List<String> complaints = loading.complaints(text);
        assertTrue(
            complaints.stream()
                .anyMatch(
                    c ->
                        c.contains(expected + wrong)
                            && c.endsWith("did you mean \"" + key + "\"?")),
            () -> key + " as " + wrong + ": " + complaints);
      }
    }
    assertTrue(keys >= 7, "the pattern found only " + keys + " keys");
  }

  /** Replaces, drops, doubles or adds one letter; q, x and z stand in no key. */
  private static String mutate(String key, int round, Random random) {
    int at = random.nextInt(key.length());
    String odd = "qxz".substring(random.nextInt(3)).substring(0, 1);
    return switch (round) {
      case 0 -> key.substring(0, at) + odd + key.substring(at + 1);
      case 1 -> key.substring(0, at) + key.substring(at + 1);
      case 2 -> key.substring(0, at) + key.charAt(at) + key.substring(at);
      default -> key.substring(0, at) + odd + key.substring(at);
    };
  }
}
