package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.control.ControlClient;
import dev.millwright.control.ControlNews;
import dev.millwright.control.ControlRequest;
import dev.millwright.daemon.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command to one machine, which the daemon on this host carries out. */
abstract class MachineCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MACHINE", description = "The machine's serial number.")
  private String machine;

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      description = "On whose behalf; kept in the history. Default: the user of this command.")
  private String operator;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the history.")
  private String reason;

  @Option(
      names = "--no-wait",
      description =
          "Returns when the machine is asked. Without it: when it has confirmed or failed.")
  private boolean noWait;

  @Mixin private DaemonOption daemonOption;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  private final String type;

  /**
   * @param type as in table recipe_commands
   */
  MachineCommand(String type) {
    this.type = type;
  }

  /** What only this one has. */
  JsonObject parameters() throws Failure {
    return new JsonObject();
  }

  /** The run that is meant; null for whichever is under way. */
  UUID process() {
    return null;
  }

  /** The batch that the run is part of; null for none. */
  String batch() {
    return null;
  }

  @Override
  public final Integer call() throws Exception {
    Logging.startQuiet();
    ControlRequest request =
        new ControlRequest(
            type, machine, parameters(), process(), batch(), operator, reason, !noWait);
    Path where = daemonOption.socket(config, spec.commandLine().getErr());
    try (ControlClient daemon = ControlClient.ask(where, request)) {
      return listen(daemon, where);
    } catch (IOException e) {
      throw daemonOption.unreachable(where, e);
    }
  }

  private int listen(ControlClient daemon, Path where) throws IOException, Failure {
    PrintWriter out = spec.commandLine().getOut();
    ControlNews last = null;
    for (ControlNews news = daemon.next(); news != null; news = daemon.next()) {
      last = news;
      if (news.state() == ControlNews.State.FAILED) {
        throw new Failure(Exit.DIFFERENT, machine + ": " + news.message());
      }
      out.println(line(news));
    }
    if (last == null || (!last.isEnd() && !noWait && last.message() == null)) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "the daemon at "
              + where
              + " has hung up before it said how this ended: see millwright history "
              + machine);
    }
    return Exit.OK;
  }

  private String line(ControlNews news) {
    StringBuilder line = new StringBuilder();
    line.append(machine).append("  ").append(spec.name()).append("  ");
    line.append(news.isEnd() ? "completed" : "taken  command=" + news.command());
    if (news.process() != null) {
      line.append("  process=").append(news.process());
    }
    return line.append(news.message() == null ? "" : "  " + news.message()).toString();
  }
}
