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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Slaves on a pseudo-terminal that say what a test tells them to, when it tells them to. */
final class ScriptedSlaves implements AutoCloseable {

  /** What was asked; every request to read is eight bytes long. */
  record Asked(int unit, int function, int address, int count, long at) {}

  /** Bytes to say, so many milliseconds after the request. */
  record Saying(int afterMillis, ByteBuffer bytes) {

    static Saying of(int afterMillis, byte[] bytes) {
      return new Saying(afterMillis, ByteBuffer.wrap(bytes));
    }
  }

  private record Due(long at, ByteBuffer bytes) {}

  private static final Duration LOOK_EVERY = Duration.ofMillis(1);
  private static final int REQUEST_BYTES = 8;

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
        while (heard.size() >= REQUEST_BYTES) {
          byte[] bytes = heard.toByteArray();
          heard.reset();
          heard.write(bytes, REQUEST_BYTES, bytes.length - REQUEST_BYTES);
          take(Arrays.copyOf(bytes, REQUEST_BYTES));
        }
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

  private void take(byte[] frame) {
    int[] body = new int[6];
    for (int i = 0; i < body.length; i++) {
      body[i] = frame[i] & 0xff;
    }
    if (!Arrays.equals(frame, Frames.frame(body))) {
      throw new IllegalStateException("not a request: " + Arrays.toString(frame));
    }
    Asked request =
        new Asked(
            body[0], body[1], body[2] << 8 | body[3], body[4] << 8 | body[5], System.nanoTime());
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
