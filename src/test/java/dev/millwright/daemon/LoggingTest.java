package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.settings.DataSize;
import dev.millwright.testing.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class LoggingTest {

  private static final String QUIET = "com.digitalpetri.modbus.client.ModbusTcpClient";

  @TempDir private Path folder;

  @Test
  void librariesWarnWithTheWordsThatTheyChose() throws Exception {
    assertEquals(
        List.of("INFO  ours", "WARN  library it's {0}", "WARN  fault", "WARN  old 7 of 9"),
        said(LogSettings.Level.INFO));
  }

  @Test
  void whoWantsAllHearsOwnDetailsAndEachLibrary() throws Exception {
    assertEquals(
        List.of(
            "DEBUG detail",
            "INFO  ours",
            "WARN  library it's {0}",
            "WARN  gone",
            "WARN  fault",
            "WARN  old 7 of 9"),
        said(LogSettings.Level.DEBUG));
  }

  @Test
  void whoWantsErrorsAloneHearsThemOfLibrariesToo() throws Exception {
    assertEquals(List.of("ERROR is down: IOException: no answer"), said(LogSettings.Level.ERROR));
  }

  /** Each line's level and message. */
  private List<String> said(LogSettings.Level level) throws Exception {
    Path log = folder.resolve("out");
    try (Child child =
        Child.startOfTests(log, Speaker.class, List.of(level.name().toLowerCase(Locale.ROOT)))) {
      child.awaitLine("ERROR last", Duration.ofSeconds(30));
    }
    List<String> said = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      String[] parts = line.split(" ", 3);
      said.add(parts[2]);
    }
    assertEquals("ERROR last", said.remove(said.size() - 1));
    return said;
  }

  /** A program that has something to tell, as its libraries have. */
  static final class Speaker {
    public static void main(String[] arguments) {
      Logging.start(
          new LogSettings(
              null,
              LogSettings.Level.valueOf(arguments[0].toUpperCase(Locale.ROOT)),
              DataSize.ofMebibytes(1),
              2),
          Logging.Console.OUT);
      org.tinylog.Logger.debug("detail");
      org.tinylog.Logger.info("ours");
      org.slf4j.Logger library = LoggerFactory.getLogger("org.example.library");
      library.info("chatter");
      library.warn("library {} {0}", "it's");
      System.gc();
      LoggerFactory.getLogger(QUIET).warn("gone");
      LoggerFactory.getLogger("com.digitalpetri.modbus.client.ChannelFsm").warn("fault");
      java.util.logging.Logger old = java.util.logging.Logger.getLogger("org.example.old");
      old.info("chatter");
      old.log(java.util.logging.Level.WARNING, "old {0} of {1}", new Object[] {7, 9});
      if (arguments[0].equals("error")) {
        library.error("is down", new IOException("no answer"));
      }
      org.tinylog.Logger.error("last");
    }
  }
}
