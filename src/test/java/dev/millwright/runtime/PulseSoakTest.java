package dev.millwright.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.digitalpetri.modbus.client.ModbusTcpClient;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.tcp.client.NettyTcpClientTransport;
import dev.millwright.config.ConfigLoader;
import dev.millwright.config.Configuration;
import dev.millwright.config.TagKinds;
import dev.millwright.daemon.QuietPlant;
import dev.millwright.daemon.RunningSite;
import dev.millwright.daemon.Wirings;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Tap;
import dev.millwright.device.virtual.VirtualLink;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Pulses;
import dev.millwright.pki.Pki;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import dev.millwright.settings.DataSize;
import dev.millwright.simulator.behaviour.Habits;
import dev.millwright.simulator.behaviour.VirtualMachine;
import dev.millwright.store.MachineStore;
import dev.millwright.store.RecipeVersions;
import dev.millwright.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * LEGACY 9: how exact pulses are on a virtual machine, over Modbus TCP and over OPC UA, while the
 * database is down, the journal is in use and many other recipes run. It prints what it measured,
 * and beside it how late threads of this host wake, and how late a write has been answered that a
 * thread makes with the bare library, to the same server at the same time: {@code -Dpulses=N} and
 * {@code -Dothers=N} say how many.
 */
@Tag("soak")
class PulseSoakTest {

  private static final int PULSES = Integer.getInteger("pulses", 4_000);
  private static final int OTHERS = Integer.getInteger("others", 50);

  private static final String DRIVE =
      """
      [drive]
      safe = [{ tag = "ack", value = false }]
      overrun_limit = "1m"
      """;

  /** An output, that keeps what is written to it, of each machine that is reached over a wire. */
  private static final Map<String, String> OUTPUTS =
      Map.of(
          "MOD", "{ address = \"coil:4\" }",
          "OPC", "{ node = \"nsu=urn:millwright:plant;s=OPC/Ack\" }");

  @RegisterExtension static final TestDatabase DATABASE = TestDatabase.withSchema();

  @TempDir private Path folder;

  private final AtomicBoolean down = new AtomicBoolean();

  @Test
  void legacy9PulsesEndInTimeWhateverElseIsUnderWay() throws Exception {
    try (QuietPlant plant = new QuietPlant(folder, List.of("X"))) {
      OpcUaClient opcua = OpcUaClient.create(plant.endpoint());
      opcua.connect();
      ModbusTcpClient modbus =
          ModbusTcpClient.create(
              NettyTcpClientTransport.create(
                  transport -> {
                    transport.hostname = "127.0.0.1";
                    transport.port = plant.modbus();
                  }));
      modbus.connect();
      try {
        measure(wired(plant), List.of(timer(), bareOpcUa(opcua), bareModbus(modbus)));
      } finally {
        opcua.disconnect();
        modbus.disconnect();
      }
    }
  }

  private static Lateness timer() {
    return new Lateness("the host's timer, a sleep of 1 ms", Duration.ofMillis(1), () -> null);
  }

  private static Lateness bareOpcUa(OpcUaClient client) throws Exception {
    NodeId node =
        new NodeId(
            client.readNamespaceTable().getIndex("urn:millwright:plant").intValue(), "OPC/Valve");
    DataValue off = DataValue.valueOnly(Variant.ofBoolean(false));
    return new Lateness(
        "a write with bare Milo",
        Duration.ofMillis(6),
        () -> {
          assertTrue(client.writeValues(List.of(node), List.of(off)).get(0).isGood());
          return null;
        });
  }

  private static Lateness bareModbus(ModbusTcpClient client) {
    return new Lateness(
        "a write with the bare Modbus library",
        Duration.ofMillis(6),
        () -> client.writeSingleCoil(1, new WriteSingleCoilRequest(5, false)));
  }

