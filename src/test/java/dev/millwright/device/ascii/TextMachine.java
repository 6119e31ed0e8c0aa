package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millwright.device.Link;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.simulator.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The contract's machine on a pseudo-terminal. It says {@code S7;A0;R0;B;}, asked with {@code Q} or
 * of its own accord, and to {@code A=1} it says {@code OK}.
 */
final class TextMachine implements FarEnd.Wired {

  private static final Duration LOOK_EVERY = Duration.ofMillis(2);
  private static final long TALKS_EVERY_NANOS = Duration.ofMillis(50).toNanos();

  private final Path port;
  private final boolean talks;
  private volatile long state;
  private volatile boolean acknowledged;
  private volatile boolean ready;
  private volatile boolean muted;
  private volatile boolean cut;
  private volatile boolean gone;
  private Thread thread;

  TextMachine(Path folder, boolean talks) throws IOException {
    this.port = folder.resolve("port");
    this.talks = talks;
    comeBack();
  }

  @Override
  public Link link() {
    String query = talks ? null : "Q\r";
    Map<String, AsciiTagSettings> tags =
        Map.of(
            STATE, new AsciiTagSettings(query, "S(\\d+);A\\d;R\\d;B;\r"),
            ACK,
                new AsciiTagSettings(
                    query, "S\\d+;A(\\d);R\\d;B;\r", "A={value}\r", "OK\r", "ERR\r"),
            READY, new AsciiTagSettings(query, "S\\d+;A\\d;R(\\d);B;\r"),
            BROKEN, new AsciiTagSettings(query, "S\\d+;A\\d;R\\d;B(x)?;\r"));
    AsciiSettings settings =
        new AsciiSettings(
            port.toString(),
            null,
            null,
            null,
            null,
            null,
            talks ? null : Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofMillis(50),
            talks ? "\r" : null);
    return new AsciiLink(
        PortSettings.of(port.toString(), 9600),
        List.of(settings.machine(MACHINE, STALE_AFTER, tags)));
  }

  @Override
  public int quickCycles() {
    return talks ? 50 : 10; // the first answer is heard out
  }

  @Override
  public void show(long shown) {
    state = shown;
  }

  @Override
  public void ready(boolean set) {
    ready = set;
  }

  @Override
  public Object bit(boolean set) {
    return set ? 1L : 0L;
  }

  @Override
  public boolean acknowledged() {
    return acknowledged;
  }

  @Override
  public void mute() {
    muted = true;
  }

  @Override
  public void cut() {
    cut = true;
  }

  @Override
  public void vanish() throws InterruptedException {
    gone = true;
    thread.join();
  }

  @Override
  public void comeBack() throws IOException {
    gone = false;
    PseudoTerminal terminal = PseudoTerminal.open(port);
    thread = new Thread(() -> talk(terminal), "text machine");
    thread.start();
  }

  @Override
  public boolean isAsked() {
    return !talks;
  }

  @Override
  public void close() throws InterruptedException {
    vanish();
  }

  private void talk(PseudoTerminal terminal) {
    StringBuilder heard = new StringBuilder();
    byte[] buffer = new byte[100];
    long due = System.nanoTime();
    try (terminal) {
      while (!gone) {
        heard.append(new String(buffer, 0, terminal.read(buffer, LOOK_EVERY), ISO_8859_1));
        for (int at = heard.indexOf("\r"); at >= 0; at = heard.indexOf("\r")) {
          answer(terminal, heard.substring(0, at));
          heard.delete(0, at + 1);
        }
        if (talks && System.nanoTime() - due >= 0) {
          due += TALKS_EVERY_NANOS;
          say(terminal, report());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(PseudoTerminal terminal, String words) throws IOException {
    if (words.equals("Q")) {
      say(terminal, report());
    } else if (words.startsWith("A=")) {
      acknowledged = words.equals("A=1");
      say(terminal, "OK\r");
    }
  }

  private String report() {
    return "S" + state + ";A" + (acknowledged ? 1 : 0) + ";R" + (ready ? 1 : 0) + ";B;\r";
  }

  private void say(PseudoTerminal terminal, String words) throws IOException {
    if (muted) {
      return;
    }
    byte[] bytes = words.getBytes(ISO_8859_1);
    if (!cut) {
      terminal.write(bytes);
      return;
    }
    for (byte each : bytes) {
      terminal.write(new byte[] {each});
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }
}
