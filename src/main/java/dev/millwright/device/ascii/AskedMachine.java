package dev.millwright.device.ascii;

import dev.millwright.device.Failures;
import dev.millwright.device.Observation;
import dev.millwright.device.Reading;
import dev.millwright.device.TagValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One machine that is asked: when it is due, which of its queries come next, what they gave.
 *
 * <p>A query that fails does not spoil the others, but goes behind them: when the first query of a
 * reading gets no answer, the machine is taken for dead and not asked the rest. As soon as it is
 * answered again, all is asked anew in the order of the tags: a counter that was asked before the
 * state is not taken for what it shows in that state. What fails again and again is asked less
 * often, so that it takes about a tenth of the line from the others; its tags are observed as bad
 * all the while.
 */
final class AskedMachine {

  /** How many times as long as a failure costs the line, it is then left to the others. */
  private static final int REST_FACTOR = 9;

  private final AsciiMachine machine;
  private final boolean alone;
  private final List<Exchange> exchanges = new ArrayList<>();
  private final Deque<Exchange> toAsk = new ArrayDeque<>();
  private final Reading reading = new Reading();

  private long due;
  private boolean answered;

  /** Of readings whose first query got no answer. */
  private final Failures dead = new Failures();

  AskedMachine(AsciiMachine machine, boolean alone, long now) {
    this.machine = machine;
    this.alone = alone;
    this.due = now;
    Map<String, List<AsciiTag>> byQuery = new LinkedHashMap<>();
    for (AsciiTag tag : machine.observed()) {
      byQuery.computeIfAbsent(tag.query(), query -> new ArrayList<>()).add(tag);
    }
    byQuery.forEach((query, tags) -> exchanges.add(new Exchange(query, tags)));
  }

  AsciiMachine machine() {
    return machine;
  }

  long due() {
    return due;
  }

  /** Starts a reading. A reading that came too late does not make the next one come sooner. */
  void begin(long now) {
    long poll = machine.poll().toNanos();
    due = now - due > poll ? now + poll : due + poll;
    reading.clear();
    toAsk.clear();
    answered = false;
    if (!alone && dead.rests(restNanos(), now)) {
      allBad(dead.problem());
    } else {
      askAll();
    }
  }

  private void askAll() {
    toAsk.clear();
    exchanges.stream().filter(exchange -> !exchange.failures().any()).forEach(toAsk::add);
    exchanges.stream().filter(exchange -> exchange.failures().any()).forEach(toAsk::add);
  }

  /** Whether this reading has a query left that is worth asking. */
  boolean asksMore(long now) {
    while (!toAsk.isEmpty() && answered && toAsk.peek().failures().rests(restNanos(), now)) {
      Exchange resting = toAsk.remove();
      bad(resting, resting.failures().problem());
    }
    return !toAsk.isEmpty();
  }

  Exchange nextExchange() {
    return toAsk.remove();
  }

  void answered(Exchange exchange, Map<String, TagValue> answer, long askedAt, long now) {
    boolean outOfOrder = answered && exchange.failures().any();
    exchange.failures().answered();
    dead.answered();
    answered = true;
    if (outOfOrder) {
      reading.clear();
      askAll();
    } else {
      reading.answered(answer, askedAt, now);
    }
  }

  void failed(Exchange exchange, String why, long now) {
    exchange.failures().failed(why, now);
    bad(exchange, why);
    if (!answered) {
      toAsk.clear();
      dead.failed(why, now);
      allBad(why);
    }
  }

  /** Ends a reading without asking: there is a reason why no answer could be trusted. */
  Observation unreadable(String why) {
    toAsk.clear();
    reading.forgetAnswers();
    allBad(why);
    return observation(0);
  }

  /** What was read. */
  Observation observation(long now) {
    return reading.observation(machine.serialNumber(), now);
  }

  private void allBad(String why) {
    exchanges.forEach(exchange -> bad(exchange, why));
  }

  private void bad(Exchange exchange, String why) {
    exchange.tags().forEach(tag -> reading.bad(tag.name(), why));
  }

  private long restNanos() {
    return REST_FACTOR * machine.timeout().plus(machine.quiet()).toNanos();
  }
}
