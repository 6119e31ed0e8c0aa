package dev.millwright.status;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts wrong tokens by address, so that nobody tries many. Safe for use by several threads. */
final class Attempts {

  /** So many wrong ones within {@link #WINDOW}, and nothing more is looked at until it is over. */
  static final int MOST = 10;

  static final Duration WINDOW = Duration.ofMinutes(1);

  /** The oldest address is forgotten beyond this. */
  private static final int MOST_ADDRESSES = 1_000;

  private record Failed(long since, int count) {}

  private final LongSupplier nanos;

  private final Map<InetAddress, Failed> failed =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Failed> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /**
   * @param nanos the monotonic clock
   */
  Attempts(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** A wrong token came from there. */
  synchronized void fail(InetAddress from) {
    Failed before = current(from);
    failed.put(
        from,
        before == null
            ? new Failed(nanos.getAsLong(), 1)
            : new Failed(before.since(), before.count() + 1));
  }

  /** Whether nothing from there is looked at for now, be it right or wrong. */
  synchronized boolean isShutOut(InetAddress from) {
    Failed before = current(from);
    return before != null && before.count() >= MOST;
  }

  private Failed current(InetAddress from) {
    Failed before = failed.get(from);
    if (before != null && nanos.getAsLong() - before.since() > WINDOW.toNanos()) {
      failed.remove(from);
      return null;
    }
    return before;
  }
}
