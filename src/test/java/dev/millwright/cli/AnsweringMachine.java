package dev.millwright.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millwright.simulator.PseudoTerminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A machine on a pseudo-terminal that is idle and says so when {@link Sites#ascii} asks it. */
final class AnsweringMachine implements AutoCloseable {

  private final PseudoTerminal terminal;
  private final AtomicLong answered = new AtomicLong();
  private final Thread thread = new Thread(this::run, "answering machine");
  private volatile boolean closed;

  AnsweringMachine(Path name) throws IOException {
    terminal = PseudoTerminal.open(name);
    thread.start();
  }

  /** How many questions it has answered. */
  long answered() {
    return answered.get();
  }

  private void run() {
    byte[] heard = new byte[64];
    try (terminal) {
      while (!closed) {
        int count = terminal.read(heard, Duration.ofMillis(10));
        for (int i = 0; i < count; i++) {
          if (heard[i] == '\r') {
            terminal.write("ST 0\r".getBytes(US_ASCII));
            answered.incrementAndGet();
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Pulls its plug. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
