package dev.millwright.audit;

import dev.millwright.audit.Disturbance.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Notices when this host, or its disk, stands still for a moment: then a poller may miss a state
 * through no fault of its own. What it notices is in the ledger, and its sum is told at the end.
 */
public final class Hiccups implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration WRITE_EVERY = Duration.ofMillis(50);

  /** Less than the plant's shortest state less a poll. */
  private static final Duration LIMIT = Duration.ofMillis(150);

  private interface Work {
    void run() throws IOException;
  }

  private final Ledger ledger;
  private final Set<String> machines;
  private final FileChannel file;
  private volatile boolean closed;
  private Duration sum = Duration.ZERO;

  /**
   * @param machines that are polled
   * @param folder on the disk that the daemon's journal is on
   */
  public Hiccups(Ledger ledger, Set<String> machines, Path folder) throws IOException {
    this.ledger = ledger;
    this.machines = machines;
    this.file =
        FileChannel.open(
            folder.resolve("hiccups"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    watch("the host stood still", LOOK_EVERY, () -> {});
    watch("the disk stood still", WRITE_EVERY, this::write);
  }

  private void watch(String what, Duration every, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                watch(every, work, what);
              } catch (InterruptedException | IOException e) {
                if (!closed) {
                  throw new IllegalStateException(e);
                }
              }
            },
            "hiccups");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(Duration every, Work work, String what)
      throws InterruptedException, IOException {
    Instant before = Instant.now();
    while (!closed) {
      Thread.sleep(every.toMillis());
      work.run();
      Instant now = Instant.now();
      Duration gap = Duration.between(before, now);
      if (gap.compareTo(LIMIT) > 0) {
        ledger.add(Disturbance.of(Kind.HURT, what, before, now), machines);
        add(gap);
      }
      before = now;
    }
  }

  /** As the journal does for each decision. */
  private void write() throws IOException {
    file.write(ByteBuffer.allocate(1), 0);
    file.force(true);
  }

  private synchronized void add(Duration gap) {
    sum = sum.plus(gap);
  }

  /** For how long in all. */
  public synchronized Duration sum() {
    return sum;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }
}
