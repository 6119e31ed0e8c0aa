package dev.millwright.device.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.simulator.PseudoTerminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A port that goes away, or does not let go, in the middle of something (FIELD 11, 12). */
@Timeout(120)
class VanishingPortTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final Deque<PseudoTerminal> terminals = new ArrayDeque<>();
  private SerialLine line;

  @BeforeEach
  void open() throws Exception {
    plugIn();
    line = new SerialLine(PortSettings.of(name().toString(), 9600));
    line.open();
  }

  @AfterEach
  void close() {
    terminals.forEach(PseudoTerminal::close);
    line.close();
  }

  /** FIELD 11: the adapter comes back as another device, and the name leads there. */
  @Test
  void a_name_that_comes_back_for_another_device_is_followed() throws Exception {
    Path before = name().toRealPath();
    PseudoTerminal pulled = terminals.pop();
    Files.delete(name());
    pulled.close();
    fails("the port has vanished", () -> line.read(new byte[9], LONG));
    line.close();
    fails("no such port", line::open);
    plugIn();
    if (name().toRealPath().equals(before)) {
      // The kernel gave the old device's name again: that one stays open, so the next is another.
      Files.delete(name());
      plugIn();
    }
    assertNotEquals(before, name().toRealPath());
    line.open();
    terminals.peek().write(new byte[] {7});
    byte[] heard = new byte[9];
    assertEquals(1, line.read(heard, LONG));
    assertEquals(7, heard[0]);
  }

  /** FIELD 11: the write was blocked, and nobody will ever take what it writes. */
  @Test
  void a_port_that_vanishes_under_a_writer_ends_the_write() throws Exception {
    Libc.stopOutput(terminals.peek().slave());
    Thread unplugged = soon(() -> terminals.peek().close());
    long start = System.nanoTime();
    fails("the port has vanished", () -> line.write(new byte[] {1}, LONG));
    assertTrue(System.nanoTime() - start < LONG.toNanos() / 2);
    unplugged.join();
  }

  /** FIELD 12: the old device's driver hangs; the adapter is back as a new one meanwhile. */
  @Test
  @Tag("host") // the driver's and our patience
  void a_closing_that_hangs_keeps_the_device_and_not_the_name_until_it_is_unplugged()
      throws Exception {
    hang();
    fails("closing it has hung for", line::open);
    String closer = "close " + terminals.peek().slave();
    assertTrue(isAlive(closer));
    plugIn();
    line.open();
    terminals.peek().write(new byte[] {7});
    assertEquals(1, line.read(new byte[9], LONG));
    terminals.peekLast().close();
    long limit = System.nanoTime() + LONG.toNanos();
    while (isAlive(closer)) {
      assertTrue(System.nanoTime() - limit < 0, "it lets go with the adapter");
      Thread.sleep(20);
    }
  }

  /** FIELD 12, I8: each that hangs keeps a descriptor and two threads. */
  @Test
  @Tag("host")
  void no_more_than_three_closings_hang_at_once() throws Exception {
    for (int i = 0; i < 3; i++) {
      hang();
      plugIn();
      if (i < 2) {
        line.open();
      }
    }
    fails("closing its last 3 devices hangs, /dev/pts/", line::open);
    terminals.forEach(PseudoTerminal::close);
    plugIn();
    openSoon();
  }

  /** Leaves a write blocked, so that the closing waits for it. */
  private void hang() throws Exception {
    Libc.stopOutput(terminals.peek().slave());
    fails("did not take", () -> line.write(new byte[] {1}, Duration.ofMillis(100)));
    line.close();
  }

  private static boolean isAlive(String thread) {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(each -> each.getName().equals(thread));
  }

  private void plugIn() throws Exception {
    terminals.push(PseudoTerminal.open(name()));
  }

  private Path name() {
    return folder.resolve("by-id");
  }

  /** The kernel takes its time to let go. */
  private void openSoon() throws Exception {
    long limit = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        line.open();
        return;
      } catch (LinkException e) {
        assertTrue(System.nanoTime() - limit < 0, e::getMessage);
        Thread.sleep(20);
      }
    }
  }

  private static Thread soon(Runnable what) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(200);
                what.run();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void fails(String words, Executable call) {
    String said = assertThrows(LinkException.class, call).getMessage();
    assertTrue(said.contains(words), said);
  }
}
