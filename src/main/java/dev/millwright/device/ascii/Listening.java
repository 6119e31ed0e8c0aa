package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Listens to machines that talk of their own accord, line by line.
 *
 * <p>A line that nobody understands is none of ours, unless it is no text: then it was garbled on
 * its way, and what it was to tell is lost. No machine on the line is known then before it says
 * something again (I4).
 */
final class Listening implements Conversation {

  /**
   * What no line of text contains: control characters, but for white space and those that protocols
   * and terminals use; and bytes over 127 that stand in no word, as umlauts do in any code page.
   */
  private static final Pattern NO_TEXT =
      Pattern.compile(
          "[\\x00\\x01\\x08\\x0e-\\x10\\x12\\x14\\x16-\\x1a\\x1c-\\x1f\\x7f]"
              + "|(?<![A-Za-z\\x80-\\xff])[\\x80-\\xff]+(?![A-Za-z\\x80-\\xff])");

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
      int count = line.hear(buffer, deadline);
      long now = System.nanoTime();
      for (String text : splitter.add(buffer, count)) {
        boolean understood = false;
        for (HeardMachine machine : machines) {
          if (machine.hears(text, now, line.arrivedAfter())) {
            observations.add(machine.observation(now));
            understood = true;
          }
        }
        if (!understood && NO_TEXT.matcher(text).find()) {
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
