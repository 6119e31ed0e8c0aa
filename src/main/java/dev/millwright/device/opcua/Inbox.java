package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands over publish responses from the library's thread to the link's. Never blocks the former and
 * never grows beyond {@link #LIMIT_SAMPLES}: at the limit everything is dropped, and the taker is
 * told, so that it reads afresh.
 */
final class Inbox {

  /** Twenty seconds of a busy link: 50 tags that change ten times a second. */
  static final int LIMIT_SAMPLES = 10_000;

  private List<Message> messages = new ArrayList<>();
  private int samples;
  private String lost;
  private String broken;

  /**
   * A publish response.
   *
   * @param samples its values
   * @param arrived when it was handed over, on the monotonic clock
   */
  record Message(List<Sample> samples, long arrived) {}

  /**
   * What has arrived.
   *
   * @param messages each publish response, oldest first
   * @param lost why values are missing before these; null when none are
   */
  record Batch(List<Message> messages, String lost) {}

  synchronized void offer(List<Sample> values) {
    if (samples + values.size() > LIMIT_SAMPLES) {
      lose("more than " + LIMIT_SAMPLES + " reported values were waiting and have been dropped");
    } else {
      messages.add(new Message(values, System.nanoTime()));
      samples += values.size();
    }
    notifyAll();
  }

  /** Values are missing; so those that wait are of no use either. */
  synchronized void lose(String why) {
    messages = new ArrayList<>();
    samples = 0;
    lost = why;
    notifyAll();
  }

  /** Nothing will come any more. What is waiting is still handed out. */
  synchronized void fail(String why) {
    broken = broken == null ? why : broken;
    notifyAll();
  }

  /** Waits until something is there or the time is over; then the batch may be empty. */
  synchronized Batch take(long atMostNanos) throws LinkException, InterruptedException {
    long until = System.nanoTime() + atMostNanos;
    while (messages.isEmpty() && lost == null) {
      if (broken != null) {
        throw new LinkException(broken);
      }
      long millis = (until - System.nanoTime() + 999_999) / 1_000_000;
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    Batch batch = new Batch(messages, lost);
    messages = new ArrayList<>();
    samples = 0;
    lost = null;
    return batch;
  }
}
