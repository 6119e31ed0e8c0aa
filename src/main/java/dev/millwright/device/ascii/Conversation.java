package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import java.util.List;

/** How the machines of an open line are read. It starts with the line and ends with it. */
interface Conversation {

  /**
   * Waits for the next observations.
   *
   * @param deadline when to return without any, on {@link System#nanoTime()}'s clock
   */
  List<Observation> next(long deadline) throws LinkException, InterruptedException;
}
