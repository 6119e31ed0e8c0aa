package dev.millwright.control;

import dev.millwright.settings.Default;
import dev.millwright.settings.Rules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Section {@code [control]} of the configuration.
 *
 * @param socket the whole path of the socket's file; its folder has to be there, and decides with
 *     the file's mode (0660) who may give commands
 */
public record ControlSettings(@Default("/run/millwright/control.sock") Path socket) {

  /** Linux keeps 108 bytes of a socket's path (unix(7)); one ends it, one is for a new one. */
  private static final int MAX_BYTES = 106;

  public ControlSettings {
    new Rules()
        .require(
            socket == null || socket.isAbsolute(),
            "socket",
            "\"" + socket + "\" is not a whole path; a daemon has no folder to begin from")
        .require(
            socket == null
                || socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES,
            "socket",
            "\"" + socket + "\" has more than " + MAX_BYTES + " bytes, which no socket's path may")
        .check();
  }

  /** Where it is unless the configuration says otherwise. */
  public static ControlSettings standard() {
    return new ControlSettings(Path.of("/run/millwright/control.sock"));
  }
}
