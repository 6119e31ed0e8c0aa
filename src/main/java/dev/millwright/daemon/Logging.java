package dev.millwright.daemon;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import org.tinylog.configuration.Configuration;
import org.tinylog.jul.JulTinylogBridge;

/**
 * Sets up tinylog: a console (standard output goes to journald) and, where configured, a rolling
 * file for technicians. Libraries are heard from {@code WARN} on.
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

  /** Local time with its offset, then the level, then the message, whose subject comes first. */
  private static final String FORMAT =
      "{date: yyyy-MM-dd HH:mm:ss.SSSxxx} {level|min-size=5} {message}";

  private Logging() {}

  /** For a daemon. */
  public static void start(LogSettings settings, Console console) {
    Map<String, String> properties = levels(settings.level());
    console(properties, console, FORMAT);
    if (settings.file() != null) {
      properties.put("writerFile", "rolling file");
      properties.put("writerFile.file", settings.file() + ".{count}");
      properties.put("writerFile.latest", settings.file().toString());
      properties.put("writerFile.charset", "UTF-8");
      // Not at each start: a daemon that is restarted again and again would drive out what it had
      // said at first, which tells why.
      // The size first, which has to hear of each line.
      properties.put("writerFile.policies", "file size: " + settings.maxSize().bytes() + ", daily");
      properties.put("writerFile.backups", Integer.toString(settings.keep() - 1));
      properties.put("writerFile.format", FORMAT);
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
    boolean debug = level == LogSettings.Level.DEBUG;
    properties.put("level", level == LogSettings.Level.ERROR ? "error" : "warn");
    properties.put("level@dev.millwright", level.name().toLowerCase(Locale.ROOT));
    if (!debug) {
      // Complains of every attempt to connect that fails; the link says it once, with its machines.
      properties.put("level@org.eclipse.milo.opcua.stack.transport.client.uasc", "off");
      // The same of connections that break.
      properties.put("level@com.digitalpetri.modbus", "off");
      // Of a library that cannot be loaded; the journal says it, with what to do.
      properties.put("level@org.sqlite", "off");
    }
    properties.put("exception", debug ? "keep" : "cause in words");
    // Nothing is buffered, and a shutdown hook of its own would close the file before the daemon,
    // which is stopped by another, has said its last.
    properties.put("autoshutdown", "false");
    return properties;
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
      JulTinylogBridge.activate();
      java.util.logging.Logger.getLogger("").setLevel(Level.WARNING);
    }
  }
}
