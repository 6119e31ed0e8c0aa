package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A machine that talks ASCII over a pseudo-terminal. */
final class AsciiFace implements Face {

  /** How long a change may wait for the thread to look; also bounds how long closing takes. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private static final long UNASKED_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  /** A query is shorter; what is longer is not one. */
  private static final int MAX_QUERY_CHARACTERS = 256;

  /** Changes not yet said; the behaviour makes a few a second, so more means a stuck thread. */
  private static final int MAX_CHANGES = 1_000;

  private final Dialect dialect;
  private final PseudoTerminal terminal;
  private final Wire wire;
  private final BlockingQueue<Appearance> changes = new LinkedBlockingQueue<>(MAX_CHANGES);
  private final StringBuilder heard = new StringBuilder();
  private final Thread thread;
  private Appearance shown;
  private long saidAt = System.nanoTime();
  private volatile boolean closed;

  /** Null while nothing can be written. */
  private volatile Panel panel;

  private AsciiFace(String machine, Dialect dialect, PseudoTerminal terminal, Wire wire) {
    this.dialect = dialect;
    this.terminal = terminal;
    this.wire = wire;
    this.shown = new Appearance(machine, Phase.IDLE, 0, "", "", "", Instant.EPOCH);
    this.thread = new Thread(this::talk, "simulated " + machine);
    thread.setDaemon(true);
  }

  /**
   * Puts a machine on a wire; it shows idle until told otherwise.
   *
   * @param symlink the name under which the port is found; null for none
   */
  static AsciiFace open(String machine, Dialect dialect, Path symlink, Wire wire)
      throws IOException {
    AsciiFace face = new AsciiFace(machine, dialect, PseudoTerminal.open(symlink), wire);
    face.thread.start();
    return face;
  }

  /** The device that a client opens. */
  Path port() {
    return terminal.slave();
  }

  @Override
  public void show(Appearance appearance) {
    if (!closed && !changes.offer(appearance)) {
      throw new IllegalStateException(
          thread.getName() + " has not said " + MAX_CHANGES + " changes");
    }
  }

  @Override
  public void take(Panel taking) {
    panel = taking;
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    try {
      thread.join(CLOSE_WITHIN.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void talk() {
    try (terminal) {
      byte[] buffer = new byte[256];
      while (!closed) {
        sayChanges();
        int count = terminal.read(buffer, LOOK_EVERY);
        if (count > 0) {
          listen(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      // The wire is cut: to a client that is a vanished port, which is what it sees.
      closed = true;
    }
  }

  private void sayChanges() throws IOException {
    for (Appearance next = changes.poll(); next != null; next = changes.poll()) {
      shown = next;
      say(dialect.unasked(shown));
    }
    if (System.nanoTime() - saidAt >= UNASKED_EVERY_NANOS) {
      say(dialect.unasked(shown));
    }
  }

  private void listen(String piece) throws IOException {
    heard.append(piece);
    String end = dialect.queryEnd();
    for (int at = heard.indexOf(end); at >= 0; at = heard.indexOf(end)) {
      String query = heard.substring(0, at).strip();
      heard.delete(0, at + end.length());
      sayChanges(); // an answer shows what show() was told before the question came
      String answer = dialect.answer(query, shown);
      say(answer == null && panel != null ? dialect.obey(query, panel) : answer);
    }
    if (heard.length() > MAX_QUERY_CHARACTERS) {
      heard.setLength(0);
    }
  }

  private void say(String words) throws IOException {
    if (words != null) {
      saidAt = System.nanoTime();
      wire.send(terminal, words.getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
