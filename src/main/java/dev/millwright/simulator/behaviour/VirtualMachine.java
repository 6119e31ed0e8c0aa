package dev.millwright.simulator.behaviour;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * A machine that runs one recipe after the other, fails now and then and is put right again. What
 * it does is a function of its habits, its seed, the time and what its {@link Controls} are told;
 * it has no clock and no thread.
 *
 * <p>Not safe for use by several threads.
 */
public final class VirtualMachine {

  /** Further away than any plant lives. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  private final Habits habits;
  private final Random random;
  private Appearance now;
  private Instant next;

  /**
   * A machine that is idle from {@code start} on and has never run.
   *
   * @param warmUp how long it stays so before its first pause begins
   */
  public VirtualMachine(Habits habits, long seed, Instant start, Duration warmUp) {
    this.habits = habits;
    this.random = new Random(seed);
    this.now = new Appearance(habits.machine(), Phase.IDLE, 0, "", "", "", start);
    this.next = start.plus(habits.recipes().isEmpty() ? NEVER : warmUp.plus(about(habits.pause())));
  }

  /** What it shows now. */
  public Appearance appearance() {
    return now;
  }

  /** When it will do its next step. */
  public Instant next() {
    return next;
  }

  /**
   * Does the next step, which begins at {@code at}: the time that came, not the one that was
   * planned, so that a late caller never shows a state for less than its dwell.
   */
  public Appearance step(Instant at) {
    switch (now.phase()) {
      case IDLE -> {
        String recipe = habits.recipes().get(random.nextInt(habits.recipes().size()));
        become(at, Phase.PROCESSING, recipe, habits.cycle());
      }
      case PROCESSING -> {
        double luck = random.nextDouble();
        Phase end =
            luck < habits.faults()
                ? Phase.ERROR
                : luck < habits.faults() + habits.stops() ? Phase.STOPPED : Phase.COMPLETE;
        become(at, end, now.recipe(), end == Phase.ERROR ? habits.cycle() : Duration.ZERO);
      }
      default -> become(at, Phase.IDLE, now.recipe(), habits.pause());
    }
    return now;
  }

  /** Whether it can run this recipe. */
  boolean knows(String recipe) {
    return habits.recipes().contains(recipe);
  }

  /** Begins a run; false when it is not idle. */
  boolean start(String recipe, Instant at) {
    return change(Phase.IDLE, at, Phase.PROCESSING, recipe, habits.cycle());
  }

  /** Ends a run before its end; false when there is none. */
  boolean stop(Instant at) {
    return change(Phase.PROCESSING, at, Phase.STOPPED, now.recipe(), Duration.ZERO);
  }

  /** Puts a fault right; false when there is none. */
  boolean reset(Instant at) {
    return change(Phase.ERROR, at, Phase.IDLE, now.recipe(), habits.pause());
  }

  private boolean change(Phase from, Instant at, Phase to, String recipe, Duration lasts) {
    if (now.phase() != from) {
      return false;
    }
    become(at, to, recipe, lasts);
    return true;
  }

  private void become(Instant at, Phase phase, String recipe, Duration lasts) {
    boolean error = phase == Phase.ERROR;
    now =
        new Appearance(
            habits.machine(),
            phase,
            now.cycle() + (phase == Phase.PROCESSING ? 1 : 0),
            recipe,
            error ? habits.fault() : "",
            error ? habits.component() : "",
            at);
    next = at.plus(about(lasts));
  }

  /** Half to one and a half times as long, at the machine's speed, but never below the dwell. */
  private Duration about(Duration time) {
    long nanos = (long) (time.toNanos() * (0.5 + random.nextDouble()) / habits.speed());
    return nanos < habits.dwell().toNanos() ? habits.dwell() : Duration.ofNanos(nanos);
  }
}
