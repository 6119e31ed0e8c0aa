package dev.millwright.device.opcua;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells after which moment a message must have been sent: after the latest question whose answer
 * came before it, as both come over the same connection. So what waited in the network while this
 * process or the host stood still is not taken for new, whatever the server's clock says.
 *
 * <p>All moments are of the monotonic clock, in nanoseconds. Used by the link's thread only.
 */
final class RoundTrips {

  /** By how much two messages may overtake each other on the library's threads. */
  private static final long OVERTAKING = 250_000_000;

  /** More than come within that time: a question is asked a few times a second at most. */
  private static final int MOST = 16;

  private record Trip(long asked, long answered) {}

  private final Deque<Trip> recent = new ArrayDeque<>();
  private long settled;

  /**
   * @param begun nothing can have been sent before
   */
  RoundTrips(long begun) {
    settled = begun;
  }

  /** A question was answered. */
  void add(long asked, long answered) {
    if (recent.size() == MOST) {
      settled = recent.remove().asked();
    }
    recent.add(new Trip(asked, answered));
  }

  /** After which moment a message was sent. The messages must come in the order of arrival. */
  long before(long arrived) {
    while (!recent.isEmpty() && arrived - recent.element().answered() >= OVERTAKING) {
      settled = recent.remove().asked();
    }
    return settled;
  }
}
