package dev.millwright.simulator;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A serial wire as machines have it: it may be noisy, or deliver what is sent bit by bit. */
final class Wire {

  /** On a noisy wire one byte in so many arrives as another. */
  private static final int NOISE_ONE_IN = 8;

  /** No byte of an ASCII machine is like that, so that noise never reads as another value. */
  private static final int NOT_ASCII = 0x80;

  private static final int LONGEST_PIECE = 4;
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(15);

  private final Random random;
  private volatile boolean noisy;
  private volatile boolean inPieces;

  Wire(Random random) {
    this.random = random;
  }

  void noisy(boolean on) {
    noisy = on;
  }

  void inPieces(boolean on) {
    inPieces = on;
  }

  /** Sends over the terminal what the machine says. */
  void send(PseudoTerminal terminal, byte[] bytes) throws IOException {
    byte[] arriving = noisy ? withNoise(bytes) : bytes;
    if (!inPieces) {
      terminal.write(arriving);
      return;
    }
    int at = 0;
    while (at < arriving.length) {
      int end = Math.min(arriving.length, at + 1 + random.nextInt(LONGEST_PIECE));
      terminal.write(Arrays.copyOfRange(arriving, at, end));
      at = end;
      LockSupport.parkNanos((long) (LONGEST_PAUSE.toNanos() * random.nextDouble()));
    }
  }

  private byte[] withNoise(byte[] bytes) {
    byte[] noise = bytes.clone();
    for (int i = 0; i < noise.length; i++) {
      if (random.nextInt(NOISE_ONE_IN) == 0) {
        noise[i] = (byte) (NOT_ASCII + random.nextInt(NOT_ASCII));
      }
    }
    return noise;
  }
}
