package dev.millwright.cli;

import dev.millwright.store.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How far a run is that is stepped, in one line: a bar, the step, what has passed and is left. */
final class ProgressView {

  private static final int BAR = 10;

  private ProgressView() {}

  /** Null where there is none of the row's own run. */
  static String of(Row row) {
    DetailView progress = DetailView.of(row.progress());
    boolean own =
        row.state().processId() != null
            && row.state().processId().toString().equals(progress.text("process"));
    return own ? words(progress) : null;
  }

  /** How far it is; null where nothing is known of the row's own run. */
  static String bar(Row row) {
    if (of(row) == null) {
      return null;
    }
    DetailView progress = DetailView.of(row.progress());
    String bar = bar(share(progress, progress.count("elapsed_ms"), progress.count("remaining_ms")));
    return bar + ("held".equals(progress.text("state")) ? " HELD" : "");
  }

  /** The rest of it. */
  static String step(Row row) {
    String whole = of(row);
    return whole == null
        ? null
        : whole.substring(whole.indexOf('%') + 1).replaceFirst(" ?HELD", "").strip();
  }

  private static String words(DetailView progress) {
    long elapsed = progress.count("elapsed_ms");
    long remaining = progress.count("remaining_ms");
    List<String> words = new ArrayList<>();
    boolean timed = progress.has("remaining_ms");
    String left = time(remaining) + " left";
    words.add(bar(share(progress, elapsed, remaining)));
    words.add("held".equals(progress.text("state")) ? "HELD" : null);
    if (progress.has("path")) {
      words.add("step " + progress.text("path"));
      words.add(progress.has("step") ? progress.text("step") : null);
    }
    words.add(progress.has("iteration") ? "(" + progress.text("iteration") + ")" : null);
    words.add(time(elapsed) + (timed ? ", " + left : ""));
    words.removeIf(word -> word == null);
    return String.join(" ", words);
  }

  /** By time where it is known how long it takes, else by steps; 0 to 1. */
  private static double share(DetailView progress, long elapsed, long remaining) {
    boolean timed = progress.has("remaining_ms") && elapsed + remaining > 0;
    double whole = timed ? elapsed + remaining : Math.max(1, progress.count("total"));
    double done = timed ? elapsed : progress.count("done");
    return Math.min(1, Math.max(0, done / whole));
  }

  private static String bar(double share) {
    int full = (int) Math.floor(share * BAR);
    String percent = String.valueOf((int) Math.floor(share * 100));
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + percent + "%";
  }

  private static String time(long millis) {
    Duration time = Duration.ofMillis(millis);
    return time.toHours() > 0
        ? String.format("%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
  }
}
