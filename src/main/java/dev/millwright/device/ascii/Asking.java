package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.settings.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Asks the machines of a line, one query at a time, whichever is due first. See {@link AsciiLink}
 * for what it guarantees about late answers.
 */
final class Asking implements Conversation {

  /** Silence before each query, so that the tail of an answer is not taken for the next. */
  private static final Duration TURNAROUND = Duration.ofMillis(10);

  /**
   * The same where only one thing is ever said: all that comes between two readings is discarded.
   */
  private static final int TURNAROUND_CHARACTERS = 5;

  /** How many times the silence is waited for, before the line is called unusable for now. */
  private static final int MAX_WAITS = 5;

  /** More than the wait for silence takes before it is given up. */
  private static final Duration UNTIL_SILENT = Duration.ofDays(1);

  private final QuietLine line;
  private final List<AskedMachine> machines;
  private final byte[] buffer = new byte[1_024];

  /** The machine whose reading is under way; null between readings. */
  private AskedMachine current;

  /** Whether a query that was given up may still be answered. At first: whoever asked before. */
  private boolean suspect = true;

  /** How long the line must be silent before a query when all is well. */
  private final Duration turnaround;

  /** How long the line must be silent before the next query. */
  private Duration silence;

  /** Silence before this does not count. */
  private long silentFrom = System.nanoTime();

  /** Since when the silence is being waited for; meaningful only while {@code waiting}. */
  private long waitingSince;

  private boolean waiting;

  Asking(SerialLine line, List<AsciiMachine> machines) {
    this.line = new QuietLine(line);
    boolean alone = machines.size() == 1;
    long now = System.nanoTime();
    this.machines =
        machines.stream().map(machine -> new AskedMachine(machine, alone, now)).toList();
    turnaround = turnaround(machines, line.characters(TURNAROUND_CHARACTERS));
    silence = turnaround;
  }

  /**
   * Less than usual where nothing but the answer to the same query can follow, so that a short
   * {@code poll} is not made longer by it.
   *
   * @param characters how long some take on the line
   */
  static Duration turnaround(List<AsciiMachine> machines, Duration characters) {
    List<AsciiTag> tags = machines.stream().flatMap(each -> each.tags().stream()).toList();
    boolean onlyOneQuery =
        machines.size() == 1
            && tags.stream().allMatch(tag -> tag.command() == null)
            && tags.stream().map(AsciiTag::query).distinct().count() == 1;
    return onlyOneQuery && characters.compareTo(TURNAROUND) < 0 ? characters : TURNAROUND;
  }

  @Override
  public List<Observation> next(long deadline) throws LinkException, InterruptedException {
    while (true) {
      if (current == null && !beginReading(deadline)) {
        return List.of();
      }
      if (!current.asksMore(System.nanoTime())) {
        return finish(current.observation(System.nanoTime()));
      }
      if (!awaitSilence(current.machine(), deadline)) {
        return waiting ? List.of() : finish(current.unreadable(QuietLine.neverSilent(silence)));
      }
      ask(current.machine(), current.nextExchange());
      if (System.nanoTime() - deadline >= 0 && current.asksMore(System.nanoTime())) {
        return List.of(); // the reading goes on with the next call
      }
    }
  }

  /** Waits until a machine is due; false when the deadline comes first. */
  private boolean beginReading(long deadline) throws LinkException, InterruptedException {
    long now = System.nanoTime();
    AskedMachine first =
        machines.stream()
            .min(Comparator.comparingLong(machine -> machine.due() - now))
            .orElseThrow();
    line.discard(QuietLine.earlier(first.due(), deadline));
    if (System.nanoTime() - first.due() < 0) {
      return false;
    }
    first.begin(System.nanoTime());
    current = first;
    return true;
  }

  private List<Observation> finish(Observation observation) {
    current = null;
    return List.of(observation);
  }

  /** False when the deadline comes first, still waiting, or the line will not be silent. */
  private boolean awaitSilence(AsciiMachine machine, long deadline)
      throws LinkException, InterruptedException {
    if (!waiting) {
      waiting = true;
      waitingSince = System.nanoTime();
    }
    Duration atMost = silence.plus(machine.timeout()).multipliedBy(MAX_WAITS);
    long giveUp = waitingSince + atMost.toNanos();
    boolean silent = line.silent(silence, silentFrom, QuietLine.earlier(deadline, giveUp));
    if (silent) {
      silence = turnaround;
    }
    waiting = !silent && System.nanoTime() - giveUp < 0;
    return silent;
  }

  private void ask(AsciiMachine machine, Exchange exchange)
      throws LinkException, InterruptedException {
    long askedAt = System.nanoTime();
    ReplyFrame frame = new ReplyFrame(exchange.tags());
    boolean careful = suspect || exchange.failures().any();
    String why = talk(machine, exchange.bytes(), frame, careful);
    if (why == null) {
      current.answered(exchange, frame.values(), askedAt, System.nanoTime());
    } else {
      current.failed(
          exchange,
          "no usable answer to " + Words.quoted(exchange.query()) + why,
          System.nanoTime());
    }
  }

  @Override
  public Written write(AsciiMachine machine, AsciiTag tag, TagWrite write)
      throws LinkException, InterruptedException {
    if (!awaitSilence(machine, System.nanoTime() + UNTIL_SILENT.toNanos())) {
      return Written.notTried(write, QuietLine.neverSilent(silence));
    }
    String text = tag.command().filled(write.value());
    ReplyFrame frame = ReplyFrame.to(tag.name(), tag.command());
    try {
      String why = talk(machine, text.getBytes(StandardCharsets.ISO_8859_1), frame, suspect);
      return why == null
          ? Confirmation.of(write, tag.command(), frame.text())
          : Written.unknown(write, "no usable answer to " + Words.quoted(text) + why);
    } catch (LinkException e) {
      return Written.unknown(write, e.getMessage());
    }
  }

  /**
   * Says something and hears the answer.
   *
   * @return null when there is one that can be used; else why not, for the end of "no usable answer
   *     to X"
   */
  private String talk(AsciiMachine machine, byte[] words, ReplyFrame frame, boolean careful)
      throws LinkException, InterruptedException {
    line.write(words);
    boolean settled = listen(frame, machine.timeout().toNanos(), careful);
    if (settled && frame.state() == ReplyFrame.State.COMPLETE) {
      suspect = false;
      return null;
    }
    suspect = true;
    silence = machine.quiet();
    silentFrom = System.nanoTime();
    String why = settled ? frame.problem() : "more and more came behind the answer";
    if (frame.isEmpty()) {
      why += line.orDropped();
    }
    return " within " + Durations.words(machine.timeout()) + ": " + why;
  }

  /**
   * Gathers an answer. A careful listener hears the whole time-out out, and what is then still
   * coming, so that a second answer is noticed.
   *
   * @return false when a careful listener did not find an end
   */
  private boolean listen(ReplyFrame frame, long timeoutNanos, boolean careful)
      throws LinkException, InterruptedException {
    long end = System.nanoTime() + timeoutNanos;
    long until = end;
    while (true) {
      int count = line.hear(buffer, until);
      ReplyFrame.State state = count > 0 ? frame.add(buffer, count) : frame.state();
      boolean complete = state == ReplyFrame.State.COMPLETE;
      if (complete ? !careful : state != ReplyFrame.State.INCOMPLETE) {
        return true;
      }
      long now = System.nanoTime();
      if (now - end >= 0) {
        until = line.silentSince() + TURNAROUND.toNanos();
        if (!complete || now - until >= 0) {
          return true;
        }
        if (now - end >= timeoutNanos) {
          return false;
        }
      }
    }
  }
}
