package dev.millwright.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.Heartbeat.Overdue;
import dev.millwright.runtime.TimeSource;
import dev.millwright.testing.MemoryWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** FIELD 25: systemd's watchdog is fed only while all loops go on. */
@Timeout(120)
class SupervisionTest {

  @TempDir Path folder;

  private final AtomicLong nanos = new AtomicLong();
  private final TimeSource time = new TimeSource(InstantSource.system(), nanos::get);
  private final Heartbeat a = new Heartbeat(Duration.ofSeconds(30), time);
  private final Heartbeat b = new Heartbeat(Duration.ofMinutes(30), time);
  private final Heartbeat page = Heartbeat.ofOnlooker(Duration.ofSeconds(20), time);
  private DatagramServer systemd;
  private Supervision supervision;

  @BeforeEach
  void start() {
    MemoryWriter.clear();
    String socket = folder.resolve("notify").toString();
    systemd = new DatagramServer(socket);
    ServiceManager manager =
        ServiceManager.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "150000"));
    supervision = new Supervision(manager, () -> List.of(a, b, page), SupervisionTest::words);
    a.beat();
    b.beat();
    supervision.start();
  }

  private static String words(List<Overdue> overdue) {
    return overdue.isEmpty()
        ? "all is well"
        : overdue.stream().map(Overdue::loop).collect(Collectors.joining());
  }

  @AfterEach
  void stop() {
    supervision.close();
    systemd.close();
  }

  private void await(String message) throws InterruptedException {
    String next = systemd.next();
    while (!next.equals(message)) {
      next = systemd.next();
    }
  }

  @Test
  void itIsFedWhileTheLoopsGoOn() throws Exception {
    await("STATUS=all is well");
    for (int i = 0; i < 5; i++) {
      assertEquals("WATCHDOG=1", systemd.next(), "the same status is not told twice");
    }
  }

  /** A daemon that is started anew is worse than a page that nobody can look at. */
  @Test
  void aPageThatHangsIsNamedAndDoesNotEndThePing() throws Exception {
    page.beat();
    nanos.addAndGet(Duration.ofSeconds(25).toNanos());
    await("STATUS=" + Thread.currentThread().getName());
    for (int i = 0; i < 5; i++) {
      assertEquals("WATCHDOG=1", systemd.next());
    }
    String told = MemoryWriter.of("daemon").get(0);
    assertTrue(told.contains(" hangs: no progress for 25 s; the machines are watched"), told);
    assertEquals(1, MemoryWriter.of("daemon").size(), "once");
    page.beat();
    await("STATUS=all is well");
  }

  @Test
  void aLoopThatHangsIsNamedAndEndsThePingUntilItGoesOn() throws Exception {
    // A thread that stays where it is; what this one does is different from moment to moment.
    SynchronousQueue<Boolean> turns = new SynchronousQueue<>();
    Thread loop = new Thread(() -> loop(turns), "loop under test");
    loop.start();
    turn(turns);
    String name = loop.getName();
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    await("STATUS=" + name);
    assertNull(systemd.receive(Duration.ofMillis(600)), "no ping");
    String told = MemoryWriter.of("daemon").get(0);
    assertTrue(told.startsWith("ERROR daemon        thread " + name + " hangs: no progress"), told);
    assertTrue(told.contains("for 31 s"), told);
    assertTrue(told.contains("SupervisionTest.loop:"), told);
    assertEquals(1, MemoryWriter.of("daemon").size(), "once");
    turn(turns);
    await("WATCHDOG=1");
    await("STATUS=all is well");
    assertTrue(MemoryWriter.of("daemon").get(1).endsWith(name + " goes on again"));
    turns.put(false);
    loop.join();
  }

  private static void turn(SynchronousQueue<Boolean> turns) throws InterruptedException {
    turns.put(true);
    assertTrue(turns.take());
  }

  /** Beats at each turn, and hangs between them. */
  private void loop(SynchronousQueue<Boolean> turns) {
    try {
      while (turns.take()) {
        a.beat();
        turns.put(true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
