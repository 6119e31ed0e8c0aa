package dev.millwright.device.serial;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.device.LinkException;
import dev.millwright.simulator.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Against real pseudo-terminals. */
@Timeout(120)
class SerialLineTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(5);

  @TempDir Path directory;
  private PseudoTerminal terminal;
  private SerialLine line;

  @BeforeEach
  void open() throws Exception {
    terminal = PseudoTerminal.open(directory.resolve("port"));
    line = new SerialLine(PortSettings.of(directory.resolve("port").toString(), 9600));
    line.open();
  }

  @AfterEach
  void close() {
    line.close();
    terminal.close();
  }

  @Test
  void every_byte_goes_both_ways_unchanged() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    line.write(all, LONG);
    assertArrayEquals(all, atMaster(256));
    terminal.write(all);
    assertArrayEquals(all, atSlave(256));
  }

  @Test
  void a_read_ends_when_its_time_is_over_also_between_the_librarys_steps() throws Exception {
    for (int millis : new int[] {0, 30, 130}) {
      long start = System.nanoTime();
      assertEquals(0, line.read(new byte[9], Duration.ofMillis(millis)));
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(took >= millis && took < millis + 3_000, took + " for " + millis);
    }
  }

  /** I4: what waited in the port's buffer while nobody read is not taken for new. */
  @Test
  void what_is_read_tells_after_which_moment_it_arrived() throws Exception {
    byte[] small = new byte[3];
    assertEquals(0, line.read(small, SHORT));
    long empty = System.nanoTime();
    say("abcde");
    Thread.sleep(300);
    assertEquals(3, line.read(small, LONG));
    assertTrue(line.arrivedAfter() - empty <= 0, "it waited");
    assertEquals(2, line.read(small, LONG));
    assertTrue(line.arrivedAfter() - empty <= 0, "the rest waited as well");
    assertEquals(0, line.read(small, SHORT));
    say("f");
    assertEquals(1, line.read(small, LONG));
    assertTrue(line.arrivedAfter() - empty >= 300_000_000, "the line was empty in between");
  }

  /** FIELD 11: jSerialComm #481 #399 #448 #524. */
  @Test
  void a_port_that_vanishes_under_a_reader_is_noticed_and_found_again_under_its_name()
      throws Exception {
    Thread unplug = later(100, () -> terminal.close());
    long start = System.nanoTime();
    failsWith("the port has vanished", () -> line.read(new byte[9], LONG));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(4).toNanos());
    unplug.join();
    failsWith("vanished", () -> line.write(new byte[] {1}, LONG));
    line.close();
    failsWith("no such port", line::open);
    terminal = PseudoTerminal.open(directory.resolve("port"));
    line.open();
    say("back");
    assertEquals("back", new String(atSlave(4), US_ASCII));
  }

  /** FIELD 12: closing has a deadline, also under a call of another thread. */
  @Test
  void closing_from_another_thread_ends_a_read_soon() throws Exception {
    Thread closing = later(100, () -> line.close());
    long start = System.nanoTime();
    failsWith("is closed", () -> line.read(new byte[9], LONG));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(4).toNanos());
    closing.join();
    line.close();
    line.open();
  }

  @Test
  void an_interrupt_ends_a_read_and_does_not_keep_the_port_from_closing() throws Exception {
    Thread reader = Thread.currentThread();
    Thread interrupting = later(100, reader::interrupt);
    assertThrows(InterruptedException.class, () -> line.read(new byte[9], LONG));
    interrupting.join();
    reader.interrupt();
    line.close();
    assertTrue(Thread.interrupted(), "the caller still learns of it");
    line.open();
  }

  /** FIELD 12, I8: nobody takes anything from the line, and the system does not let go either. */
  @Test
  void a_write_and_a_close_that_hang_are_given_up_and_said_at_the_next_opening() throws Exception {
    Libc.stopOutput(terminal.slave());
    long start = System.nanoTime();
    failsWith(
        "did not take 3 bytes within 300 ms",
        () -> line.write(new byte[3], Duration.ofMillis(300)));
    line.close();
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(8).toNanos());
    failsWith("closing it has hung for", line::open);
    Libc.startOutput(terminal.slave());
    line.close();
    openSoon();
  }

  /** The system lets go of the port a little after the last byte is taken. */
  private void openSoon() throws Exception {
    long limit = System.nanoTime() + LONG.toNanos();
    while (true) {
      try {
        line.open();
        return;
      } catch (LinkException e) {
        assertTrue(System.nanoTime() - limit < 0, e::getMessage);
        Thread.sleep(10);
      }
    }
  }

  /** The kernel drops such characters, so that a wrong parity looks like a dead machine. */
  @Test
  void where_characters_with_a_wrong_parity_are_dropped_silence_may_be_that() {
    assertEquals("", line.orDropped());
    PortSettings even = new PortSettings("/dev/x", 9600, 8, Parity.EVEN, StopBits.ONE, null);
    assertEquals(
        ", or only characters with a wrong parity, which are dropped: is parity even right?",
        new SerialLine(even).orDropped());
  }

  @Test
  void opening_and_closing_for_years_leaves_nothing_behind() throws Exception {
    line.close();
    long before = descriptors(); // the simulator's end has some too
    for (int i = 0; i < 60; i++) {
      line.open();
      assertEquals(before + 1, descriptors(), "file descriptors while open");
      line.write(new byte[] {'x'}, LONG);
      line.close();
    }
    assertEquals(before, descriptors(), "file descriptors");
    for (Thread thread : threads()) {
      // That of the last write ends a moment after the line is closed.
      thread.join(LONG.toMillis());
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  private static void failsWith(String words, Executable call) {
    String message = assertThrows(LinkException.class, call).getMessage();
    assertTrue(message.contains(words), message);
  }

  private void say(String words) throws IOException {
    terminal.write(words.getBytes(US_ASCII));
  }

  private byte[] atMaster(int count) throws IOException {
    byte[] bytes = new byte[count];
    byte[] piece = new byte[count];
    int have = 0;
    while (have < count) {
      int got = terminal.read(piece, LONG);
      System.arraycopy(piece, 0, bytes, have, got);
      have += got;
    }
    return bytes;
  }

  private byte[] atSlave(int count) throws Exception {
    byte[] bytes = new byte[0];
    byte[] piece = new byte[count];
    while (bytes.length < count) {
      int got = line.read(piece, LONG);
      assertTrue(got > 0, "nothing came");
      bytes = Arrays.copyOf(bytes, bytes.length + got);
      System.arraycopy(piece, 0, bytes, bytes.length - got, got);
    }
    return bytes;
  }

  private static Thread later(long millis, Runnable what) {
    Thread thread =
        new Thread(
            () -> {
              try {
                Thread.sleep(millis);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              what.run();
            });
    thread.start();
    return thread;
  }

  /** How many of this process lead to the port: what else it has open is not the line's. */
  private long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(this::leadsToThePort).count();
    }
  }

  private boolean leadsToThePort(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(terminal.slave());
    } catch (IOException e) {
      return false; // closed in the meantime
    }
  }

  private List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().endsWith(terminal.slave().toString()))
        .toList();
  }
}
