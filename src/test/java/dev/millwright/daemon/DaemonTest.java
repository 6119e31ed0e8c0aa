package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.control.ControlClient;
import dev.millwright.control.ControlRequest;
import dev.millwright.control.ControlSettings;
import dev.millwright.journal.JournalSettings;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.MachineSettings;
import dev.millwright.runtime.TimeSource;
import dev.millwright.settings.DataSize;
import dev.millwright.status.StatusSettings;
import dev.millwright.store.DatabaseSettings;
import dev.millwright.testing.FreePort;
import dev.millwright.testing.MemoryWriter;
import dev.millwright.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a daemon begins and ends; what it does in between is PlantTest's. */
@Timeout(120)
class DaemonTest {

  @TempDir Path directory;

  @BeforeEach
  void forget() {
    MemoryWriter.clear();
  }

  /** One link for each endpoint, port and virtual machine, however many machines are behind it. */
  @Test
  void machinesShareTheLinkThatTheirFilesShare() throws Exception {
    Configuration configuration =
        new ConfigLoader(Wirings.registry()).load(Path.of("conf/millwright.toml"), Map.of());
    List<Engine.Wiring> wirings = Wirings.of(configuration, null, InstantSource.system());
    assertEquals(
        Map.of(
            "opc.tcp://127.0.0.1:4850", "DOSER-01,PRESS-01,PRESS-02",
            "opc.tcp://localhost:4850", "MILL-01",
            "/tmp/millwright-plant/LATHE-01", "LATHE-01",
            "/tmp/millwright-plant/OVEN-01", "OVEN-01",
            "/tmp/millwright-plant/SAW-01", "SAW-01",
            "/tmp/millwright-plant/RINSER-01", "RINSER-01",
            "/tmp/millwright-plant/MIXER", "MIXER-01",
            "/tmp/millwright-plant/PUMPS", "PUMP-01,PUMP-02",
            "127.0.0.1:4852", "CONV-01",
            "virtual VIRT-01", "VIRT-01"),
        wirings.stream()
            .collect(
                Collectors.toMap(
                    wiring -> wiring.link().name(),
                    wiring ->
                        String.join(
                            ",",
                            wiring.machines().stream()
                                .map(MachineSettings::serialNumber)
                                .toList()))));
  }

