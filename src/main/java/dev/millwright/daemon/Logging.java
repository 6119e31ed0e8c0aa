package dev.millwright.daemon;

import java.util.Locale;
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
    levels(settings.level());
    console(console, FORMAT);
    if (settings.file() != null) {
      Configuration.set("writerFile", "rolling file");
      Configuration.set("writerFile.file", settings.file() + ".{count}");
      Configuration.set("writerFile.latest", settings.file().toString());
      Configuration.set("writerFile.charset", "UTF-8");
      Configuration.set(
          "writerFile.policies", "startup, daily, size: " + settings.maxSize().bytes());
      Configuration.set("writerFile.backups", Integer.toString(settings.keep() - 1));
      Configuration.set("writerFile.format", FORMAT);
    }
    bridge();
  }

  /** For a command that does one thing and ends: what is worth a warning, on standard error. */
  public static void startQuiet() {
    levels(LogSettings.Level.WARN);
    console(Console.ERR, "{level}: {message}");
    bridge();
  }

  private static void levels(LogSettings.Level level) {
    String ours = level.name().toLowerCase(Locale.ROOT);
    boolean debug = level == LogSettings.Level.DEBUG;
    Configuration.set("level", level == LogSettings.Level.ERROR ? "error" : "warn");
    Configuration.set("level@dev.millwright", ours);
    Configuration.set("exception", debug ? "keep" : "cause in words");
    // Nothing is buffered, and a shutdown hook of its own would close the file before the daemon,
    // which is stopped by another, has said its last.
    Configuration.set("autoshutdown", "false");
  }

  private static void console(Console console, String format) {
    if (console != Console.NONE) {
      Configuration.set("writerConsole", "console");
      Configuration.set("writerConsole.stream", console == Console.OUT ? "out" : "err");
      Configuration.set("writerConsole.format", format);
    }
  }

  private static void bridge() {
    JulTinylogBridge.activate();
    java.util.logging.Logger.getLogger("").setLevel(Level.WARNING);
  }
}
