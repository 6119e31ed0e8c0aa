package dev.millwright.cli;

import dev.millwright.config.PlantLoader;
import dev.millwright.daemon.Logging;
import dev.millwright.simulator.PlantSettings;
import dev.millwright.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Path;
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
        "Runs a virtual plant: an OPC UA server and serial machines on pseudo-terminals."
            + " Everything that its machines do goes into the truth file, one JSON object a line.",
    footer = {
      "",
      "Example: millwright simulate --plant conf/plant --truth /tmp/truth.jsonl --speed 5 --for 10m"
    })
final class SimulateCommand implements Callable<Integer> {

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

  @Option(names = "--until-eof", hidden = true, description = "End when standard input ends.")
  private boolean untilEof;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    PlantSettings settings = PlantLoader.load(plant);
    if (speed != null) {
      settings = settings.withSpeed(speed);
    }
    Simulator simulator =
        Simulator.start(
            settings, truth, new Simulator.Times(warmUp, liveFor), InstantSource.system());
    Thread stop = new Thread(() -> stop(simulator), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    simulator.addresses().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().println("plant is running");
    if (untilEof) {
      drainStandardInput();
    } else {
      new CountDownLatch(1).await();
    }
    return Exit.OK;
  }

  private static void stop(Simulator simulator) {
    simulator.close();
    Runtime.getRuntime().halt(Exit.OK);
  }

  private static void drainStandardInput() throws IOException {
    byte[] ignored = new byte[256];
    while (System.in.read(ignored) >= 0) {
      // Nothing is expected but the end.
    }
  }
}
