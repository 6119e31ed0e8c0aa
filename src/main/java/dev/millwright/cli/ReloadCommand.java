package dev.millwright.cli;

import dev.millwright.control.ControlClient;
import dev.millwright.control.ControlNews;
import dev.millwright.control.ReloadRequest;
import dev.millwright.daemon.Logging;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description =
        "Has the running daemon read its configuration anew. Machines that have not changed, on"
            + " links that have not changed, are not touched. A mistake anywhere changes nothing.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:everything is as it stands in the files",
      "75:some machines keep their old settings for now, and are named; reload again",
      "78:the configuration has mistakes; nothing was changed"
    },
    footer = {"", "Example: millwright reload --dry-run"})
final class ReloadCommand implements Callable<Integer> {

  @Option(names = "--dry-run", description = "Only prints what would happen.")
  private boolean dryRun;

  @Mixin private DaemonOption daemonOption;
  @Mixin private ConfigOption config;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Logging.startQuiet();
    Path where = daemonOption.socket(config, spec.commandLine().getErr());
    ControlNews news;
    try (ControlClient daemon = ControlClient.ask(where, new ReloadRequest(dryRun))) {
      news = daemon.next();
    } catch (IOException e) {
      throw daemonOption.unreachable(where, e);
    }
    if (news == null) {
      throw new Failure(
          Exit.UNAVAILABLE,
          "the daemon at " + where + " has hung up before it said how this ended: see its log");
    }
    return switch (news.state()) {
      case MISTAKEN -> throw new Failure(Exit.CONFIG, news.message());
      case FAILED, TAKEN -> throw new Failure(Exit.DIFFERENT, news.message());
      case COMPLETED, PARTLY -> {
        spec.commandLine().getOut().println(news.message());
        yield news.state() == ControlNews.State.PARTLY ? Exit.TRY_AGAIN : Exit.OK;
      }
    };
  }
}
