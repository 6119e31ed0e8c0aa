package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.util.List;

/** How the machines of an open line are talked with. It starts with the line and ends with it. */
interface Conversation {

  /**
   * Waits for the next observations.
   *
   * @param deadline when to return without any, on {@link System#nanoTime()}'s clock
   */
  List<Observation> next(long deadline) throws LinkException, InterruptedException;

  /**
   * Tells a machine something, once, and waits for its confirmation.
   *
   * @param tag the machine's, which takes the value
   * @throws LinkException only when nothing was sent
   */
  Written write(AsciiMachine machine, AsciiTag tag, TagWrite write)
      throws LinkException, InterruptedException;
}
