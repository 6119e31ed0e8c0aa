package dev.millwright.cli;

import dev.millwright.config.ConfigException;
import dev.millwright.consolidation.PlanException;
import dev.millwright.daemon.ForeignDatabaseException;
import dev.millwright.journal.JournalException;
import dev.millwright.pki.PkiException;
import dev.millwright.runtime.LogLine;
import dev.millwright.settings.DataSize;
import dev.millwright.settings.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. */
@Command(
    name = "millwright",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Reads machines over serial lines and OPC UA, and writes each change of state as"
            + " one UPDATE.",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      CheckCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      HistoryCommand.class,
      WhyCommand.class,
      StartCommand.class,
      StopCommand.class,
      ResetCommand.class,
      HoldCommand.class,
      UnholdCommand.class,
      ReloadCommand.class,
      JournalCommand.class,
      ProbeCommand.class,
      TraceCommand.class,
      ReplayCommand.class,
      BrowseCommand.class,
      DiscoverCommand.class,
      MigrateCommand.class,
      SimulateCommand.class,
      PortsCommand.class,
      TrustCommand.class,
      RecipeCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 the answer is no (migrate verify, journal verify, replay, probe --once,",
      "demo, recipe, start, stop, reset, hold, unhold, doctor), 64 usage, 65 no usable trace,",
      "66 no such machine, recipe, entry or certificate,",
      "69 unavailable, 70 a fault of this program, 74 input or output, 75 try again (reload),",
      "77 no permission, 78 configuration.",
      "Example: millwright demo --for 30s"
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    // Milo reads all libraries' manifests by their URLs. For as long as it runs the JVM would keep
    // each, and with those of signed libraries the digests of all their classes.
    URLConnection.setDefaultUseCaches("jar", false);
    System.exit(run(args));
  }

  /** Runs one command and returns its exit code. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Duration.class, Main::duration)
        .registerConverter(DataSize.class, Main::size)
        .setParameterExceptionHandler(Main::wrongUsage)
        .setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, line));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? See: millwright --help");
  }

  private static Duration duration(String text) {
    Duration duration = Durations.parse(text);
    if (duration == null) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not a time such as 500ms, 30s, 5m or 1h");
    }
    return duration;
  }

  private static DataSize size(String text) {
    DataSize size = DataSize.parse(text);
    if (size == null) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is not a size such as 64KiB, 512MiB or 1GiB");
    }
    return size;
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("millwright: " + e.getMessage().replaceFirst("^Error: ", ""));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr().println("See: " + line.getCommandSpec().qualifiedName() + " --help");
    return Exit.USAGE;
  }

  private static int failed(Exception failure, CommandLine line) {
    if (failure instanceof ConfigException) {
      line.getErr().println(failure.getMessage());
    } else {
      line.getErr().println("millwright: " + words(failure));
    }
    int code = exitCode(failure);
    if (code == Exit.SOFTWARE) {
      failure.printStackTrace(line.getErr());
    }
    return code;
  }

  private static String words(Exception failure) {
    if (failure instanceof Failure
        || failure instanceof ForeignDatabaseException
        || failure instanceof PkiException) {
      return failure.getMessage();
    } else if (failure instanceof JournalException) {
      return "journal " + failure.getMessage();
    } else if (failure instanceof FileSystemException file) {
      return file.getFile() + ": " + FileWords.of(file);
    }
    return exitCode(failure) == Exit.SOFTWARE
        ? "a fault of this program; please report it with what follows: " + LogLine.cause(failure)
        : LogLine.cause(failure);
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof Failure known) {
      return known.exitCode();
    } else if (failure instanceof ConfigException || failure instanceof ForeignDatabaseException) {
      return Exit.CONFIG;
    } else if (failure instanceof SQLException) {
      return Exit.UNAVAILABLE;
    } else if (failure instanceof PlanException) {
      return Exit.CONFIG;
    } else if (failure instanceof PkiException) {
      return failure.getCause() instanceof IOException e ? FileWords.exitCode(e) : Exit.NO_INPUT;
    }
    if (failure instanceof JournalException journal) {
      return exitCode(journal);
    }
    return failure instanceof IOException file ? FileWords.exitCode(file) : Exit.SOFTWARE;
  }

  private static int exitCode(JournalException failure) {
    return switch (failure.kind()) {
      case HELD, FULL -> Exit.UNAVAILABLE;
      case DISK ->
          failure.getCause() instanceof IOException e ? FileWords.exitCode(e) : Exit.IO_ERROR;
    };
  }
}
