package dev.millwright.daemon;

import dev.millwright.runtime.LogLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tinylog.Logger;

/**
 * Tells systemd how the daemon fares, in the protocol of sd_notify(3); tells nobody where no
 * systemd asks. Never throws, and waits for some seconds at most. Safe for use by several threads.
 */
public final class ServiceManager {

  /** Where nobody is told anything. */
  public static final ServiceManager NONE = new ServiceManager(message -> {}, null);

  /** How long a message is tried to be sent; systemd takes all that there is at once. */
  private static final int TRIES = 20;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

  /** More than systemd-notify itself waits for systemd to have read. */
  private static final Duration NOTIFY_LIMIT = Duration.ofSeconds(7);

  /** What is longer helps nobody who reads it in systemctl status. */
  private static final int MOST_STATUS = 1_000;

  /** One way to systemd. */
  @FunctionalInterface
  private interface Way {
    void send(String message) throws IOException, InterruptedException;
  }

  private final Way way;
  private final Duration watchdog;
  private final AtomicBoolean unheard = new AtomicBoolean();

  private ServiceManager(Way way, Duration watchdog) {
    this.way = way;
    this.watchdog = watchdog;
  }

  /**
   * What systemd has put into the environment of this process: NOTIFY_SOCKET, WATCHDOG_USEC and
   * WATCHDOG_PID.
   */
  public static ServiceManager of(Map<String, String> environment) {
    String address = environment.get("NOTIFY_SOCKET");
    if (address == null || address.isEmpty()) {
      return NONE;
    }
    Duration watchdog = watchdog(environment);
    try {
      UnixDatagrams socket = UnixDatagrams.to(address);
      return new ServiceManager(message -> send(socket, message), watchdog);
    } catch (IOException e) {
      Logger.warn(
          LogLine.of(
              "systemd",
              LogLine.cause(e)
                  + "; the program systemd-notify is used instead: it needs NotifyAccess=all in the"
                  + " unit; see that the processor's library is in lib/native"));
      return new ServiceManager(ServiceManager::execute, watchdog);
    } catch (IllegalArgumentException e) {
      Logger.warn(LogLine.of("systemd", "is told nothing: NOTIFY_SOCKET: " + e.getMessage()));
      return NONE;
    }
  }

  /** Null when no watchdog watches this process (sd_watchdog_enabled(3)). */
  private static Duration watchdog(Map<String, String> environment) {
    String pid = environment.get("WATCHDOG_PID");
    if (pid != null && !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
      return null;
    }
    String micros = environment.getOrDefault("WATCHDOG_USEC", "0");
    try {
      long parsed = Long.parseLong(micros);
      return parsed <= 0 ? null : Duration.of(parsed, ChronoUnit.MICROS);
    } catch (NumberFormatException e) {
      Logger.warn(
          LogLine.of("systemd", "its watchdog is left alone: WATCHDOG_USEC is \"" + micros + "\""));
      return null;
    }
  }

  /** Within what time {@link #alive} has to be called each time; null when nobody waits for it. */
  Duration watchdog() {
    return watchdog;
  }

  /** Links are started and the journal is open; or a reload is over, whatever came of it. */
  public void ready() {
    tell("READY=1");
  }

  /** The configuration is being read anew; {@link #ready} is to follow. */
  public void reloading() {
    // System.nanoTime is CLOCK_MONOTONIC on Linux, which is what systemd compares with.
    tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
  }

  /** The stop has begun. */
  public void stopping() {
    tell("STOPPING=1");
  }

  /** What systemctl status shows: one line in words. */
  void status(String words) {
    String line = words.replaceAll("\\p{Cntrl}+", " ");
    tell("STATUS=" + (line.length() > MOST_STATUS ? line.substring(0, MOST_STATUS) + "…" : line));
  }

  /** Keeps systemd's watchdog from ending this process, where there is one. */
  void alive() {
    if (watchdog != null) {
      tell("WATCHDOG=1");
    }
  }

  private void tell(String message) {
    try {
      way.send(message);
      unheard.set(false);
    } catch (IOException e) {
      if (!unheard.getAndSet(true)) {
        Logger.warn(
            LogLine.of("systemd", "cannot be told how the daemon fares: " + LogLine.cause(e)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(UnixDatagrams socket, String message)
      throws IOException, InterruptedException {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    for (int tries = 0; !socket.send(bytes); tries++) {
      if (tries >= TRIES) {
        throw new IOException("it does not read its socket");
      }
      Thread.sleep(BETWEEN_TRIES.toMillis());
    }
  }

  /** The unit must allow it: NotifyAccess=all, as it is another process that speaks then. */
  private static void execute(String message) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("systemd-notify"));
    command.addAll(message.lines().toList());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(NOTIFY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "systemd-notify does not end within " + NOTIFY_LIMIT.toSeconds() + " s");
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException("systemd-notify ends with exit code " + process.exitValue());
    }
  }
}
