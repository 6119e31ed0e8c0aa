package dev.millwright.device.ascii;

import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.settings.Durations;
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

  /** How many times the silence is waited for, before the line is called unusable for now. */
  private static final int MAX_WAITS = 5;

  private final QuietLine line;
  private final List<AskedMachine> machines;
  private final byte[] buffer = new byte[1_024];

  /** The machine whose reading is under way; null between readings. */
  private AskedMachine current;

  /** Whether a query that was given up may still be answered. At first: whoever asked before. */
  private boolean suspect = true;

  /** How long the line must be silent before the next query. */
  private Duration silence = TURNAROUND;

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
      if (!awaitSilence(deadline)) {
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
  private boolean awaitSilence(long deadline) throws LinkException, InterruptedException {
    if (!waiting) {
      waiting = true;
      waitingSince = System.nanoTime();
    }
    Duration atMost = silence.plus(current.machine().timeout()).multipliedBy(MAX_WAITS);
    long giveUp = waitingSince + atMost.toNanos();
    boolean silent = line.silent(silence, silentFrom, QuietLine.earlier(deadline, giveUp));
    if (silent) {
      silence = TURNAROUND;
    }
    waiting = !silent && System.nanoTime() - giveUp < 0;
    return silent;
  }

  private void ask(AsciiMachine machine, Exchange exchange)
      throws LinkException, InterruptedException {
    boolean careful = suspect || exchange.failures().any();
    long askedAt = System.nanoTime();
    line.write(exchange.bytes());
    ReplyFrame frame = new ReplyFrame(exchange.tags());
    boolean settled = listen(frame, machine.timeout().toNanos(), careful);
    if (settled && frame.state() == ReplyFrame.State.COMPLETE) {
      suspect = false;
      current.answered(exchange, frame.values(), askedAt, System.nanoTime());
      return;
    }
    suspect = true;
    silence = machine.quiet();
    silentFrom = System.nanoTime();
    String why = settled ? frame.problem() : "more and more came behind the answer";
    if (frame.isEmpty()) {
      why += line.orDropped();
    }
    current.failed(
        exchange,
        "no usable answer to "
            + Words.quoted(exchange.query())
            + " within "
            + Durations.words(machine.timeout())
            + ": "
            + why,
        System.nanoTime());
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
