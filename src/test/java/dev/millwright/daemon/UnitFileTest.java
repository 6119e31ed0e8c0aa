package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The unit, as systemd itself judges it; the real thing is tried in the host suite. */
class UnitFileTest {

  private static final double MOST_EXPOSURE = 1.5;

  private static String analyze(String... arguments) throws Exception {
    Path tool = Path.of("/usr/bin/systemd-analyze");
    assumeTrue(Files.exists(tool), "no systemd-analyze here");
    String[] command = new String[arguments.length + 2];
    command[0] = tool.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    command[arguments.length + 1] = "systemd/millwright.service";
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return said;
  }

  @Test
  void itIsExposedToLittle() throws Exception {
    String said = analyze("security", "--offline=yes", "--no-pager");
    Matcher level = Pattern.compile("exposure level for .*: ([0-9.]+) ").matcher(said);
    assertTrue(level.find(), said);
    assertTrue(Double.parseDouble(level.group(1)) <= MOST_EXPOSURE, level.group());
    assertTrue(said.contains("char-ttyUSB:rw"), "serial ports still work");
  }

  /** Where it is not installed, the program alone is missing. */
  @Test
  void systemdKnowsEachOfItsLines() throws Exception {
    String said = analyze("verify", "--man=no");
    assertEquals(
        "",
        said.lines()
            .filter(line -> !line.contains("/usr/bin/millwright is not executable"))
            .reduce("", (a, b) -> a + b + "\n"));
  }

  /**
   * FIELD 25: a clean stop ends with 0. 143 is a JVM's that was told to stop before it had begun,
   * and nothing else's (decision 0125).
   */
  @Test
  void aWrongConfigurationIsNotTriedAgainAndAStopWhileItBeginsIsNoFailure() throws Exception {
    String unit = Files.readString(Path.of("systemd/millwright.service"));
    assertTrue(unit.contains("\nRestartPreventExitStatus=78\n"));
    assertTrue(unit.contains("\nType=notify\n"));
    assertTrue(unit.contains("\nSuccessExitStatus=143\n"));
  }
}
