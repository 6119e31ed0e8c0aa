package dev.millwright.device.modbus;

import dev.millwright.simulator.PseudoTerminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Slaves on a pseudo-terminal that say what a test tells them to, when it tells them to. */
final class ScriptedSlaves implements AutoCloseable {

  /**
   * What was asked.
   *
   * @param count what follows on the address: how many, or a value
   * @param frame all of it, in hexadecimal digits, without the checksum
   */
  record Asked(int unit, int function, int address, int count, String frame, long at) {}

  /** Bytes to say, so many milliseconds after the request. */
  record Saying(int afterMillis, ByteBuffer bytes) {

    static Saying of(int afterMillis, byte[] bytes) {
      return new Saying(afterMillis, ByteBuffer.wrap(bytes));
    }
  }

  private record Due(long at, ByteBuffer bytes) {}

  private static final Duration LOOK_EVERY = Duration.ofMillis(1);

  private final PseudoTerminal terminal;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "scripted slaves");
  private volatile Function<Asked, List<Saying>> script;
  private final Random random = new Random(1);
  private volatile boolean noisy;
  private volatile boolean closed;

  ScriptedSlaves(Path symlink, Function<Asked, List<Saying>> script) throws IOException {
    this.terminal = PseudoTerminal.open(symlink);
    this.script = script;
    thread.start();
  }

  /** From now on they answer so. */
  void answer(Function<Asked, List<Saying>> next) {
    script = next;
  }

  /** Whether the line is full of noise, more than any baud carries. */
  void noise(boolean on) {
    noisy = on;
  }

  /** Every request that came. */
  List<Asked> asked() {
    return asked;
  }

  static List<Saying> say(byte[] bytes) {
    return List.of(Saying.of(0, bytes));
  }

  static List<Saying> say(int afterMillis, byte[] bytes) {
    return List.of(Saying.of(afterMillis, bytes));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    byte[] buffer = new byte[100];
    try (terminal) {
      while (!closed) {
        int count = terminal.read(buffer, LOOK_EVERY);
        heard.write(buffer, 0, count);
        byte[] bytes = heard.toByteArray();
        for (int length = length(bytes); bytes.length >= length; length = length(bytes)) {
          take(Arrays.copyOf(bytes, length));
          bytes = Arrays.copyOfRange(bytes, length, bytes.length);
        }
        heard.reset();
        heard.writeBytes(bytes);
        sayWhatIsDue();
        if (noisy) {
          byte[] noise = new byte[4_096];
          random.nextBytes(noise);
          terminal.write(noise);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How long the request is that begins there (Modbus Application Protocol 1.1b3, 6). */
  private static int length(byte[] bytes) {
    int function = bytes.length > 1 ? bytes[1] : 0;
    if (function == 15 || function == 16) {
      return bytes.length > 6 ? 9 + (bytes[6] & 0xff) : 9;
    }
    return function == 22 ? 10 : 8;
  }

  private void take(byte[] frame) {
    int[] body = new int[frame.length - 2];
    for (int i = 0; i < body.length; i++) {
      body[i] = frame[i] & 0xff;
    }
    if (!Arrays.equals(frame, Frames.frame(body))) {
      throw new IllegalStateException("not a request: " + Arrays.toString(frame));
    }
    Asked request =
        new Asked(
            body[0],
            body[1],
            body[2] << 8 | body[3],
            body[4] << 8 | body[5],
            HexFormat.ofDelimiter(" ").formatHex(frame, 0, body.length),
            System.nanoTime());
    asked.add(request);
    for (Saying saying : script.apply(request)) {
      due.add(new Due(System.nanoTime() + saying.afterMillis() * 1_000_000L, saying.bytes()));
    }
  }

  private void sayWhatIsDue() throws IOException {
    for (int i = due.size(); i > 0; i--) {
      Due next = due.remove();
      if (System.nanoTime() - next.at() >= 0) {
        terminal.write(next.bytes().array());
      } else {
        due.add(next);
      }
    }
  }
}
