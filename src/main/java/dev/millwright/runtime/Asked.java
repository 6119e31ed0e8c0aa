package dev.millwright.runtime;

import dev.millwright.machine.Occurrence;
import dev.millwright.machine.Order;
import java.util.Objects;
import java.util.Set;

/**
 * What a machine was asked for, so that what it then does is known to be that.
 *
 * @param events the words of the events that it may lead to
 * @param order who asked, and for what
 */
public record Asked(Set<String> events, Order order) {

  public Asked {
    events = Set.copyOf(events);
    Objects.requireNonNull(order, "order");
  }

  /** The same occurrence with the order in its detail, where it may have led to it. */
  static Occurrence mark(Asked asked, Occurrence occurrence) {
    return asked == null || !asked.events.contains(occurrence.event().word())
        ? occurrence
        : new Occurrence(
            occurrence.event(), occurrence.at(), occurrence.detail().withOrder(asked.order));
  }
}
