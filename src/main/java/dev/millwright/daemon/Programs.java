package dev.millwright.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other programs of the host that only tell something, such as systemctl show. */
public final class Programs {

  private static final int LIMIT_MILLIS = 1_500;

  private Programs() {}

  /** What it prints; null where there is no such program, it fails, or takes too long. */
  public static String ask(String... command) throws InterruptedException {
    Process process = null;
    try {
      ProcessBuilder builder = new ProcessBuilder(List.of(command));
      builder.environment().put("LC_ALL", "C");
      process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      // All of these print less than a pipe holds, so that waiting first cannot hang them.
      if (!process.waitFor(LIMIT_MILLIS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
        return null;
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return null;
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  /** The same of lines such as {@code LoadState=loaded}; empty where nothing is told. */
  public static Map<String, String> properties(String... command) throws InterruptedException {
    Map<String, String> properties = new LinkedHashMap<>();
    String told = ask(command);
    if (told != null) {
      told.lines()
          .filter(line -> line.contains("="))
          .forEach(
              line ->
                  properties.put(
                      line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    }
    return properties;
  }
}
