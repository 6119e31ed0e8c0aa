package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.config.PlantLoader;
import dev.millwright.daemon.Logging;
import dev.millwright.runtime.LogLine;
import dev.millwright.simulator.PlantSettings;
import dev.millwright.simulator.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description =
        "Runs a virtual plant: an OPC UA server, serial machines on pseudo-terminals, Modbus units."
            + " Everything that its machines do goes into the truth file, one JSON object a line.",
    footer = {
      "",
      "Example: millwright simulate --plant conf/plant --truth /tmp/truth.jsonl --speed 5 --for 10m"
    })
final class SimulateCommand implements Callable<Integer> {

  /** What standard output says when the machines can be reached. */
  static final String RUNNING = "plant is running";

  /** What standard input may say, besides the plant's faults. */
  static final String HOLD = "hold";

  private static final String GO = "go";

  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  @Option(
      names = "--plant",
      required = true,
      paramLabel = "DIR",
      description = "Where plant.toml is.")
  private Path plant;

  @Option(
      names = "--truth",
      required = true,
      paramLabel = "FILE",
      description = "The truth file; appended to.")
  private Path truth;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "How many times as fast as described, 0.1 to 100, instead of plant.toml's.")
  private Double speed;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "Keeps all machines idle for so long, so that readers can connect first.")
  private Duration warmUp;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description =
          "How long the machines do something, the warm-up included. Then they show their"
              + " last state until the program is stopped, so that readers can catch up.")
  private Duration liveFor;

  @Option(
      names = "--pki",
      paramLabel = "DIR",
      description = "The folder of the OPC UA server's certificates, instead of plant.toml's.")
  private Path pki;

  @Option(
      names = "--obey-input",
      hidden = true,
      description =
          "Obey the lines on standard input: hold, go, or a fault such as \"opcua stop\"; end when"
              + " it ends.")
  private boolean obeyInput;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    PlantSettings settings = settings();
    requireTruthFile();
    requireFreePort(settings);
    Simulator simulator = start(settings);
    try (StopOnRequest stop = StopOnRequest.install(STOP_LIMIT, simulator::close)) {
      simulator.addresses().forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().println(RUNNING);
      if (obeyInput) {
        obeyStandardInput(simulator);
      } else {
        new CountDownLatch(1).await();
      }
      simulator.close();
    }
    return Exit.OK;
  }

  private PlantSettings settings() throws ConfigException, Failure {
    Limits.speed(speed);
    Limits.time("--for", liveFor);
    PlantSettings settings = PlantLoader.load(plant);
    settings = speed == null ? settings : settings.withSpeed(speed);
    return pki == null ? settings : settings.withPki(pki.toAbsolutePath());
  }

  private Simulator start(PlantSettings settings) throws Failure, InterruptedException {
    try {
      return Simulator.start(
          settings, truth, new Simulator.Times(warmUp, liveFor), InstantSource.system());
    } catch (IOException e) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "the plant of "
              + plant.resolve("plant.toml")
              + " cannot be put on its wires: "
              + LogLine.cause(e)
              + "\n  ports in that file names the folder of the serial ports, listen in [opcua] and"
              + " [modbus] the servers' addresses.");
    }
  }

  private void requireTruthFile() throws Failure {
    try {
      Files.newOutputStream(truth, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw new Failure(
          FileWords.exitCode(e),
          "--truth: "
              + truth
              + " cannot be written: "
              + FileWords.of(e)
              + "; name a file in a folder that exists");
    }
  }

  /**
   * Asked before anything else: a second plant would take the first one's serial ports away from it
   * before it noticed.
   */
  private void requireFreePort(PlantSettings settings) throws Failure {
    if (anySpeaks(settings, PlantSettings.Protocol.OPCUA)) {
      requireFree("OPC UA", settings.opcua().address());
    }
    if (anySpeaks(settings, PlantSettings.Protocol.MODBUS_TCP)) {
      requireFree("Modbus TCP", settings.modbus().address());
    }
  }

  private static boolean anySpeaks(PlantSettings settings, PlantSettings.Protocol protocol) {
    return settings.machine().stream().anyMatch(machine -> machine.protocol() == protocol);
  }

  private void requireFree(String server, InetSocketAddress address) throws Failure {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address.getHostString(), address.getPort()));
    } catch (IOException e) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "the plant's "
              + server
              + " server cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + LogLine.cause(e)
              + "\n  Is another demo or simulate running? 'ss -ltnp' shows who has the port; listen in"
              + " "
              + plant.resolve("plant.toml")
              + " names it.");
    }
  }

  /**
   * The program that started this one says when to hold still and what is to go wrong, and ends it
   * by ending the input. Each line is answered when it has been done.
   */
  private void obeyStandardInput(Simulator simulator) throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      spec.commandLine().getOut().println(answer(simulator, line));
    }
  }

  private static String answer(Simulator simulator, String line) throws InterruptedException {
    try {
      switch (line) {
        case HOLD -> simulator.hold();
        case GO -> simulator.go();
        default -> simulator.faults().apply(line);
      }
      return "done: " + line;
    } catch (IllegalArgumentException | IOException e) {
      return "not done: " + line + ": " + LogLine.cause(e);
    }
  }
}
