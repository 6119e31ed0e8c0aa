package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millwright.testing.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What chronyc(1) 4 prints, and what it prints of a chronyd that runs here. */
@Timeout(60)
class ChronyTest {

  private static final String TRACKING =
      """
      Reference ID    : C0248F97 (192.36.143.151)
      Stratum         : 2
      Ref time (UTC)  : Sat Nov 21 08:59:13 2026
      System time     : 0.000123456 seconds %s of NTP time
      Last offset     : -0.000014123 seconds
      RMS offset      : 0.000101873 seconds
      Frequency       : 8.132 ppm slow
      Root delay      : 0.004123123 seconds
      Leap status     : %s
      """;

  @TempDir Path folder;

  @Test
  void whatItPrintsIsUnderstood() {
    assertEquals(new Chrony(true, -0.000123456), Chrony.of(TRACKING.formatted("slow", "Normal")));
    assertEquals(
        new Chrony(true, 0.000123456), Chrony.of(TRACKING.formatted("fast", "Insert second")));
    assertEquals(new Chrony(false, 0), Chrony.of(TRACKING.formatted("fast", "Not synchronised")));
    assertFalse(Chrony.of("506 Cannot talk to daemon").isSynchronized());
  }

  /** A chronyd that leaves this host's clock alone: one that has a time, and one that has none. */
  @Test
  void aRealOneIsUnderstood() throws Exception {
    assumeTrue(program("chronyd") != null && program("chronyc") != null, "no chrony here");
    assertTrue(tracking("local stratum 10").isSynchronized());
    assertFalse(tracking("manual").isSynchronized());
  }

  private Chrony tracking(String source) throws Exception {
    int port = FreePort.find();
    List<String> command =
        new ArrayList<>(List.of(program("chronyd"), "-x", "-d", "-U", "-u", "root"));
    command.addAll(List.of(source, "port 0", "cmdport " + port, "bindcmdaddress 127.0.0.1"));
    command.add("bindcmdaddress " + folder.resolve("chronyd.sock"));
    command.add("pidfile " + folder.resolve(port + ".pid"));
    Process chronyd =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(port + ".log").toFile())
            .start();
    try {
      String told = null;
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (told == null && System.nanoTime() < end) {
        told = Programs.ask("chronyc", "-n", "-h", "127.0.0.1", "-p", "" + port, "tracking");
      }
      assertNotNull(told, () -> "chronyd " + (chronyd.isAlive() ? "says nothing" : "has ended"));
      return Chrony.of(told);
    } finally {
      chronyd.destroy();
      assertTrue(chronyd.waitFor(20, TimeUnit.SECONDS));
    }
  }

  /** Where it is; null where it is not installed. */
  private static String program(String name) {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(file -> file.toFile().canExecute())
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }
}
