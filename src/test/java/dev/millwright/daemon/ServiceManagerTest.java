package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real socket, as systemd has it: sd_notify(3), and FIELD 25. */
class ServiceManagerTest {

  @TempDir Path folder;

  private Map<String, String> environment() {
    return Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString());
  }

  private Map<String, String> watched() {
    return Map.of("NOTIFY_SOCKET", folder.resolve("notify").toString(), "WATCHDOG_USEC", "3000000");
  }

  @Test
  void eachNewsIsOneMessage() throws Exception {
    try (DatagramServer systemd = new DatagramServer(folder.resolve("notify").toString())) {
      ServiceManager manager = ServiceManager.of(watched());
      manager.ready();
      manager.alive();
      manager.stopping();
      assertEquals("READY=1", systemd.next());
      assertEquals("WATCHDOG=1", systemd.next());
      assertEquals("STOPPING=1", systemd.next());
    }
  }

  @Test
  void whereThereIsNoWatchdogNoneIsFed() throws Exception {
    try (DatagramServer systemd = new DatagramServer(folder.resolve("notify").toString())) {
      ServiceManager manager = ServiceManager.of(environment());
      manager.alive();
      manager.stopping();
      assertEquals("STOPPING=1", systemd.next());
    }
  }

  @Test
  void aReloadSaysWhenItBegan() throws Exception {
    try (DatagramServer systemd = new DatagramServer(folder.resolve("notify").toString())) {
      long before = System.nanoTime() / 1_000;
      ServiceManager.of(environment()).reloading();
      long after = System.nanoTime() / 1_000;
      String[] lines = systemd.next().split("\n", -1);
      assertEquals("RELOADING=1", lines[0]);
      long micros = Long.parseLong(lines[1].substring("MONOTONIC_USEC=".length()));
      assertTrue(before <= micros && micros <= after, lines[1]);
    }
  }

  /** Else one line of a status could say READY=1 in the name of the daemon. */
  @Test
  void aStatusIsOneLineOfBoundedLength() throws Exception {
    try (DatagramServer systemd = new DatagramServer(folder.resolve("notify").toString())) {
      ServiceManager manager = ServiceManager.of(environment());
      manager.status("2 machines\nREADY=1\u0000\u001b[31m");
      assertEquals("STATUS=2 machines READY=1 [31m", systemd.next());
      manager.status("x".repeat(100_000));
      assertEquals("STATUS=".length() + 1_001, systemd.next().length());
    }
  }

  @Test
  void anAbstractAddressIsReached() throws Exception {
    String address = "@millwright-test-" + UUID.randomUUID();
    try (DatagramServer systemd = new DatagramServer(address)) {
      ServiceManager.of(Map.of("NOTIFY_SOCKET", address)).ready();
      assertEquals("READY=1", systemd.next());
    }
  }

  @Test
  void nobodyIsToldWhereNobodyAsks() {
    assertSame(ServiceManager.NONE, ServiceManager.of(Map.of()));
    assertSame(ServiceManager.NONE, ServiceManager.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234")));
    ServiceManager.NONE.ready();
  }

  @Test
  void whoeverDoesNotListenKeepsNobodyFromWork() {
    ServiceManager manager = ServiceManager.of(watched());
    manager.ready();
    manager.alive();
  }

  @Test
  void theWatchdogIsThatOfThisProcess() {
    String socket = folder.resolve("notify").toString();
    String pid = Long.toString(ProcessHandle.current().pid());
    assertNull(ServiceManager.of(environment()).watchdog());
    assertEquals(Duration.ofSeconds(3), ServiceManager.of(watched()).watchdog());
    assertEquals(
        Duration.ofSeconds(3),
        ServiceManager.of(
                Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", pid))
            .watchdog());
    assertNull(
        ServiceManager.of(
                Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "1"))
            .watchdog());
    assertNull(
        ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "soon")).watchdog());
  }

  @Test
  void withoutNativeLibraryTheProgramSystemdNotifySpeaks() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/systemd-notify")), "no systemd-notify here");
    try (DatagramServer systemd = new DatagramServer(folder.resolve("notify").toString())) {
      Process process = withoutLibrary();
      assertEquals("READY=1", systemd.next());
      // systemd-notify waits until all of it was read.
      assertEquals("BARRIER=1", systemd.next());
      assertEquals("STATUS=all is well", systemd.next());
      assertEquals("BARRIER=1", systemd.next());
      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(said.contains("systemd-notify is used instead"), said);
      assertEquals(0, process.exitValue(), said);
    }
  }

  private Process withoutLibrary() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-Djna.boot.library.path=" + folder,
                "-Djna.noclasspath=true",
                "-cp",
                System.getProperty("java.class.path"),
                Speaker.class.getName())
            .redirectErrorStream(true);
    builder.environment().putAll(environment());
    return builder.start();
  }

  /** A program that has two things to tell. */
  static final class Speaker {
    public static void main(String[] arguments) {
      Logging.startQuiet();
      ServiceManager manager = ServiceManager.of(System.getenv());
      manager.ready();
      manager.status("all is well");
    }
  }
}
