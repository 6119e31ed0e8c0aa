package dev.millwright.daemon;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.tinylog.configuration.Configuration;
import org.tinylog.jul.JulTinylogBridge;

/**
 * Sets up tinylog: a console, or systemd's journal where standard output leads there, and, where
 * configured, a rolling file for technicians. Libraries are heard from {@code WARN} on.
 *
 * <p>tinylog reads its configuration when the first line is logged, so this comes before all else.
 */
public final class Logging {

  /** Where console lines go. */
  public enum Console {
    OUT,
    ERR,
    NONE
  }

  /**
   * Libraries of which nothing is heard. java.util.logging forgets the level of a logger that
   * nobody holds.
   */
  private static final List<Logger> QUIET =
      Stream.of(
              // Complains of every attempt to connect that fails; the link says it once, with its
              // machines.
              "org.eclipse.milo.opcua.stack.transport.client.uasc",
              // The same of connections that break.
              "com.digitalpetri.modbus",
              // Of a library that cannot be loaded; the journal says it, with what to do.
              "org.sqlite")
          .map(Logger::getLogger)
          .toList();

  /** Of a quiet one, but warns of nothing else than its own faults. */
  private static final Logger HEARD = Logger.getLogger("com.digitalpetri.modbus.client.ChannelFsm");

  /** Local time with its offset, then the level, then the message, whose subject comes first. */
  private static final String FORMAT =
      "{date: yyyy-MM-dd HH:mm:ss.SSSxxx} {level|min-size=5} {message}";

  private Logging() {}

  /**
   * For a daemon.
   *
   * @param console where its lines go, unless that is systemd's journal: then they go there with
   *     their fields, and not twice
   */
  public static void start(LogSettings settings, Console console) {
    Map<String, String> properties = levels(settings.level());
    if (console == Console.OUT && JournalStream.isStandardOutput(System.getenv())) {
      journald(properties, JournaldWriter.SOCKET);
    } else {
      console(properties, console, FORMAT);
    }
    if (settings.file() != null) {
      file(settings).forEach((key, value) -> properties.put("writerFile" + key, value));
    }
    apply(properties);
  }

  /** For a command that does one thing and ends: what is worth a warning, on standard error. */
  public static void startQuiet() {
    Map<String, String> properties = levels(LogSettings.Level.WARN);
    console(properties, Console.ERR, "{level}: {message}");
    apply(properties);
  }

  private static Map<String, String> levels(LogSettings.Level level) {
    Map<String, String> properties = new HashMap<>();
    properties.put("level", level.name().toLowerCase(Locale.ROOT));
    properties.put("exception", level == LogSettings.Level.DEBUG ? "keep" : "cause in words");
    // Nothing is buffered, and a shutdown hook of its own would close the file before the daemon,
    // which is stopped by another, has said its last.
    properties.put("autoshutdown", "false");
    return properties;
  }

  /** Of the rolling file, each key as it follows on the writer's name. */
  static Map<String, String> file(LogSettings settings) {
    Map<String, String> properties = new HashMap<>();
    properties.put("", "rolling file");
    properties.put(".file", settings.file() + ".{count}");
    properties.put(".latest", settings.file().toString());
    properties.put(".charset", "UTF-8");
    // Not at each start: a daemon that is restarted again and again would drive out what it had
    // said at first, which tells why.
    // The size first, which has to hear of each line.
    properties.put(".policies", "file size: " + settings.maxSize().bytes() + ", daily");
    properties.put(".backups", Integer.toString(settings.keep() - 1));
    // Not compressed: tinylog 2.7 would compress the present file at each stop, and lose whole
    // files.
    properties.put(".format", FORMAT);
    return properties;
  }

  private static void journald(Map<String, String> properties, String address) {
    properties.put("writerJournald", "journald");
    properties.put("writerJournald.address", address);
    properties.put("writerJournald.format", "{message}");
  }

  private static void console(Map<String, String> properties, Console console, String format) {
    if (console != Console.NONE) {
      properties.put("writerConsole", "console");
      properties.put("writerConsole.stream", console == Console.OUT ? "out" : "err");
      properties.put("writerConsole.format", format);
    }
  }

  /**
   * All of it, whatever a tinylog.properties on the class path says. Where something was logged
   * already, it is too late, and the log stays as it is.
   */
  private static void apply(Map<String, String> properties) {
    if (!Configuration.isFrozen()) {
      Configuration.replace(properties);
      // Libraries come through java.util.logging, and have their levels there: where tinylog has
      // levels for single packages, it looks at each line for who has called it.
      JulTinylogBridge.activate();
      Logger.getLogger("").setLevel(Level.WARNING);
      boolean debug = properties.get("level").equals("debug");
      HEARD.setLevel(Level.WARNING);
      QUIET.forEach(library -> library.setLevel(debug ? Level.WARNING : Level.OFF));
    }
  }
}
