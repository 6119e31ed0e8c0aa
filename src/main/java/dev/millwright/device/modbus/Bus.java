package dev.millwright.device.modbus;

import dev.millwright.device.LinkException;

/**
 * Carries requests to the units of a line or a connection, one at a time. It belongs to one thread;
 * only {@link #close} may come from another, and makes a call under way end soon.
 */
interface Bus extends AutoCloseable {

  /** The name in logs. */
  String name();

  void open() throws LinkException;

  /** Waits until then, and takes nothing that comes for an answer. */
  void idle(long until) throws LinkException, InterruptedException;

  /**
   * Waits until a request can be sent.
   *
   * @return false when the deadline comes first
   */
  boolean awaitReady(ModbusMachine machine, long deadline)
      throws LinkException, InterruptedException;

  /**
   * Sends a request and waits for its answer, as long as the machine may take.
   *
   * @throws LinkException when nobody behind this bus can be reached any more
   */
  Reply ask(Request request, ModbusMachine machine) throws LinkException, InterruptedException;

  /**
   * Whether something must be read before this is written, as else its answer could not be told
   * from an echo of the request.
   */
  boolean readsFirst(WriteRequest request);

  /** Bounded; never throws. */
  @Override
  void close();
}
