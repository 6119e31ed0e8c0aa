package dev.millwright.device.ascii;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millwright.simulator.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A machine on a pseudo-terminal that says what a test tells it to, when it tells it to. */
final class ScriptedMachine implements AutoCloseable {

  /** Something to say, so many milliseconds after it was asked. */
  record Saying(int afterMillis, String text) {}

  private record Due(long at, String text) {}

  private static final Duration LOOK_EVERY = Duration.ofMillis(1);

  private final PseudoTerminal terminal;
  private final AtomicReference<Function<String, List<Saying>>> script;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "scripted machine");
  private final Random random = new Random(1);
  private volatile boolean noisy;
  private volatile boolean closed;

  /** Queries end with a carriage return. */
  ScriptedMachine(Path symlink, Function<String, List<Saying>> script) throws IOException {
    this.terminal = PseudoTerminal.open(symlink);
    this.script = new AtomicReference<>(script);
    thread.start();
  }

  /** From now on it answers so. */
  void answers(Function<String, List<Saying>> next) {
    script.set(next);
  }

  /** Whether the line is full of noise, more than any baud carries. */
  void noise(boolean on) {
    noisy = on;
  }

  /** Every query that came, without its carriage return. */
  List<String> asked() {
    return asked;
  }

  static List<Saying> say(String text) {
    return List.of(new Saying(0, text));
  }

  static List<Saying> say(int afterMillis, String text) {
    return List.of(new Saying(afterMillis, text));
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
    StringBuilder heard = new StringBuilder();
    byte[] buffer = new byte[100];
    try (terminal) {
      while (!closed) {
        int count = terminal.read(buffer, LOOK_EVERY);
        heard.append(new String(buffer, 0, count, ISO_8859_1));
        for (int at = heard.indexOf("\r"); at >= 0; at = heard.indexOf("\r")) {
          String query = heard.substring(0, at);
          heard.delete(0, at + 1);
          asked.add(query);
          answer(query);
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

  private void answer(String query) {
    for (Saying saying : script.get().apply(query)) {
      due.add(new Due(System.nanoTime() + saying.afterMillis() * 1_000_000L, saying.text()));
    }
  }

  private void sayWhatIsDue() throws IOException {
    for (int i = due.size(); i > 0; i--) {
      Due next = due.remove();
      if (System.nanoTime() - next.at() >= 0) {
        terminal.write(next.text().getBytes(ISO_8859_1));
      } else {
        due.add(next);
      }
    }
  }
}
