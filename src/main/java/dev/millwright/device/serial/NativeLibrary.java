package dev.millwright.device.serial;

import com.fazecast.jSerialComm.SerialPort;
import dev.millwright.device.LinkException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The native part of the serial library, looked at before it is loaded: the JVM tries to load a
 * class once, and what is mended later would need a restart (jSerialComm #387, #606).
 */
final class NativeLibrary {

  private static final int MAX_REASON_CHARACTERS = 400;

  /** Java's names of processors, and the library's, of which bin/millwright's folder has files. */
  private static final Map<String, String> PROCESSORS =
      Map.of("amd64", "x86_64", "aarch64", "armv8_64", "arm", "armv7hf");

  private static volatile boolean loaded;

  private NativeLibrary() {}

  /**
   * Loads it, unless that is done.
   *
   * @param port who needs it
   * @throws LinkException when it cannot be loaded; where that was seen before trying, the next
   *     call tries again
   */
  static void load(String port) throws LinkException {
    if (loaded) {
      return;
    }
    String wrong = problem(System.getProperties(), Mounts.read(HostFiles.THIS));
    if (wrong != null) {
      throw new LinkException(port + ": the serial library cannot be loaded: " + wrong);
    }
    try {
      SerialPort.getVersion();
      loaded = true;
    } catch (LinkageError e) {
      throw new LinkException(
          port + ": the serial library cannot be loaded: " + reason(e) + "; mend that and restart",
          e);
    }
  }

  /** What will keep it from being loaded; null when nothing is seen. */
  static String problem(Properties properties, Mounts mounts) {
    Path ours = ours(properties);
    if (ours != null) {
      // Not unpacked elsewhere instead: the library would take what others have put there.
      Path noexec = mounts.noexec(ours);
      return noexec == null
          ? null
          : ours
              + " is on "
              + noexec
              + ", which is mounted noexec: install Millwright where programs may be run, or"
              + " remount that";
    }
    // Where the library unpacks itself, in this order.
    List<Path> folders =
        List.of(
            Path.of(properties.getProperty("java.io.tmpdir")),
            Path.of(properties.getProperty("user.home")));
    return folders.stream().anyMatch(folder -> takesPrograms(folder, mounts))
        ? null
        : "it is unpacked into "
            + folders.get(0)
            + ", which is mounted noexec or not writable: name a folder from which programs may be"
            + " run: JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
  }

  /** The file in the folder that bin/millwright names; null when it has none. */
  private static Path ours(Properties properties) {
    String folder = properties.getProperty("jSerialComm.library.path", "");
    String processor = PROCESSORS.get(properties.getProperty("os.arch"));
    if (folder.isEmpty() || processor == null) {
      return null;
    }
    Path file = Path.of(folder, "Linux", processor, "libjSerialComm.so");
    return Files.isReadable(file) ? file : null;
  }

  private static boolean takesPrograms(Path folder, Mounts mounts) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.isWritable(existing) && mounts.noexec(existing) == null;
  }

  private static String reason(LinkageError error) {
    String words = String.valueOf(error.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
    return words.length() <= MAX_REASON_CHARACTERS
        ? words
        : words.substring(0, MAX_REASON_CHARACTERS) + "…";
  }
}
