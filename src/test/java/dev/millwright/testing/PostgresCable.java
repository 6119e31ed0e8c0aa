package dev.millwright.testing;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A cable to PostgreSQL that can be cut at the one moment that matters: when a client commits.
 * Connections through it must not be encrypted.
 */
public final class PostgresCable extends Cable {

  /** A moment of a commit. */
  public enum Moment {
    /** The client has sent it, the server will not get it. */
    BEFORE_COMMIT,
    /** The server has committed and has said so, the client will not hear it. */
    AFTER_COMMIT
  }

  private final AtomicReference<Moment> armed = new AtomicReference<>();
  private final AtomicInteger cuts = new AtomicInteger();

  public PostgresCable(int target) throws IOException {
    super(target, true);
  }

  /** Cuts the connection that commits next, there and then. */
  public void cutAt(Moment moment) {
    armed.set(moment);
  }

  @Override
  public void plug() {
    armed.set(null);
    super.plug();
  }

  /** How many connections were cut at a commit. */
  public int cuts() {
    return cuts.get();
  }

  @Override
  void up(Pair pair) throws IOException {
    Frontend frontend = new Frontend(pair.client.getInputStream());
    for (byte[] message = frontend.next(); message != null; message = frontend.next()) {
      Moment moment = frontend.commits() ? armed.getAndSet(null) : null;
      if (moment == Moment.BEFORE_COMMIT) {
        cut(pair);
        return;
      }
      pair.deaf |= moment == Moment.AFTER_COMMIT;
      pass(pair, pair.server.getOutputStream(), message, message.length);
    }
  }

  /** The server answers when it has committed, so this is the moment after. */
  @Override
  void answered(Pair pair) throws IOException {
    cut(pair);
  }

  private void cut(Pair pair) throws IOException {
    cuts.incrementAndGet();
    pair.reset();
  }
}
