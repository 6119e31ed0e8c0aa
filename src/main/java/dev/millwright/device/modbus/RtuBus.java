package dev.millwright.device.modbus;

import dev.millwright.device.LinkException;
import dev.millwright.device.Tap;
import dev.millwright.device.serial.QuietLine;
import dev.millwright.device.serial.SerialLine;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * A serial line with Modbus RTU on it. Frames have no numbers, so what it does about late answers
 * is as on lines of ASCII machines (decision 0020), but that an answer names its unit:
 *
 * <ul>
 *   <li>A request is sent only after the silence between frames; what came before is discarded.
 *   <li>After an answer that did not come, everything is discarded until nothing has come for
 *       {@code quiet}, counted from the time-out.
 *   <li>The next request to that unit, and the first after opening, are heard out: the answer
 *       counts only when the whole time-out passed, the line fell silent, and exactly one came.
 * </ul>
 */
final class RtuBus implements Bus {

  /** Pieces of one answer are not further apart, also behind a USB adapter. */
  private static final Duration PIECES = Duration.ofMillis(10);

  /** How many times the silence is waited for, before the line is called unusable for now. */
  private static final int MAX_WAITS = 5;

  private final RtuLine settings;
  private final SerialLine port;
  private final byte[] buffer = new byte[512];
  private QuietLine line;

  /** Units that may still answer a request that was given up. */
  private final Set<Integer> owing = new HashSet<>();

  /** Whether somebody who asked before us may still be answered. */
  private boolean suspect;

  /** Whether the adapter hears what it sends; null as long as nobody knows. */
  private Boolean echoes;

  /** How long the line must be silent before the next request. */
  private Duration silence;

  /** Silence before this does not count. */
  private long silentFrom;

  /** Since when the silence is being waited for; meaningful only while {@code waiting}. */
  private long waitingSince;

  private boolean waiting;

  /** Whether the last wait for silence was in vain. */
  private boolean restless;

  RtuBus(RtuLine settings, Tap tap) {
    this.settings = settings;
    this.port = new SerialLine(settings.port(), tap);
  }

  @Override
  public String name() {
    return settings.port().port();
  }

  @Override
  public void open() throws LinkException {
    port.open();
    line = new QuietLine(port);
    owing.clear();
    suspect = true;
    echoes = null;
    silence = settings.frameGap();
    silentFrom = System.nanoTime();
    waiting = false;
  }

  @Override
  public void idle(long until) throws LinkException, InterruptedException {
    line.discard(until);
  }

  @Override
  public boolean awaitReady(ModbusMachine machine, long deadline)
      throws LinkException, InterruptedException {
    if (!waiting) {
      waiting = true;
      waitingSince = System.nanoTime();
    }
    Duration atMost = silence.plus(machine.timeout()).multipliedBy(MAX_WAITS);
    long giveUp = waitingSince + atMost.toNanos();
    boolean silent = line.silent(silence, silentFrom, QuietLine.earlier(deadline, giveUp));
    restless = !silent && System.nanoTime() - giveUp >= 0;
    waiting = !silent && !restless;
    return !waiting;
  }

  @Override
  public Reply ask(Request request, ModbusMachine machine)
      throws LinkException, InterruptedException {
    if (restless) {
      return new Reply.Missing(QuietLine.neverSilent(silence), false);
    }
    silence = settings.frameGap();
    boolean careful = suspect || owing.contains(request.unit());
    suspect = false;
    byte[] frame = RtuAnswer.frame(request);
    Duration onWire = settings.onWire(frame.length + RtuAnswer.length(request));
    line.write(frame);
    RtuAnswer answer = new RtuAnswer(request, Boolean.TRUE.equals(echoes));
    boolean settled = listen(answer, machine.timeout().plus(onWire).toNanos(), careful);
    if (settled && answer.answers() == 1 && !answer.isFull()) {
      owing.remove(request.unit());
      echoes = request instanceof ReadRequest ? Boolean.valueOf(answer.isEchoed()) : echoes;
      return answer.reply();
    }
    owing.add(request.unit());
    silence = machine.quiet().compareTo(silence) > 0 ? machine.quiet() : silence;
    silentFrom = System.nanoTime();
    return new Reply.Missing(
        "no usable answer within "
            + Durations.words(machine.timeout())
            + ": "
            + (settled ? problem(answer) : "more and more came behind the answer"));
  }

  private String problem(RtuAnswer answer) {
    return answer.problem() + (answer.isEmpty() ? line.orDropped() : "");
  }

  @Override
  public boolean readsFirst(WriteRequest request) {
    return echoes == null && request.looksLikeItsAnswer();
  }

  /**
   * Gathers an answer. A careful listener hears the whole time-out out, and what is then still
   * coming, so that a second answer is noticed.
   *
   * @return false when a careful listener did not find an end
   */
  private boolean listen(RtuAnswer answer, long timeoutNanos, boolean careful)
      throws LinkException, InterruptedException {
    long end = System.nanoTime() + timeoutNanos;
    long until = end;
    while (true) {
      answer.add(buffer, line.hear(buffer, until));
      if ((!careful && answer.answers() > 0) || answer.isFull()) {
        return true;
      }
      long now = System.nanoTime();
      if (now - end >= 0) {
        until = line.silentSince() + PIECES.toNanos();
        if (answer.answers() == 0 || now - until >= 0) {
          return true;
        }
        if (now - end >= timeoutNanos) {
          return false;
        }
      }
    }
  }

  @Override
  public void close() {
    port.close();
  }
}
