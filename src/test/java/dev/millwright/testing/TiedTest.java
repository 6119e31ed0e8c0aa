package dev.millwright.testing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever breaks off a run of the benchmarks, even by kill -9, finds nothing of it afterwards. */
@Tag("host")
class TiedTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STARTED = "started as ";

  @TempDir private Path folder;

  /** A program that starts another one, and waits. */
  static final class Starter {

    private Starter() {}

    public static void main(String[] arguments) throws Exception {
      Tied.askFor();
      long pid;
      if (arguments.length == 0) {
        List<String> command = Tied.command("KILL", List.of("sleep", "600"));
        pid = new ProcessBuilder(command).start().pid();
      } else {
        Path programs = Path.of(arguments[0]);
        InstalledPostgres server = InstalledPostgres.start(programs, Path.of(arguments[1]));
        pid = server.pid();
      }
      System.out.println(STARTED + pid);
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  @Test
  void aChildEndsWithItsParentThatIsKilled() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    assertEnds(killedStarter(List.of()));
  }

  @Test
  void theServerEndsWithItsParentThatIsKilled() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv");
    Optional<Path> programs = InstalledPostgres.programs();
    assumeTrue(programs.isPresent(), "no PostgreSQL under " + InstalledPostgres.PLACE);
    Path data = Files.createDirectory(folder.resolve("server"));
    assertEnds(killedStarter(List.of(programs.get().toString(), data.toString())));
    assertFalse(Files.exists(data.resolve("data/postmaster.pid")), "it was not shut down");
  }

  /** What it has started, after it was killed. */
  private ProcessHandle killedStarter(List<String> arguments)
      throws IOException, InterruptedException {
    Path log = folder.resolve("starter.log");
    try (Child starter = Child.startOfTests(log, Starter.class, arguments)) {
      starter.awaitLine(STARTED, PATIENCE);
      String line =
          Files.readAllLines(log).stream()
              .filter(each -> each.startsWith(STARTED))
              .findFirst()
              .orElseThrow();
      ProcessHandle started =
          ProcessHandle.of(Long.parseLong(line.substring(STARTED.length()))).orElseThrow();
      assertTrue(started.isAlive());
      starter.kill();
      return started;
    }
  }

  private static void assertEnds(ProcessHandle process) throws Exception {
    ProcessHandle ended = process.onExit().get(PATIENCE.toSeconds(), SECONDS);
    assertFalse(ended.isAlive());
  }
}
