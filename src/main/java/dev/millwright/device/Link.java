package dev.millwright.device;

import java.time.Duration;
import java.util.List;

/**
 * One way to reach one or more machines: an OPC UA session, a serial port, a virtual machine.
 *
 * <p>A link belongs to one thread, which opens it, observes and writes in a loop, and closes it;
 * after a {@link LinkException} it is closed and may be opened again. Only {@link #close()} may be
 * called from another thread, and makes a call under way end soon.
 */
public interface Link extends AutoCloseable {

  /** The name in logs: the endpoint, the port, or the virtual machine's serial number. */
  String name();

  /**
   * Connects. Bounded by the link's own connect time-out.
   *
   * @throws LinkException when the machine interface cannot be reached, or refuses
   */
  void open() throws LinkException;

  /**
   * Waits for what the machines show next: a change where the protocol reports changes, else the
   * next poll. Observations of one machine come in the order in which the machine made them. A
   * value that did not change is observed again at least every third of the machine's staleness
   * limit, so that its age is known apart from the connection's.
   *
   * @param atMost how long to wait; zero or more. It may take longer by the time-out of one request
   * @return the observations, oldest first; empty when the time passed
   * @throws LinkException when the link has broken
   * @throws InterruptedException when the thread was told to stop
   */
  List<Observation> observe(Duration atMost) throws LinkException, InterruptedException;

  /**
   * Waits before the next attempt to open. A link that can look cheaply whether what was absent has
   * come back does so, and ends the wait then.
   *
   * @param atMost how long to wait; it may take longer by one look
   * @return whether it has come back, so that an attempt may succeed now
   * @throws InterruptedException when the thread was told to stop
   */
  default boolean awaitReturn(Duration atMost) throws InterruptedException {
    Thread.sleep(atMost.toMillis());
    return false;
  }

  /**
   * Writes values to a machine, in order, each after the machine has confirmed the one before. All
   * are judged before the first is sent: when one does not suit its tag, none is sent. The first
   * that is not {@link Written.Outcome#DONE} ends the rest. Nothing is ever sent twice.
   *
   * <p>What the machine shows meanwhile is not lost; it is observed afterwards.
   *
   * @param machine the serial number of one of the link's machines
   * @return one for each write, in their order. Each takes a few of the machine's time-outs at most
   * @throws LinkException when the link is not open, or broke before anything was sent. Where it
   *     breaks later, that is the reason in what is returned, and the next call throws
   * @throws InterruptedException when the thread was told to stop; what was under way may or may
   *     not have happened then
   */
  List<Written> write(String machine, List<TagWrite> writes)
      throws LinkException, InterruptedException;

  /**
   * The same for one value that ends what another one, written to the same tag, has begun: a pulse.
   * That it is in time comes first, so a link that asks before it writes need not ask again.
   */
  default Written writeEnd(String machine, TagWrite write)
      throws LinkException, InterruptedException {
    return write(machine, List.of(write)).get(0);
  }

  /**
   * How long one call of {@link #observe} or {@link #write} may at worst keep its thread beyond the
   * time that it was given: the time-out of one request. Zero where nothing is asked, as values
   * come unasked and a write is answered at once.
   */
  default Duration longestRequest() {
    return Duration.ZERO;
  }

  /**
   * How long one call of {@link #open}, {@link #observe} or {@link #write} may rightly keep its
   * thread, beyond the time that it was given, when all that it asks for is answered at the last
   * moment. A link that keeps it for longer hangs, and the daemon is started anew.
   */
  default Duration longestCall() {
    return Duration.ofSeconds(30).plus(longestRequest().multipliedBy(10));
  }

  /** Disconnects, within a bounded time; never throws; closing twice is harmless. */
  @Override
  void close();
}
