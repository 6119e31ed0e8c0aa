package dev.millwright.daemon;

import com.sun.net.httpserver.HttpHandler;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.pki.Pki;
import dev.millwright.runtime.Engine;
import dev.millwright.runtime.Heartbeat;
import dev.millwright.runtime.LogLine;
import dev.millwright.runtime.LoopState;
import dev.millwright.status.Health;
import dev.millwright.status.HealthPage;
import dev.millwright.status.Metrics;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What programs ask a daemon for over HTTP: its metrics, and whether all is well. */
final class Pages {

  private Pages() {}

  /**
   * What they are made from.
   *
   * @param loops how those fare without which the daemon does not do its work
   * @param heartbeats of all loops that there are at the moment
   * @param started whether the links were
   */
  record Parts(
      Engine engine,
      Journal journal,
      Pki pki,
      InstantSource clock,
      Supplier<List<LoopState>> loops,
      Supplier<List<Heartbeat>> heartbeats,
      BooleanSupplier started) {}

  /** The pages by their paths. */
  static Map<String, HttpHandler> of(Metrics metrics, Parts parts) {
    Engine engine = parts.engine();
    Journal journal = parts.journal();
    metrics.show(
        new Metrics.Sources(
            Build.version(),
            engine::overview,
            () -> room(journal),
            parts.loops(),
            new Expiries(parts.pki(), parts.clock())::all,
            new ClockWatch()::isSynchronized,
            LogLine::leftOut));
    return Map.of(
        "/metrics", metrics,
        "/healthz",
            new HealthPage(
                () ->
                    Health.alive(parts.loops().get(), Heartbeat.overdue(parts.heartbeats().get()))),
        "/readyz",
            new HealthPage(
                () ->
                    Health.ready(
                        parts.started().getAsBoolean(), engine.overview(), room(journal))));
  }

  /** Null where it cannot be asked; the overview says why. */
  static Journal.Room room(Journal journal) {
    try {
      return journal.room();
    } catch (JournalException e) {
      return null;
    }
  }
}
