package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import java.time.Duration;

/**
 * Says when to answer a machine that holds its values until they are taken: the reply follows the
 * trigger, but goes up with it only when what the machine showed beside it is on disk (I2).
 *
 * <p>The reply is a level and not a pulse: after a crash between the journal and the machine the
 * same values are seen again, mean nothing new, and are answered then. So a write of which nobody
 * knows whether it happened may be repeated. Pure: the time is passed in.
 */
final class Handshake {

  /** How long a reading of the reply from before it was written may still arrive. */
  static final Duration GRACE = Duration.ofSeconds(1);

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final HandshakeSettings settings;

  /** What the trigger shows, as text; null when not known. */
  private String trigger;

  /** Since when it shows that, on the monotonic clock. */
  private long triggered;

  /** What was written last and confirmed, as text; null when not known. */
  private String replied;

  private long repliedAt;

  /** When to try again what failed, on the monotonic clock; null when nothing has. */
  private Long again;

  private Duration pause = FIRST_PAUSE;

  Handshake(HandshakeSettings settings) {
    this.settings = settings;
  }

  /**
   * What is to be written to the machine after this observation.
   *
   * @param taken whether all that the observation means is on disk
   * @param stateRead when its state was read at the earliest, on the monotonic clock
   * @param now on the same
   * @return null when nothing is to be written
   */
  TagWrite after(Observation observation, boolean taken, long stateRead, long now) {
    TagValue shown = observation.values().get(settings.trigger());
    if (shown == null || shown.quality() != Quality.GOOD) {
      return null;
    }
    if (!shown.text().equals(trigger)) {
      trigger = shown.text();
      triggered = now - observation.age(settings.trigger()).atMost().toNanos();
      succeed();
    }
    // A state that was read before the trigger went up may be another than the machine holds now.
    boolean due = !isUp(shown.value()) || (taken && stateRead - triggered >= 0);
    boolean pausing = again != null && now - again < 0;
    if (!due || pausing || trigger.equals(reply(observation, now))) {
      return null;
    }
    return new TagWrite(settings.reply(), shown.value());
  }

  private static boolean isUp(Object value) {
    return !(value.equals(false) || value.equals(0L) || value.equals(0.0) || value.equals(""));
  }

  /** What the reply shows; null when nobody knows. */
  private String reply(Observation observation, long now) {
    TagValue read = observation.values().get(settings.reply());
    boolean fresh = replied != null && now - repliedAt < GRACE.toNanos();
    return fresh || read == null || read.quality() != Quality.GOOD ? replied : read.text();
  }

  /**
   * What became of the write.
   *
   * @return what to tell a technician; null when it was done
   */
  String written(Written written, long now) {
    if (written.outcome() == Written.Outcome.DONE) {
      replied = trigger;
      repliedAt = now;
      succeed();
      return null;
    }
    replied = null;
    again = now + pause.toNanos();
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    return "the machine waits for its reply: " + written.write() + ": " + written.why();
  }

  private void succeed() {
    again = null;
    pause = FIRST_PAUSE;
  }
}
