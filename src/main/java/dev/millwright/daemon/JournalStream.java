package dev.millwright.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether standard output leads to systemd's journal (systemd.exec(5), JOURNAL_STREAM). */
final class JournalStream {

  private JournalStream() {}

  /** False also where the journal's own socket cannot be used: then its lines go as plain text. */
  static boolean isStandardOutput(Map<String, String> environment) {
    String stream = environment.get("JOURNAL_STREAM");
    return stream != null
        && isStandardOutput(stream, Path.of("/proc/self/fd/1"), JournaldWriter.SOCKET);
  }

  /**
   * @param stream the device and the number of what systemd has connected; a child that writes
   *     elsewhere inherits it
   */
  static boolean isStandardOutput(String stream, Path output, String socket) {
    try (UnixDatagrams journal = UnixDatagrams.to(socket)) {
      return journal != null && of(output).equals(stream) && Files.exists(Path.of(socket));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** As JOURNAL_STREAM has it. */
  static String of(Path output) throws IOException {
    return Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino");
  }
}