  private void measure(List<Engine.Wiring> wirings, List<Lateness> beside) throws Exception {
    List<String> measured = new ArrayList<>(List.of(name(0)));
    wirings.forEach(each -> measured.addAll(each.controls().keySet()));
    List<String> all = new ArrayList<>(measured);
    for (int i = 0; i <= OTHERS; i++) {
      wirings.add(wiring(name(i)));
      if (i > 0) {
        all.add(name(i));
      }
    }
    for (String name : all) {
      DATABASE.execute("INSERT INTO machines (serial_number) VALUES ('" + name + "')");
    }
    DataSource dataSource = DATABASE.dataSource();
    DataSource failing =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, args) -> {
                  if (down.get()) {
                    throw new SQLException("it is down", "08001");
                  }
                  try {
                    return method.invoke(dataSource, args);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Map<String, Recipe> recipes =
        Map.of(
            "PULSES", recipe("PULSES", PULSES, "5ms", "1ms"),
            // They go on for as long as the measured ones, whose round trips take time as well.
            "OTHER", recipe("OTHER", PULSES / 4, "20ms", "20ms"));
    try (Journal journal =
            Journal.open(
                new JournalSettings(folder.resolve("journal.db"), DataSize.ofMebibytes(256)),
                InstantSource.system().instant());
        Engine engine =
            new Engine(
                wirings,
                new Engine.Parts(
                    new MachineStore(failing),
                    journal,
                    List::of,
                    new Lifecycle(
                        new Ids(
                            InstantSource.system(), () -> ThreadLocalRandom.current().nextLong())),
                    TimeSource.system(),
                    () -> 0.5,
                    Map.of(),
                    () -> recipes,
                    new RecipeVersions(failing),
                    Meter.NONE),
                differences -> {},
                death -> {})) {
      engine.start();
      for (String machine : all) {
        Command probe = start(measured.contains(machine));
        Scene.await(machine, () -> engine.commanded().refusal(machine, probe) == null);
      }
      down.set(true);
      List<CompletableFuture<CommandResult>> results = new ArrayList<>();
      beside.forEach(Thread::start);
      for (String machine : all) {
        CompletableFuture<CommandResult> result = new CompletableFuture<>();
        engine.commanded().command(machine, start(measured.contains(machine)), result::complete);
        results.add(result);
      }
      for (CompletableFuture<CommandResult> result : results) {
        CommandResult ended = result.get(1, TimeUnit.HOURS);
        assertTrue(ended.completed(), ended.toString());
      }
      for (Lateness each : beside) {
        each.end();
      }
      report(measured, journal);
      beside.forEach(System.out::println);
    }
  }

  private void report(List<String> measured, Journal journal) throws Exception {
    Pulses worst = null;
    for (Entry entry : journal.all(0, 10_000)) {
      if (entry.transition().event().equals("complete")) {
        Pulses pulses = entry.transition().detail().order().pulses();
        if (measured.contains(entry.machine())) {
          System.out.println(
              "pulses of "
                  + entry.machine()
                  + ": "
                  + pulses.count()
                  + ", p99.9 "
                  + micros(pulses.p999())
                  + ", worst "
                  + micros(pulses.worst()));
          assertEquals(PULSES, pulses.count());
        } else if (worst == null || pulses.p999().compareTo(worst.p999()) > 0) {
          worst = pulses;
        }
      }
    }
    if (worst != null) {
      System.out.println(
          "worst of "
              + OTHERS
              + " others: p99.9 "
              + micros(worst.p999())
              + ", worst "
              + micros(worst.worst()));
    }
  }

  private static String micros(Duration time) {
    return time.toNanos() / 1_000 + " us";
  }

  /** How much later than it was due something is done, again and again. */
  private static final class Lateness extends Thread {
    private final Duration period;
    private final Callable<?> what;
    private final long[] late = new long[2_000_000];
    private int count;
    private volatile boolean over;
    private volatile Exception failed;

    Lateness(String name, Duration period, Callable<?> what) {
      super(name);
      this.period = period;
      this.what = what;
    }

    @Override
    public void run() {
      try {
        while (!over && count < late.length) {
          long due = System.nanoTime() + period.toNanos();
          LockSupport.parkNanos(period.toNanos());
          what.call();
          late[count] = Math.max(0, System.nanoTime() - due);
          count = count + 1;
        }
      } catch (Exception e) {
        failed = e;
      }
    }

    void end() throws Exception {
      over = true;
      join();
      if (failed != null) {
        throw failed;
      }
      Arrays.sort(late, 0, count);
    }

    private Duration quantile(double share) {
      return Duration.ofNanos(late[Math.min(count - 1, (int) (count * share))]);
    }

    @Override
    public String toString() {
      return "%s: %d, p99.9 %s, worst %s"
          .formatted(getName(), count, micros(quantile(0.999)), micros(quantile(1)));
    }
  }

  private Recipe recipe(String name, int pulses, String on, String off) throws Exception {
    Path file = folder.resolve(name + ".toml");
    Files.writeString(
        file,
        """
        name = "%s"
        [[steps]]
        repeat = %d
          [[steps.steps]]
          pulse = { tag = "ack", for = "%s" }
          [[steps.steps]]
          wait = "%s"
        """
            .formatted(name, pulses, on, off));
    return ConfigLoader.recipe(file).recipe();
  }

  private List<Engine.Wiring> wired(QuietPlant plant) throws Exception {
    RunningSite site = new RunningSite(folder.resolve("conf"), DATABASE);
    for (Map.Entry<String, String> output : OUTPUTS.entrySet()) {
      String name = output.getKey();
      String tag = "ack = " + output.getValue() + "\n";
      site.write("machines/" + name + ".toml", plant.head(name) + tag + DRIVE);
    }
    Configuration configuration = site.load();
    Pki pki = Wirings.pki(configuration, InstantSource.system());
    List<Engine.Wiring> wirings = new ArrayList<>();
    configuration
        .machines()
        .forEach(
            machine ->
                wirings.add(
                    new Engine.Wiring(
                        Wirings.watching(machine, pki, InstantSource.system(), Tap.NONE),
                        List.of(Wirings.forRuntime(machine)),
                        Map.of(
                            machine.serialNumber(),
                            new Control.Driven(
                                ((Control.Driven) machine.control()).settings(),
                                TagKinds.of(machine))))));
    return wirings;
  }

  private static Engine.Wiring wiring(String name) {
    Duration day = Duration.ofHours(24);
    VirtualMachine machine =
        new VirtualMachine(
            new Habits(name, List.of("X"), day, day, 0, 0, "", "", Duration.ofMillis(300), 1),
            1,
            InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS),
            Duration.ZERO);
    Duration stale = Duration.ofSeconds(30);
    return new Engine.Wiring(
        new VirtualLink(machine, stale, InstantSource.system(), appearance -> {}),
        List.of(new MachineSettings(name, false, stale, false, DriveFace.lifecycle())),
        Map.of(
            name,
            new Control.Driven(
                new DriveSettings(
                    List.of(new TagWrite("ack", false)),
                    Duration.ofSeconds(5),
                    List.of(),
                    Duration.ofMinutes(1),
                    List.of(),
                    null,
                    null,
                    Map.of(),
                    Map.of()),
                Map.of("ack", TagKind.unknown(true, true)))));
  }

  private static String name(int i) {
    return String.format("PULSE-%02d", i);
  }

  private static Command start(boolean measured) {
    return new Command(
        UUID.randomUUID(),
        Command.Kind.START,
        null,
        measured ? "PULSES" : "OTHER",
        Map.of(),
        null,
        new Command.Origin(Command.Source.CONTROL, null, null));
  }
}
