package dev.millwright.cli;

import dev.millwright.daemon.Logging;
import dev.millwright.daemon.Wirings;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.MachineSettings;
import dev.millwright.runtime.Teller;
import dev.millwright.trace.TraceException;
import dev.millwright.trace.TraceReader;
import dev.millwright.trace.TraceReplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Decides once more upon what a trace has recorded, and prints what the log would have said."
          + " Contacts nothing and writes nothing.",
      "Exit code 0: the same was decided. 1: something else is decided now, and it is shown."
          + " 65: the file is no trace, or damaged; what stands before the damage is replayed."
    },
    footer = {
      "",
      "Example: millwright replay press-01.jsonl",
      "         millwright replay press-01.jsonl --with-config --config new/millwright.toml"
    })
final class ReplayCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "A trace.")
  private Path file;

  @Option(
      names = "--with-config",
      description =
          "Decides with the machine's file as it is now, and not as it was when the trace was"
              + " made: what would a correction have changed?")
  private boolean withConfig;

  @Mixin private ConfigOption config;

  @Option(names = "--json", description = "One JSON object for each transition, one a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    try (TraceReader reader = new TraceReader(Files.newInputStream(file))) {
      MachineSettings recorded = reader.header().settings();
      MachineSettings settings =
          withConfig
              ? Wirings.forRuntime(
                  ProbeCommand.find(
                      config.load(spec.commandLine().getErr()), recorded.serialNumber()))
              : recorded;
      Printer printer = new Printer();
      TraceReplay replay =
          new TraceReplay(reader, settings, printer, (at, transition) -> print(transition));
      printer.replay = replay;
      return tell(replay.run());
    } catch (TraceException e) {
      throw new Failure(Exit.DATA, file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new Failure(FileWords.exitCode(e), file + " cannot be read: " + FileWords.of(e));
    }
  }

  private void print(Transition transition) {
    if (json) {
      spec.commandLine().getOut().println(Json.of(Look.json(transition)));
    }
  }

  private int tell(TraceReplay.Result result) throws Failure {
    PrintWriter err = spec.commandLine().getErr();
    for (TraceReplay.Difference difference : result.differences()) {
      err.println(
          file
              + ":"
              + difference.line()
              + ": recorded "
              + words(difference.recorded())
              + ", now "
              + words(difference.now()));
    }
    if (result.lost() > 0) {
      err.println(file + ": " + result.lost() + " lines were left out when it was recorded");
    }
    if (!json) {
      spec.commandLine().getOut().println(summary(result));
    }
    if (result.unreadable() != null) {
      throw new Failure(
          Exit.DATA,
          file + ": " + result.unreadable().getMessage() + "; replayed as far as the line before");
    }
    return result.differing() == 0 ? Exit.OK : Exit.DIFFERENT;
  }

  private static String summary(TraceReplay.Result result) {
    String steps =
        result.steps()
            + (result.steps() == 1 ? " step, " : " steps, ")
            + result.decided()
            + (result.decided() == 1 ? " transition" : " transitions");
    String compared =
        result.differing() == 0
            ? ": as recorded"
            : ": "
                + result.differing()
                + (result.differing() == 1
                    ? " step comes out otherwise"
                    : " steps come out otherwise");
    return steps
        + compared
        + (result.end() == null && result.unreadable() == null
            ? " (the recorder was killed: the trace has no last line)"
            : "");
  }

  private static String words(List<Transition> transitions) {
    return transitions.isEmpty()
        ? "nothing"
        : transitions.stream()
            .map(
                t ->
                    t.event()
                        + " seq="
                        + t.to().seq()
                        + " at "
                        + t.to().since()
                        + (t.detail().cycle() == null ? "" : " cycle=" + t.detail().cycle()))
            .collect(Collectors.joining(", "));
  }

  /** Prints what the log would have said, each line with the time of the trace. */
  private final class Printer implements Teller {

    private TraceReplay replay;

    @Override
    public void info(String line) {
      print("INFO ", line);
    }

    @Override
    public void warn(String line) {
      print("WARN ", line);
    }

    private void print(String level, String line) {
      if (!json) {
        spec.commandLine()
            .getOut()
            .println(Times.local(replay.now().wall()) + " " + level + " " + line);
      }
    }
  }
}
