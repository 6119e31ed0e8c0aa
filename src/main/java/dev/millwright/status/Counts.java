package dev.millwright.status;

import dev.millwright.machine.Transition;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.Meter;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What has happened since the start, counted as it happens. Waits for nobody. */
final class Counts implements Meter {

  private static final double[] LATENCY = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600
  };

  private static final double[] OVERRUN = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1
  };

  private static final List<String> RELOADS = List.of("applied", "partly", "mistaken", "failed");

  private final Counter transitions =
      counter(
          "millwright_transitions",
          "State transitions that were decided and are in the journal.",
          "machine",
          "event");

  private final Counter conflicts =
      counter(
          "millwright_conflicts",
          "Times that a machine's row was not as this daemon had left it.",
          "machine");

  private final Counter readErrors =
      counter(
          "millwright_read_errors",
          "Observations that did not tell a machine's state: a value was bad or made no sense.",
          "machine");

  private final Counter safeStateFailures =
      counter(
          "millwright_safe_state_failures",
          "Times that a machine's safe state was not confirmed within its time.",
          "machine");

  private final Counter commands =
      counter(
          "millwright_commands",
          "Commands that have reached a machine's part of the daemon, by how they ended.",
          "machine",
          "command",
          "outcome");

  private final Counter linkFailures =
      counter(
          "millwright_link_failures", "Times that a link could not be opened, or broke.", "link");

  private final Counter reloads =
      counter("millwright_reloads", "Reloads of the configuration, by how they ended.", "result");

  private final Histogram latency =
      histogram(
          "millwright_delivery_latency_seconds",
          "From the moment that a machine showed something to the committed row; without what was"
              + " concluded after a gap.",
          LATENCY);

  private final Histogram overruns =
      histogram(
          "millwright_pulse_overrun_seconds",
          "How much later than due pulses were switched off.",
          OVERRUN);

  private final List<Counter> byMachine =
      List.of(transitions, conflicts, readErrors, safeStateFailures, commands);

  private static Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars().build();
  }

  private static Histogram histogram(String name, String help, double... bounds) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .build();
  }

  void register(PrometheusRegistry registry) {
    Stream.concat(byMachine.stream(), Stream.of(linkFailures, reloads)).forEach(registry::register);
    registry.register(latency);
    registry.register(overruns);
  }

  /** These machines and links are there: what has not happened to them is 0, and others go. */
  void know(Set<String> machines, Set<String> links) {
    for (Counter counter : byMachine) {
      counter.removeIf(labels -> !machines.contains(labels.get(0)));
    }
    linkFailures.removeIf(labels -> !links.contains(labels.get(0)));
    for (String machine : machines) {
      conflicts.initLabelValues(machine);
      readErrors.initLabelValues(machine);
    }
    links.forEach(linkFailures::initLabelValues);
    RELOADS.forEach(reloads::initLabelValues);
  }

  @Override
  public void decided(String machine, Transition transition) {
    transitions.labelValues(machine, transition.event()).inc();
  }

  @Override
  public void delivered(String machine, Duration took) {
    latency.observe(seconds(took));
  }

  @Override
  public void conflict(String machine) {
    conflicts.labelValues(machine).inc();
  }

  @Override
  public void unreadable(String machine) {
    readErrors.labelValues(machine).inc();
  }

  @Override
  public void linkFailed(String link) {
    linkFailures.labelValues(link).inc();
  }

  @Override
  public void ended(String machine, Command command, CommandResult result) {
    String kind = command.kind().name().toLowerCase(Locale.ROOT);
    commands.labelValues(machine, kind, result.completed() ? "completed" : "error").inc();
  }

  @Override
  public void pulse(String machine, Duration overrun) {
    overruns.observe(seconds(overrun));
  }

  /**
   * The configuration was read anew.
   *
   * @param result applied, partly, mistaken or failed
   */
  void reloaded(String result) {
    reloads.labelValues(result).inc();
  }

  @Override
  public void unsafe(String machine) {
    safeStateFailures.labelValues(machine).inc();
  }

  static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
