package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import dev.millwright.config.ConfigLoader;
import dev.millwright.daemon.Daemon;
import dev.millwright.daemon.Wirings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.Cable;
import dev.millwright.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code why} of a real daemon: also where the database, or it, is away. */
@Timeout(120)
class LookingTest {

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir Path folder;
  private Cable cable;
  private Sites sites;
  private AnsweringMachine lathe;
  private Daemon daemon;

  @BeforeEach
  void plant() throws Exception {
    DATABASE.execute(
        "DELETE FROM machine_transitions; DELETE FROM machines;"
            + " INSERT INTO machines (serial_number) VALUES ('LATHE-01'), ('ABSENT')");
    cable = new Cable(URI.create(DATABASE.url().substring("jdbc:".length())).getPort(), true);
    String url = DATABASE.urlWithPassword().replaceFirst(":\\d+/", ":" + cable.port() + "/");
    sites = new Sites(folder, url);
    sites.connectWithin("1s");
    sites.add("[control]\nsocket = \"" + folder.resolve("c.sock") + "\"\n");
    sites.virtual("VIRT-01", true);
    sites.ascii("LATHE-01", folder.resolve("port").toString());
    sites.ascii("ABSENT", folder.resolve("no-such-port").toString());
    lathe = new AnsweringMachine(folder.resolve("port"));
  }

  @AfterEach
  void clear() throws Exception {
    if (daemon != null) {
      daemon.close();
    }
    lathe.close();
    cable.close();
  }

  private void start() throws Exception {
    daemon =
        Daemon.start(
            new ConfigLoader(Wirings.registry()).load(sites.file(), Map.of()),
            null,
            TimeSource.system());
  }

