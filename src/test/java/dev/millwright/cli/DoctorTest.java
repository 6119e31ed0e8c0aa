package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.millwright.config.ConfigLoader;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.Wirings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.tinylog.Logger;
import picocli.CommandLine;

/** {@code doctor}: of each thing whether it is well, whatever is wrong with the others. */
@Timeout(120)
class DoctorTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();
  @RegisterExtension static final TestDatabase EMPTY = TestDatabase.empty();

  /** A busy host is no fault of what is looked at. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private int exitCode;

  private Map<String, JsonObject> ask(Sites sites) {
    Logger.debug("the tests' log is in use");
    StringWriter out = new StringWriter();
    exitCode =
        new CommandLine(new DoctorCommand(LIMIT))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(new PrintWriter(out))
            .execute("--json", "--config", sites.file().toString());
    Map<String, JsonObject> found = new TreeMap<>();
    out.toString()
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .forEach(each -> found.merge(each.get("subject").getAsString(), each, DoctorTest::worse));
    return found;
  }

  /** There is a line for each port. */
  private static JsonObject worse(JsonObject one, JsonObject other) {
    return one.get("level").getAsString().equals("fault") ? one : other;
  }

  private Sites sites(TestDatabase database) throws IOException {
    Sites sites = new Sites(folder, database);
    sites.add("[control]\nsocket = \"" + folder.resolve("c.sock") + "\"\n");
    sites.add("[status]\nlisten = \"127.0.0.1:" + FreePort.find() + "\"\n");
    sites.ascii("LATHE-01", folder.resolve("port").toString());
    return sites;
  }

  private static void assertFound(
      Map<String, JsonObject> found, String subject, String level, String words) {
    JsonObject each = found.get(subject);
    assertTrue(each != null, () -> subject + " is not in " + found);
    assertEquals(level, each.get("level").getAsString(), each::toString);
    assertTrue(each.get("words").getAsString().contains(words), each::toString);
    assertEquals(level.equals("ok"), each.get("advice").isJsonNull(), "what to do, where needed");
  }

  @Test
  void whatIsWellIsSaidToBe() throws Exception {
    Sites sites = sites(DATABASE);
    try (AnsweringMachine lathe = new AnsweringMachine(folder.resolve("port"));
        Daemon daemon =
            Daemon.start(
                new ConfigLoader(Wirings.registry()).load(sites.file(), Map.of()),
                null,
                TimeSource.system())) {
      Child.await("it is asked", () -> lathe.answered() > 2, Duration.ofSeconds(30));
      Map<String, JsonObject> found = ask(sites);
      // A busy host may keep the page or the database from answering within its patience for once.
      for (int tries = 1; exitCode != Exit.OK && tries < 10; tries++) {
        found = ask(sites);
      }
      assertEquals(Exit.OK, exitCode, found.toString());
      assertFound(found, "configuration", "ok", "machines: 1");
      assertFound(found, "daemon", "ok", "up ");
      assertFound(found, "control socket", "ok", "rw-rw----");
      assertFound(found, "links", "ok", "all of 1 machines");
      assertFound(found, "port", "ok", "may use it (LATHE-01)");
      assertFound(found, "database", "ok", "answers: PostgreSQL ");
      assertFound(found, "database clock", "ok", "");
      assertFound(found, "schema and rights", "ok", "4 of 4");
      long pid = ProcessHandle.current().pid();
      assertFound(found, "journal", "ok", "held by process " + pid + " since ");
      assertFound(found, "Java", "ok", "Java ");
      assertFound(found, "status page", "ok", " answers: ");

      Files.setPosixFilePermissions(
          folder.resolve("c.sock"), PosixFilePermissions.fromString("rw-rw-rw-"));
      assertFound(ask(sites), "control socket", "fault", "everybody on this host may command");
      assertEquals(Exit.DIFFERENT, exitCode);
      assertTrue(daemon.commanded().machines().isEmpty());
    }
  }

  /** Each has its line and its advice, and none keeps the others from being looked at. */
  @Test
  void whatIsWrongIsNamedWithWhatToDo() throws Exception {
    Sites sites = sites(EMPTY);
    Files.writeString(folder.resolve("port"), "no device");
    sites.ascii("MILL-01", "/dev/ttyUSB99");
    sites.opcUa("PRESS-01", 1);
    Map<String, JsonObject> found = ask(sites);
    assertEquals(Exit.DIFFERENT, exitCode);
    assertFound(found, "daemon", "fault", "there is no socket " + folder.resolve("c.sock"));
    assertFound(found, "port", "fault", "/dev/ttyUSB99 is not there (MILL-01)");
    assertFound(found, "schema and rights", "fault", "; and ");
    assertFound(found, "journal", "warning", "is not there");
    assertFound(found, "own certificate", "ok", "made when it is first used");
    assertFound(found, "database", "ok", "answers");
    assertFound(found, "status page", "warning", "does not answer");
    try (var files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(List.of("machines", "millwright.toml", "port"), names, "nothing was made");
    }
  }

  @Test
  void aMistakeInAFileKeepsTheRestFromNothing() throws Exception {
    Sites sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u&password=hush");
    sites.ascii("LATHE-01", folder.resolve("port").toString());
    Path machine = folder.resolve("machines/LATHE-01.toml");
    Files.writeString(machine, Files.readString(machine).replace("baud", "bauds"));
    Map<String, JsonObject> found = ask(sites);
    assertEquals(Exit.DIFFERENT, exitCode);
    assertFound(found, "configuration", "fault", "bauds");
    assertFound(found, "database", "fault", "connection refused");
    assertFound(found, "Java", "ok", "");
    assertTrue(!found.toString().contains("hush"), "secrets are never shown");
  }

  /** Bounded, and to the end: one look that hangs, and one that fails. */
  @Test
  void aLookThatHangsOrFailsIsTold() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    List<Diagnosis> found =
        new Checkup(Duration.ofSeconds(2))
            .add(
                "stuck",
                () -> {
                  never.await();
                  return List.of();
                })
            .add(
                "broken",
                () -> {
                  throw new IOException("no such thing");
                })
            .add("well", () -> List.of(Diagnosis.ok("well", "is well")))
            .run();
    assertEquals(
        List.of(
            "looking at it did not end within 2000 ms",
            "it could not be looked at: no such thing",
            "is well"),
        found.stream().map(Diagnosis::words).toList());
  }
}
