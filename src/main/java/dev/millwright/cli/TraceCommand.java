package dev.millwright.cli;

import dev.millwright.config.Configuration;
import dev.millwright.config.MachineSettings;
import dev.millwright.daemon.Logging;
import dev.millwright.daemon.Traces;
import dev.millwright.daemon.Wirings;
import dev.millwright.settings.DataSize;
import dev.millwright.trace.TraceWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    description = {
      "Records what a machine shows, what went over the wire, and what the daemon would decide, until"
          + " it is stopped. 'millwright replay' decides it once more.",
      "A serial line has one reader: there, write trace = true into the machine's file, and the"
          + " daemon records."
    },
    footer = {"", "Example: millwright trace PRESS-01 --to press-01.jsonl --for 1h"})
final class TraceCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MACHINE", description = "A configured machine's serial number.")
  private String name;

  @Mixin private ConfigOption config;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "The trace; there must be no such file yet.")
  private Path file;

  @Option(names = "--for", paramLabel = "TIME", description = "Ends after so long.")
  private Duration limit;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Ends when the file is as large, 64KiB to 1TiB. Default: ${DEFAULT-VALUE}")
  private DataSize maxSize;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Limits.time("--for", limit);
    Limits.size("--max-size", maxSize, 64L << 10, 1L << 40);
    Logging.startQuiet();
    PrintWriter out = spec.commandLine().getOut();
    Configuration configuration = config.load(spec.commandLine().getErr());
    MachineSettings machine = ProbeCommand.find(configuration, name);
    TraceView view = new TraceView(writer(machine), out);
    out.println(
        name
            + ": recording in "
            + file
            + "; no row, no journal and nothing on the machine is written");
    new Onlooker(machine, Wirings.pki(configuration, Clock.systemUTC()), view)
        .run(limit, view::isDone, () -> view.end(file));
    return view.exitCode();
  }

  private TraceWriter writer(MachineSettings machine) throws Failure {
    try {
      return TraceWriter.once(file, Traces.header(machine, Instant.now()), maxSize.bytes());
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          Exit.IO_ERROR, "--to: " + file + " is there already; name a new file, or remove it");
    } catch (IOException e) {
      throw new Failure(
          FileWords.exitCode(e), "--to: " + file + " cannot be written: " + FileWords.of(e));
    }
  }
}