  private Console ask(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("--config", sites.file().toString()));
    return Console.run(words.toArray(String[]::new));
  }

  private JsonObject machine(String serial) {
    String line = ask("status --json " + serial).out().lines().findFirst().orElse("{}");
    return JsonParser.parseString(line).getAsJsonObject();
  }

  private static boolean answers(JsonObject machine) {
    return machine.getAsJsonObject("daemon").get("database_answers").getAsBoolean();
  }

  private boolean is(String serial, String status) {
    JsonObject machine = machine(serial);
    return machine.has("status") && machine.get("status").getAsString().equals(status);
  }

  private static void await(String what, BooleanSupplier so) throws Exception {
    Child.await(what, so, Duration.ofSeconds(40));
  }

  @Test
  void statusTellsWhatTheDaemonKnowsAlsoWhileTheDatabaseIsAway() throws Exception {
    start();
    await("the lathe is idle", () -> is("LATHE-01", "idle"));
    await("runs", () -> machine("VIRT-01").get("state_seq").getAsLong() > 2);
    Console all = ask("status");
    assertEquals(Exit.OK, all.exitCode(), all.err());
    List<String> lines = all.out().lines().toList();
    assertTrue(lines.get(0).matches("MACHINE +STATUS +FOR +SINCE .*LINK +DATA +PENDING .*NOTE"));
    assertTrue(lines.get(1).matches("ABSENT +offline .* down .*no-such-port.*"), lines.get(1));
    assertTrue(lines.get(2).matches("LATHE-01 +idle .* up +\\d\\.\\ds .*"), lines.get(2));
    assertTrue(all.out().contains("answers, for "), all.out());
    assertFalse(all.out().contains("\033"), "no colours where nobody looks");
    assertTrue(ask("status --color always").out().contains("\033[33moffline\033[0m"));

    cable.unplug();
    await("it is noticed", () -> !answers(machine("VIRT-01")));
    await("work waits", () -> machine("VIRT-01").get("pending").getAsLong() > 2);
    Console away = ask("status VIRT-*");
    assertEquals(Exit.OK, away.exitCode(), away.err());
    assertTrue(away.out().contains(" pending for "), away.out());
    assertTrue(away.out().contains("does NOT answer, for "), away.out());
    assertFalse(away.out().contains("LATHE-01"), away.out());
    assertEquals("daemon", machine("LATHE-01").get("told_by").getAsString());

    Console slip = ask("status LATHE-1");
    assertEquals(Exit.NO_INPUT, slip.exitCode());
    assertTrue(slip.err().contains("\"LATHE-1\"; did you mean \"LATHE-01\"?"), slip.err());
  }

  @Test
  void whyTellsWhatTheMachineShowsAndWhatBecameOfIt() throws Exception {
    start();
    await("the lathe is idle", () -> is("LATHE-01", "idle"));
    await("it is written", () -> ask("why LATHE-01").out().contains("has confirmed the last"));
    String seen = ask("why LATHE-01").out();
    for (String words :
        List.of(
            "LATHE-01 is idle since ",
            "Its link " + folder.resolve("port") + " has been open for ",
            "showed state \"0\"",
            "the machine shows what is known already, so there was nothing to write",
            "The database has confirmed the last UPDATE, ",
            "Nothing waits for the database.",
            "53 54 3F 0D",
            "\"ST 0\\r\"",
            "Last transitions")) {
      assertTrue(seen.contains(words), () -> words + " is not in\n" + seen);
    }
    String absent = ask("why ABSENT").out();
    assertTrue(absent.contains("has NOT been open for "), absent);
    assertTrue(absent.contains("There was no good data since the daemon's start"), absent);

    cable.unplug();
    await(
        "it is noticed, and work waits",
        () -> !answers(machine("VIRT-01")) && machine("VIRT-01").get("pending").getAsLong() > 1);
    Console away = ask("why VIRT-01");
    assertEquals(Exit.OK, away.exitCode(), away.err());
    for (String words :
        List.of(
            " wait for the database, the oldest of a state that began ",
            "They are on the disk and not lost.",
            "The database has NOT answered for ",
            "Asked from here: ")) {
      assertTrue(away.out().contains(words), () -> words + " is not in\n" + away.out());
    }
  }

  /** Programs are told by the names of things what people are told in words. */
  @Test
  void whyTellsProgramsTheSame() throws Exception {
    start();
    await("the lathe is idle", () -> is("LATHE-01", "idle"));
    await("it is written", () -> why("LATHE-01").get("delivery").isJsonObject());
    JsonObject lathe = why("LATHE-01");
    assertEquals("idle", lathe.get("status").getAsString());
    assertEquals("daemon", lathe.get("told_by").getAsString());
    assertEquals(
        "confirmed", lathe.getAsJsonObject("delivery").get("outcome").getAsString(), "" + lathe);
    assertTrue(lathe.getAsJsonObject("link").get("open").getAsBoolean());
    assertEquals("0", lathe.get("shown").getAsString());
    assertEquals("unchanged", lathe.get("conclusion").getAsString());
    assertEquals(0, lathe.get("pending").getAsLong());
    assertEquals(
        "53543f0d",
        lathe
            .getAsJsonArray("frames")
            .get(0)
            .getAsJsonObject()
            .get("hex")
            .getAsString()
            .toLowerCase(Locale.ROOT));
    assertEquals(
        "state", lathe.getAsJsonArray("values").get(0).getAsJsonObject().get("tag").getAsString());
    JsonObject first = lathe.getAsJsonArray("transitions").get(0).getAsJsonObject();
    assertEquals(lathe.get("state_seq"), first.get("state_seq"));
    assertEquals("link_found", first.get("event").getAsString());
    for (String silent : List.of("daemon_trouble", "database_trouble", "in_journal")) {
      assertTrue(lathe.get(silent).isJsonNull(), silent);
    }
    assertTrue(why("ABSENT").get("observed_at").isJsonNull(), "absent is null, not left out");

    cable.unplug();
    await("it is noticed", () -> !answers(machine("VIRT-01")));
    await("work waits", () -> why("VIRT-01").get("pending").getAsLong() > 1);
    JsonObject away = why("VIRT-01");
    assertTrue(away.get("database_trouble").getAsString().contains("localhost:" + cable.port()));
    assertTrue(away.getAsJsonArray("transitions").isEmpty());
    daemon.close();
    daemon = null;
    Console nobody = ask("why VIRT-01 --json");
    assertEquals(Exit.UNAVAILABLE, nobody.exitCode());
    assertEquals("", nobody.out(), "half an answer is none");

    cable.plug();
    sites.connectWithin("20s");
    JsonObject row = why("VIRT-01");
    assertEquals("database", row.get("told_by").getAsString());
    assertTrue(row.get("daemon_trouble").getAsString().startsWith("no daemon answers at "));
    JsonObject left = row.getAsJsonObject("in_journal");
    assertEquals("offline", left.get("status").getAsString());
    assertTrue(left.get("pending").getAsLong() > 0, "" + left);
  }

  private JsonObject why(String serial) {
    Console why = ask("why --json " + serial);
    assertEquals(Exit.OK, why.exitCode(), why.err());
    assertEquals(1, why.out().lines().count(), why.out());
    Gson strict = new GsonBuilder().setStrictness(Strictness.STRICT).create();
    return strict.fromJson(why.out(), JsonObject.class);
  }

  /** The row alone is told with a warning; where there is not even that, the end is 69. */
  @Test
  void withoutADaemonTheDatabaseIsAskedAndTheJournal() throws Exception {
    start();
    await("the lathe is idle", () -> is("LATHE-01", "idle"));
    await("it is written", () -> why("LATHE-01").get("delivery").isJsonObject());
    cable.unplug();
    await("work waits", () -> machine("VIRT-01").get("pending").getAsLong() > 1);
    daemon.close();
    daemon = null;

    Console nobody = ask("status");
    assertEquals(Exit.UNAVAILABLE, nobody.exitCode(), nobody.out());
    assertTrue(nobody.err().contains("Nor is there a daemon: no daemon answers at "), nobody.err());
    Console left = ask("why VIRT-01");
    assertEquals(Exit.UNAVAILABLE, left.exitCode(), left.out());
    assertTrue(left.err().contains("The journal knew it last as offline, "), left.err());
    assertTrue(left.err().matches("(?s).*In the journal wait [1-9]\\d* of its.*"), left.err());

    cable.plug();
    sites.connectWithin("20s");
    Console row = ask("status LATHE-01");
    assertEquals(Exit.OK, row.exitCode(), row.err());
    assertTrue(row.out().contains("LATHE-01  idle"), row.out());
    assertTrue(row.err().contains("from the database, where a row may be old: no daemon answers"));
    assertEquals("database", machine("LATHE-01").get("told_by").getAsString());
    Console why = ask("why LATHE-01");
    assertEquals(Exit.OK, why.exitCode(), why.err());
    assertTrue(why.out().contains("What the machine shows now is not known: no daemon answers at"));
    assertTrue(Files.exists(folder.resolve("journal.db")), "a look takes nothing away");
  }
}
