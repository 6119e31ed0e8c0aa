package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.config.ConfigException;
import dev.millwright.control.ControlClient;
import dev.millwright.control.ControlSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --socket}, or else the control socket that the configuration names. */
final class DaemonOption {

  /** A daemon answers within milliseconds, unless its disk is slow. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The daemon's control socket. Default: the one that the configuration names.")
  private Path socket;

  /** Whether the configuration does not tell where it is, so that this is a guess. */
  private boolean guessed;

  /**
   * Where it is. A mistake in a file, or a secret that this user may not read, must keep nobody
   * from a stop.
   */
  Path socket(ConfigOption config, PrintWriter err) throws Failure {
    if (socket != null) {
      return socket;
    }
    try {
      return config.controlSocket();
    } catch (ConfigException e) {
      guessed = true;
      err.println(
          "warning: where the control socket is cannot be read from the configuration, so it is"
              + " taken to be where it is by default (or name it with --socket FILE): "
              + e.getMessage());
      return ControlSettings.standard().socket();
    }
  }

  /**
   * What the daemon knows.
   *
   * @param machine the one of which everything is to be told; null for all, in short
   * @throws Failure when there is no answer, in words
   */
  JsonObject status(Path socket, String machine) throws Failure {
    try {
      return ControlClient.status(socket, machine, PATIENCE);
    } catch (IOException e) {
      throw unreachable(socket, e);
    }
  }

  /** Says why a daemon cannot be reached. */
  Failure unreachable(Path socket, IOException e) {
    String why = String.valueOf(e.getMessage());
    if (why.contains("Permission denied")) {
      return new Failure(
          Exit.NO_PERMISSION,
          "user "
              + System.getProperty("user.name")
              + " may not use "
              + socket
              + "; its group may: join that (usermod --append --groups), or use sudo");
    }
    if (guessed) {
      return new Failure(
          Exit.CONFIG,
          "the configuration does not tell where the control socket is, and no daemon answers at"
              + " the default one, "
              + socket
              + ": "
              + why
              + ". Correct [control] in the file, or name the daemon's socket with --socket FILE");
    }
    return new Failure(
        Exit.UNAVAILABLE,
        "no daemon answers at "
            + socket
            + ": "
            + why
            + ". Does it run (systemctl status millwright), and is this its [control] socket?");
  }
}
