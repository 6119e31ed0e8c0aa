package dev.millwright.device.ascii;

import dev.millwright.device.Link;
import dev.millwright.device.LinkException;
import dev.millwright.device.Observation;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Tap;
import dev.millwright.device.Writing;
import dev.millwright.device.Written;
import dev.millwright.device.serial.PortSettings;
import dev.millwright.device.serial.SerialLine;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * One serial line with the ASCII machines on it. They are either all asked, each at its own pace
 * and whichever is due first, or all talk unasked.
 *
 * <h2>Late answers</h2>
 *
 * <p>Such protocols do not number their answers: one that comes after its time-out looks like the
 * answer to the next query. What this link does about it:
 *
 * <ul>
 *   <li>One query is under way at a time, and it is sent only after 10 ms of silence, or that of 5
 *       characters where one machine is asked one query and told nothing; what came before is
 *       discarded.
 *   <li>After a failed query the line is quarantined: everything is discarded until nothing has
 *       come for {@code quiet}, counted from the time-out. When that takes more than five times
 *       {@code quiet + timeout}, the machine that is due is observed as bad, without being asked,
 *       and the quarantine goes on.
 *   <li>The first query after a quarantine, the first after opening, and each failed query when it
 *       is asked again, are heard out: the answer counts only when the whole time-out passed, the
 *       line fell silent, and exactly one answer came. Else it is a failed query.
 * </ul>
 *
 * <p><b>Guaranteed:</b> an answer that comes, or begins to come, within {@code timeout + quiet}
 * after its query is never taken for another query's. With the defaults that is three times the
 * time-out. One that comes even later and falls into a query that is heard out, is noticed when
 * that query's own answer comes in time.
 *
 * <p><b>Impossible to guarantee:</b> when an answer is later than that, and the answer to the query
 * that is then under way is lost or late as well, the one looks exactly like the other. The value
 * is then true but old, by as much as it was late; or, where two machines or two queries have
 * answers that the patterns cannot tell apart, another's. So: patterns that contain the machine's
 * address or the query's echo, where the protocol has them, and a {@code quiet} that is longer than
 * the slowest answer.
 */
public final class AsciiLink implements Link {

  private final PortSettings settings;
  private final List<AsciiMachine> machines;
  private final SerialLine line;
  private Conversation conversation;

  /**
   * Puts machines on a line; contacts nothing.
   *
   * @throws IllegalArgumentException when they cannot share a line
   */
  public AsciiLink(PortSettings settings, List<AsciiMachine> machines) {
    this(settings, machines, Tap.NONE);
  }

  /**
   * The same with a listener.
   *
   * @param tap hears what goes over the line
   */
  public AsciiLink(PortSettings settings, List<AsciiMachine> machines, Tap tap) {
    this.settings = settings;
    this.machines = List.copyOf(machines);
    this.line = new SerialLine(settings, tap);
    if (machines.isEmpty()) {
      throw new IllegalArgumentException("port: " + settings.port() + " has no machines");
    }
    machines.forEach(machine -> checkTogether(machines.get(0), machine));
  }

  @Override
  public String name() {
    return settings.port();
  }

  @Override
  public Duration longestRequest() {
    return machines.stream()
        .map(AsciiMachine::timeout)
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  @Override
  public void open() throws LinkException {
    line.open();
    conversation =
        machines.get(0).talksUnasked() ? new Listening(line, machines) : new Asking(line, machines);
  }

  @Override
  public List<Observation> observe(Duration atMost) throws LinkException, InterruptedException {
    if (conversation == null) {
      throw new LinkException(name() + ": is not open");
    }
    return conversation.next(System.nanoTime() + atMost.toNanos());
  }

  @Override
  public List<Written> write(String machine, List<TagWrite> writes)
      throws LinkException, InterruptedException {
    if (conversation == null) {
      throw new LinkException(name() + ": is not open");
    }
    AsciiMachine to =
        machines.stream()
            .filter(known -> known.serialNumber().equals(machine))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(machine + " is not on " + name()));
    return Writing.inOrder(
        writes, to::refusal, write -> conversation.write(to, to.tag(write.tag()), write));
  }

  @Override
  public void close() {
    line.close();
  }

  private static void checkTogether(AsciiMachine one, AsciiMachine other) {
    String both = one.serialNumber() + " and " + other.serialNumber();
    if (one.talksUnasked() != other.talksUnasked()) {
      throw new IllegalArgumentException(
          "query: " + both + " share a port, but only one talks unasked; all must, or none");
    }
    if (one.talksUnasked() && !one.terminator().equals(other.terminator())) {
      throw new IllegalArgumentException(
          "terminator: " + both + " share a port, but end their lines differently");
    }
  }
}
