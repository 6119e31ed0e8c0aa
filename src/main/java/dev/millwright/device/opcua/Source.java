package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import java.util.List;

/** How an open session comes to observations: told by the server, or by asking. */
interface Source {

  /**
   * Waits for the next observations, and does what is due meanwhile.
   *
   * @param atMostNanos how long to wait; a request under way may take longer
   * @return oldest first; empty when the time passed
   */
  List<Observation> observe(long atMostNanos) throws LinkException, InterruptedException;
}
