package dev.millwright;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that src/docs/design.md names for the faults of the system before are there. */
class FaultTableTest {

  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  @Test
  void eachTestThatTheTableNamesIsThere() throws Exception {
    List<MatchResult> named =
        NAMED.matcher(Files.readString(Path.of("src/docs/design.md"))).results().toList();
    assertTrue(named.size() > 20, "the table is gone");
    for (MatchResult test : named) {
      assertTrue(source(test.group(1)).contains("void " + test.group(2) + "("), () -> test.group());
    }
  }

  private static String source(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Files.readString(
          files.filter(file -> file.endsWith(name + ".java")).findFirst().orElseThrow());
    }
  }
}
