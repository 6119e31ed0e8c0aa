package dev.millwright.runtime;

import dev.millwright.machine.Transition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Transitions that are decided and not yet confirmed by the database, in the order of decision.
 *
 * <p>Bounded: when it is full, nothing more is decided until there is room again (I8). What a
 * machine does meanwhile is concluded afterwards from what it shows then and from its counter.
 */
final class Outbox {

  /**
   * A transition on its way.
   *
   * @param monitor the machine that it belongs to
   * @param transition what to write
   * @param nanos when the observation that led to it arrived, on the monotonic clock
   */
  record Pending(MachineMonitor monitor, Transition transition, long nanos) {}

  private final int limit;
  private final Deque<Pending> queue = new ArrayDeque<>();
  private boolean hurried;

  Outbox(int limit) {
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  /** Takes all of them, or none when there is no room for all. */
  synchronized boolean addAll(List<Pending> pending) {
    if (queue.size() + pending.size() > limit) {
      return false;
    }
    queue.addAll(pending);
    notifyAll();
    return true;
  }

  /** The oldest ones, at most {@code most}; they stay in the box until {@link #confirm}. */
  synchronized List<Pending> peek(int most) {
    List<Pending> head = new ArrayList<>(Math.min(most, queue.size()));
    for (Pending pending : queue) {
      if (head.size() == most) {
        break;
      }
      head.add(pending);
    }
    return head;
  }

  /** Waits until there is something, at most so long; not at all once {@link #hurry} was called. */
  synchronized void await(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    long left = atMost.toNanos();
    while (queue.isEmpty() && !hurried && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
  }

  /** From now on nobody waits for more. */
  synchronized void hurry() {
    hurried = true;
    notifyAll();
  }

  /** This one is written. */
  synchronized void confirm(Pending pending) {
    queue.remove(pending);
  }

  /**
   * This machine's pending transitions have lost what they follow on: they are void.
   *
   * @return them, oldest first
   */
  synchronized List<Pending> discard(MachineMonitor monitor) {
    List<Pending> theirs = queue.stream().filter(p -> p.monitor() == monitor).toList();
    queue.removeIf(pending -> pending.monitor() == monitor);
    return theirs;
  }

  synchronized int size() {
    return queue.size();
  }
}
