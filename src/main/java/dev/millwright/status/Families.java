package dev.millwright.status;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metrics that are made anew for one scrape. A value that is not known is left out. */
final class Families {

  private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final MetricSnapshots.Builder others = MetricSnapshots.builder();

  /**
   * One value of a gauge.
   *
   * @param labels name, value, name, value …
   */
  void gauge(String name, String help, Number value, String... labels) {
    GaugeSnapshot.Builder gauge =
        gauges.computeIfAbsent(name, key -> GaugeSnapshot.builder().name(name).help(help));
    if (value != null) {
      gauge.dataPoint(
          GaugeDataPointSnapshot.builder()
              .value(value.doubleValue())
              .labels(Labels.of(labels))
              .build());
    }
  }

  /** The same of what holds or does not. */
  void gauge(String name, String help, boolean holds, String... labels) {
    gauge(name, help, holds ? 1 : 0, labels);
  }

  /**
   * A counter that somebody else keeps.
   *
   * @param name without the ending {@code _total}
   */
  void counter(String name, String help, double value) {
    add(
        CounterSnapshot.builder()
            .name(name)
            .help(help)
            .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
            .build());
  }

  void add(MetricSnapshot other) {
    others.metricSnapshot(other);
  }

  /** All of them. */
  MetricSnapshots all() {
    gauges.values().forEach(gauge -> others.metricSnapshot(gauge.build()));
    return others.build();
  }
}