  /** DESIGN 4: a database that is not ours is named, and nothing in it is touched. */
  @Test
  void aForeignDatabaseIsNotTouched() throws Exception {
    try (TestDatabase other = TestDatabase.empty().create()) {
      other.execute("CREATE TABLE machines (id int, name text)");
      ForeignDatabaseException foreign =
          assertThrows(
              ForeignDatabaseException.class,
              () -> Daemon.start(configuration(other.settings()), null, TimeSource.system()));
      assertTrue(foreign.getMessage().contains("nothing was written to it"), foreign.getMessage());
      assertTrue(foreign.getMessage().contains("serial_number"), foreign.getMessage());
      assertEquals("0", other.value("SELECT count(*) FROM machines"));
      assertEquals("1", other.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }
  }

  /** FIELD 24: it starts without its database, says so, and stops in time all the same. */
  @Test
  void anAbsentDatabaseIsWaitedFor() throws Exception {
    long start;
    try (Daemon daemon = Daemon.start(configuration(absent()), null, TimeSource.system())) {
      assertTrue(daemon != null);
      List<String> log = MemoryWriter.of("database");
      assertTrue(log.get(0).contains("is not to be had"), log.get(0));
      assertTrue(log.get(0).contains("starting without it"), log.get(0));
      start = System.nanoTime();
    }
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
  }

  /** FIELD 25: ready without a database, and fed while that hangs. */
  @Test
  void systemdIsToldHowItFaresWhileTheDatabaseHangs() throws Exception {
    String socket = directory.resolve("notify").toString();
    try (ServerSocket hanging = new ServerSocket(0);
        DatagramServer systemd = new DatagramServer(socket)) {
      ServiceManager manager =
          ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "900000"));
      Configuration configuration = configuration(at(hanging.getLocalPort()));
      StringBuilder told = new StringBuilder();
      try (Daemon daemon =
          Daemon.start(configuration, () -> configuration, null, TimeSource.system(), manager)) {
        assertTrue(daemon != null);
        for (int pings = 0; pings < 4 || told.indexOf("STATUS=database away since") < 0; ) {
          String next = systemd.next();
          pings += next.equals("WATCHDOG=1") ? 1 : 0;
          told.append(next).append('\n');
        }
      }
      assertTrue(told.toString().contains("READY=1\n"), told.toString());
      assertTrue(told.toString().contains("1 machine watched\n"), told.toString());
      String last = "";
      for (String next = systemd.receive(Duration.ZERO); next != null; ) {
        last = last.equals("STOPPING=1") ? last : next;
        next = systemd.receive(Duration.ZERO);
      }
      assertEquals("STOPPING=1", last);
    }
  }

  /** The page is there without a database, and tells of each machine. */
  @Test
  void itShowsItsMachinesToABrowser() throws Exception {
    Configuration configuration =
        configuration(absent())
            .with(StatusSettings.class, new StatusSettings("127.0.0.1:0", null, List.of()));
    HttpClient client = HttpClient.newHttpClient();
    try (Daemon daemon = Daemon.start(configuration, null, TimeSource.system())) {
      URI page = URI.create(daemon.statusPage());
      String html = client.send(request(page, "/"), BodyHandlers.ofString()).body();
      assertTrue(html.contains("<title>Millwright</title>"), html);
      try (InputStream events =
          client.send(request(page, "/events"), BodyHandlers.ofInputStream()).body()) {
        byte[] first = events.readNBytes(600);
        String told = new String(first, StandardCharsets.UTF_8);
        assertTrue(told.contains("event: state\ndata: {"), told);
        assertTrue(told.contains("\"name\":\"VIRT-01\""), told);
        assertTrue(told.contains("\"answers\":false"), told);
      }
    }
  }

  private static HttpRequest request(URI page, String path) {
    return HttpRequest.newBuilder(page.resolve(path)).timeout(Duration.ofSeconds(20)).build();
  }

  /** I7: whoever wants to stop a machine is answered with the database away, too. */
  @Test
  void itAnswersOnItsControlSocketWithoutADatabase() throws Exception {
    Path socket = directory.resolve("c.sock");
    Configuration configuration =
        configuration(absent()).with(ControlSettings.class, new ControlSettings(socket));
    ControlRequest stop =
        new ControlRequest(
            "stop_recipe", "VIRT-01", new JsonObject(), null, null, null, null, true);
    try (Daemon daemon = Daemon.start(configuration, null, TimeSource.system());
        ControlClient client = ControlClient.ask(socket, stop)) {
      assertTrue(daemon != null);
      String why = client.next().message();
      assertTrue(why.contains("those that do are none"), why);
    }
    assertFalse(Files.exists(socket));
  }

  /** Nobody listens there. */
  private static DatabaseSettings absent() throws IOException {
    return at(FreePort.find());
  }

  private static DatabaseSettings at(int port) {
    return new DatabaseSettings(
        "jdbc:postgresql://localhost:" + port + "/plant",
        "millwright",
        null,
        null,
        1,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        "millwright");
  }

  /** I2, from a file to the row and back: the reply comes when the run's end is written down. */
  @Test
  void aMachineThatWaitsIsAnsweredAsItsFileSays() throws Exception {
    copy("millwright.toml");
    copy("machines/virt-01.toml");
    Path traces = directory.resolve("traces");
    append("millwright.toml", "[trace]\nfolder = \"" + traces + "\"\n");
    Path machine = directory.resolve("machines/virt-01.toml");
    String file = Files.readString(machine);
    Files.writeString(machine, "trace = true\n" + file.replaceAll("\"[48]s\"", "\"200ms\""));
    try (TestDatabase database = TestDatabase.withSchema().create();
        Daemon daemon = Daemon.start(load(database.settings()), null, TimeSource.system())) {
      assertTrue(daemon != null);
      for (int runs = 0; runs < 3; Thread.sleep(50)) {
        runs = Integer.parseInt(database.value("SELECT count(ended_at) FROM process_runs"));
      }
    }
    String trace = Files.readString(traces.resolve("VIRT-01.jsonl"));
    int end = trace.indexOf("\"ready\":{\"value\":true");
    int up = trace.indexOf("\"ack\":{\"value\":true");
    assertTrue(0 < end && end < up, "raised at " + end + ", answered at " + up);
    assertTrue(
        trace.substring(0, up).matches("(?s).*\"event\":\"(complete|stop|error)\".*"), trace);
    assertTrue(trace.indexOf("\"ack\":{\"value\":false", up) > up, "and taken back");
    assertEquals(
        List.of(), MemoryWriter.of("VIRT-01").stream().filter(l -> l.contains("reply")).toList());
  }

  private Configuration configuration(DatabaseSettings settings) throws Exception {
    copy("millwright.toml");
    copy("machines/virt-01.toml");
    return load(settings);
  }

  private Configuration load(DatabaseSettings settings) throws Exception {
    return new ConfigLoader(Wirings.registry())
        .load(directory.resolve("millwright.toml"), Map.of())
        .with(DatabaseSettings.class, settings)
        .with(
            JournalSettings.class,
            new JournalSettings(directory.resolve("journal.db"), DataSize.ofMebibytes(64)));
  }

  private void append(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.writeString(path, Files.readString(path) + text);
  }

  private void copy(String file) throws IOException {
    Path copy = directory.resolve(file);
    Files.createDirectories(copy.getParent());
    Files.copy(Path.of("conf").resolve(file), copy);
  }
}
