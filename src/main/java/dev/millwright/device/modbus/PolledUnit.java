package dev.millwright.device.modbus;

import dev.millwright.device.Failures;
import dev.millwright.device.Observation;
import dev.millwright.device.Reading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * One unit that is polled: when it is due, which of its blocks come next, what they gave.
 *
 * <p>A block that fails does not spoil the others, but goes behind them: when the first block of a
 * reading gets no answer, the unit is taken for dead and not asked the rest. As soon as it is
 * answered again, all is asked anew, so that the order is always the same. A block that the unit
 * refuses for an address in it is divided, until what it has is read and what it has not is bad;
 * that is remembered as long as the unit gives values at all.
 */
final class PolledUnit {

  private final ModbusMachine machine;
  private final Retries retries;
  private final Consumer<String> notices;
  private final List<Block> blocks = new ArrayList<>();
  private final Deque<Block> toAsk = new ArrayDeque<>();
  private final Reading reading = new Reading();

  /** Of readings whose first request got no answer. */
  private final Failures dead = new Failures();

  private long due;
  private boolean answered;
  private boolean refused;

  PolledUnit(ModbusMachine machine, Retries retries, Consumer<String> notices, long now) {
    this.machine = machine;
    this.retries = retries;
    this.notices = notices;
    this.due = now;
    blocks.addAll(Block.plan(machine.observed(), machine.maxGap()));
    retries.add(this);
  }

  ModbusMachine machine() {
    return machine;
  }

  long due() {
    return due;
  }

  Failures dead() {
    return dead;
  }

  /** Starts a reading. A reading that came too late does not make the next one come sooner. */
  void begin(long now) {
    long poll = machine.poll().toNanos();
    due = now - due > poll ? now + poll : due + poll;
    reading.clear();
    toAsk.clear();
    answered = false;
    refused = false;
    if (dead.repeated() && !retries.mayAsk(this, now)) {
      allBad(dead.problem());
    } else {
      askAll();
    }
  }

  private void askAll() {
    toAsk.clear();
    for (boolean failing : List.of(false, true)) {
      for (Block block : blocks) {
        if (block.failures().any() == failing) {
          toAsk.add(block);
        }
      }
    }
  }

  /** Whether this reading has a block left that is worth asking for. */
  boolean asksMore(long now) {
    long rest = Retries.restNanos(machine);
    while (!toAsk.isEmpty() && answered && toAsk.peek().failures().rests(rest, now)) {
      Block resting = toAsk.remove();
      bad(resting, resting.failures().problem());
    }
    return !toAsk.isEmpty();
  }

  Block nextBlock() {
    return toAsk.remove();
  }

  /** Takes what came of the request for a block. */
  void take(Block block, Reply reply, long askedAt, long now) {
    boolean outOfOrder = answered && block.failures().any();
    if (reply instanceof Reply.Data data) {
      alive(block);
      if (outOfOrder) {
        reading.clear();
        askAll();
      } else {
        reading.answered(block.values(data.values()), askedAt, now);
      }
    } else if (reply instanceof Reply.Refused no && !Refusals.isSilence(no.code())) {
      alive(block);
      refuse(block, no.code());
    } else {
      failed(block, why(reply), now);
    }
  }

  /** What was read. */
  Observation observation(long now) {
    if (refused && reading.isUnanswered()) {
      // It refuses everything, as some do while they start: that is nothing to be remembered.
      blocks.clear();
      blocks.addAll(Block.plan(machine.observed(), machine.maxGap()));
    }
    return reading.observation(machine.serialNumber(), now);
  }

  private void alive(Block block) {
    block.failures().answered();
    dead.answered();
    answered = true;
  }

  private void refuse(Block block, int code) {
    refused = true;
    List<Block> parts = Refusals.maySuitInParts(code) ? block.divided() : List.of(block);
    Request request = block.request(machine.unit());
    if (parts.size() == 1) {
      bad(block, "the unit refuses " + request + " with " + Refusals.words(code));
      return;
    }
    int place = blocks.indexOf(block);
    blocks.remove(place);
    blocks.addAll(place, parts);
    for (int i = parts.size() - 1; i >= 0; i--) {
      toAsk.addFirst(parts.get(i));
    }
    notices.accept(
        machine.serialNumber()
            + ": unit "
            + machine.unit()
            + " refuses "
            + request
            + " as a whole with "
            + Refusals.words(code)
            + "; it is read in parts from now on: "
            + String.join(", ", parts.stream().map(p -> p.request(0).toString()).toList()));
  }

  private void failed(Block block, String why, long now) {
    block.failures().failed(why, now);
    bad(block, why);
    if (!answered) {
      toAsk.clear();
      dead.failed(why, now);
      allBad(why);
      if (dead.repeated()) {
        retries.failed(this, now);
      }
    }
  }

  private String why(Reply reply) {
    String who = "unit " + machine.unit() + ": ";
    return who
        + (reply instanceof Reply.Missing missing
            ? missing.why()
            : Refusals.words(((Reply.Refused) reply).code()));
  }

  private void allBad(String why) {
    blocks.forEach(block -> bad(block, why));
  }

  private void bad(Block block, String why) {
    block.tags().forEach(tag -> reading.bad(tag.name(), why));
  }
}
