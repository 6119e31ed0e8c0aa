package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import java.util.ArrayList;
import java.util.List;

/**
 * Listens to machines that talk of their own accord, line by line.
 *
 * <p>A line that nobody understands is none of ours, unless it is no text: then it was garbled on
 * its way, and what it was to tell is lost. No machine on the line is known then before it says
 * something again (I4).
 */
final class Listening implements Conversation {

  private final QuietLine line;
  private final LineSplitter splitter;
  private final List<HeardMachine> machines;
  private final byte[] buffer = new byte[1_024];

  Listening(SerialLine line, List<AsciiMachine> machines) {
    this.line = new QuietLine(line);
    this.splitter = new LineSplitter(machines.get(0).terminator());
    this.machines = machines.stream().map(HeardMachine::new).toList();
  }

  @Override
  public List<Observation> next(long deadline) throws LinkException, InterruptedException {
    List<Observation> observations = new ArrayList<>();
    do {
      int count = line.overhear(buffer, deadline);
      long now = System.nanoTime();
      for (String text : splitter.add(buffer, count)) {
        boolean understood = false;
        for (HeardMachine machine : machines) {
          if (machine.hears(text, now, line.arrivedAfter())) {
            observations.add(machine.observation(now));
            understood = true;
          }
        }
        if (!understood && NoText.isIn(text)) {
          for (HeardMachine machine : machines) {
            machine.misses(now);
            observations.add(machine.observation(now));
          }
        }
      }
    } while (observations.isEmpty() && System.nanoTime() - deadline < 0);
    return observations;
  }
}
