package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Ours and the floor in turn, change by change, so that what the host does meanwhile falls on both.
 */
final class InTurn {
  private static final String OURS = "Millwright";
  private static final String FLOOR = "floor";
  private static final double MEDIAN = 0.5;
  private static final double HUNDREDTH = 0.99;
  private static final double THOUSANDTH = 0.999;
  private static final long SEED = 8;
  private static final long LEAST_PAUSE_NANOS = 5_000_000;

  /**
   * Rounds before those that count, where changes come fast: only after these all is compiled that
   * is done each time.
   */
  private static final int WARM_UPS = 3;

  /** What takes longer is done less often. */
  private static final Duration SLOW = Duration.ofMillis(50);

  private final Run run;
  private final Duration interval;
  private final Changing ours;
  private final Changing floor;
  private final Delays oursDelays = new Delays();
  private final Delays floorDelays = new Delays();
  private final Random random = new Random(SEED);
  private long changes;

  InTurn(Run run, Duration interval, Changing ours, Changing floor) {
    this.run = run;
    this.interval = interval;
    this.ours = ours;
    this.floor = floor;
  }

  /** Warms up, and then does all rounds. */
  void measure() throws Exception {
    int warmUps = isSlow() ? 1 : WARM_UPS;
    for (int round = 0; round < warmUps; round++) {
      round(new Delays(), new Delays());
    }
    for (int round = 1; round <= run.rounds(); round++) {
      round(oursDelays, floorDelays);
    }
  }

  private void round(Delays oursTook, Delays floorTook) throws Exception {
    oursTook.begin();
    floorTook.begin();
    int times = isSlow() ? run.size(5, 120) : run.size(25, 400);
    for (int i = 0; i < times; i++) {
      pause();
      oursTook.add(ours.delay());
      changes++;
      pause();
      floorTook.add(floor.delay());
    }
  }

  private boolean isSlow() {
    return interval.compareTo(SLOW) >= 0;
  }

  /** How many changes were ours. */
  long changes() {
    return changes;
  }

  /** To any moment within the interval. */
  private void pause() throws InterruptedException {
    long nanos = LEAST_PAUSE_NANOS + random.nextLong(interval.toNanos());
    Thread.sleep(nanos / 1_000_000, (int) (nanos % 1_000_000));
  }

  List<Figure> figures(String name) {
    List<Figure> figures =
        List.of(
            Figure.of(
                name + ": half of them within",
                "ms",
                new Series(OURS, oursDelays.each(MEDIAN)),
                new Series(FLOOR, floorDelays.each(MEDIAN)),
                Limit.ratioAtMost(1.25)),
            Figure.of(
                name + ": 99 of 100 within",
                "ms",
                new Series(OURS, oursDelays.each(HUNDREDTH)),
                new Series(FLOOR, floorDelays.each(HUNDREDTH)),
                Limit.ratioAtMost(1.5)),
            Figure.of(
                name + ": 999 of 1,000 within",
                "ms",
                new Series(OURS, oursDelays.all(THOUSANDTH)),
                new Series(FLOOR, floorDelays.all(THOUSANDTH))));
    figures.forEach(figure -> run.say("  %s: %s", figure.name(), figure));
    return figures;
  }
}
