package dev.millwright.device.opcua;

import static dev.millwright.device.opcua.Reports.millis;

import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;

/** What a server made of the intervals and queues that it was asked for (FIELD 8). */
final class Revisions {

  private final OpcUaSettings settings;
  private final double publishing;
  private double sampling;
  private long shortest;

  /**
   * @param items as the server has created them
   */
  Revisions(
      OpcUaSettings settings,
      OpcUaSubscription subscription,
      Collection<OpcUaMonitoredItem> items) {
    this.settings = settings;
    publishing = subscription.getRevisedPublishingInterval().orElse(millis(settings.publishing()));
    sampling = millis(settings.sampling());
    shortest = settings.queueSize();
    for (OpcUaMonitoredItem item : items) {
      sampling = Math.max(sampling, item.getRevisedSamplingInterval().orElse(0.0));
      shortest = Math.min(shortest, item.getRevisedQueueSize().orElse(UInteger.MAX).longValue());
    }
  }

  /**
   * Tells where it is less than was asked for.
   *
   * @return how long a report may take from the change of the value: sampled just too late, and
   *     published just too late, with a publication under way
   */
  Duration tell(Consumer<String> notices) {
    if (Math.abs(publishing - millis(settings.publishing())) >= 1) {
      notices.accept(
          "the server revised the publishing interval from %s to %s"
              .formatted(
                  Durations.words(settings.publishing()), Durations.words(duration(publishing))));
    }
    if (sampling >= millis(settings.sampling()) + 1 && !settings.sampling().isZero()) {
      notices.accept(
          "the server revised the sampling interval from %s to as much as %s; states that last less"
                  .formatted(
                      Durations.words(settings.sampling()), Durations.words(duration(sampling)))
              + " may not be seen");
    }
    if (shortest < settings.queueSize()) {
      notices.accept(
          "the server revised queue_size from %d to as little as %d"
              .formatted(settings.queueSize(), shortest));
    }
    return duration(2 * publishing + sampling);
  }

  private static Duration duration(double millis) {
    return Duration.ofMillis(Math.round(millis));
  }
}
