package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.settings.Durations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

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

  /** What was heard while something else was waited for. */
  private final List<Observation> heard = new ArrayList<>();

  /** Until then what was told last may still be answered. */
  private long owedUntil = System.nanoTime();

  Listening(SerialLine line, List<AsciiMachine> machines) {
    this.line = new QuietLine(line);
    this.splitter = new LineSplitter(machines.get(0).terminator());
    this.machines = machines.stream().map(HeardMachine::new).toList();
  }

  @Override
  public List<Observation> next(long deadline) throws LinkException, InterruptedException {
    do {
      // What was heard while something was written does not wait for more.
      hear(heard.isEmpty() ? deadline : System.nanoTime(), line -> false);
    } while (heard.isEmpty() && System.nanoTime() - deadline < 0);
    List<Observation> observations = List.copyOf(heard);
    heard.clear();
    return observations;
  }

  @Override
  public Written write(AsciiMachine machine, AsciiTag tag, TagWrite write)
      throws LinkException, InterruptedException {
    int count;
    do {
      count = hear(QuietLine.later(owedUntil, System.nanoTime()), line -> false);
    } while (count == buffer.length || System.nanoTime() - owedUntil < 0);
    AsciiCommand command = tag.command();
    String text = command.filled(write.value());
    List<String> answers = new ArrayList<>();
    long until = System.nanoTime() + machine.timeout().toNanos();
    try {
      line.write(text.getBytes(StandardCharsets.ISO_8859_1));
      do {
        hear(
            until,
            line ->
                Finder.first(command.either(), line).found() == Finder.Found.ONCE
                    && answers.add(line));
      } while (answers.isEmpty() && System.nanoTime() - until < 0);
    } catch (LinkException e) {
      return Written.unknown(write, e.getMessage());
    }
    if (answers.size() == 1) {
      return Confirmation.of(write, command, answers.get(0));
    }
    owedUntil = System.nanoTime() + machine.quiet().toNanos();
    return Written.unknown(
        write,
        "no usable answer to "
            + Words.quoted(text)
            + " within "
            + Durations.words(machine.timeout())
            + ": "
            + (answers.isEmpty() ? "no line says it" : "two answers came"));
  }

  /**
   * Waits for what is said next, at most until then.
   *
   * @param known whether a line means something else than a value, too
   * @return how many bytes
   */
  private int hear(long until, Predicate<String> known) throws LinkException, InterruptedException {
    int count = line.overhear(buffer, until);
    long now = System.nanoTime();
    for (String text : splitter.add(buffer, count)) {
      boolean understood = known.test(text);
      for (HeardMachine machine : machines) {
        if (machine.hears(text, now, line.arrivedAfter())) {
          heard.add(machine.observation(now));
          understood = true;
        }
      }
      if (!understood && NoText.isIn(text)) {
        for (HeardMachine machine : machines) {
          machine.misses(now);
          heard.add(machine.observation(now));
        }
      }
    }
    return count;
  }
}
