package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import dev.millwright.device.LinkException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.subscriptions.MonitoredItemServiceOperationResult;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/**
 * The subscription and its monitored items, one for each tag. An item that the server refuses is
 * one bad tag, tried again at intervals (FIELD 2, 6).
 */
final class Reports {

  /** How often an idle server shows that the subscription lives. */
  private static final double KEEP_ALIVE_MS = 5_000;

  private static final Duration BOUND_LEAST = Duration.ofSeconds(1);

  private static final Set<Long> CANNOT =
      Set.of(
          StatusCodes.Bad_ServiceUnsupported,
          StatusCodes.Bad_NotImplemented,
          StatusCodes.Bad_NotSupported,
          StatusCodes.Bad_TooManySubscriptions,
          StatusCodes.Bad_TooManyMonitoredItems);

  private final OpcUaSettings settings;
  private final MiloSession session;
  private final Nodes nodes;
  private final Inbox inbox = new Inbox();
  private final Map<Point, OpcUaMonitoredItem> items = new HashMap<>();

  /** Nodes that the server says are gone: noted on its thread, repaired on ours. */
  private final Set<Point> gone = ConcurrentHashMap.newKeySet();

  /** Items that the server refused. */
  private final Set<Point> refused = new HashSet<>();

  private OpcUaSubscription subscription;

  /** Which resolution of the nodes the items are of. */
  private int followed;

  private Duration interval = BOUND_LEAST;

  Reports(OpcUaSettings settings, MiloSession session, Nodes nodes) {
    this.settings = settings;
    this.session = session;
    this.nodes = nodes;
    var unused =
        session.ended().whenComplete((nothing, failure) -> inbox.fail(failure.getMessage()));
  }

  Inbox inbox() {
    return inbox;
  }

  /** How long a report takes from the change of the value, when nothing is held up. */
  Duration interval() {
    return interval;
  }

  /** How long a report may take at most. */
  Duration bound() {
    return interval.compareTo(BOUND_LEAST) > 0 ? interval : BOUND_LEAST;
  }

  /** Whether the server is to report this tag's changes, from the node where it is now. */
  boolean covers(Point point) {
    return items.containsKey(point)
        && isInPlace(point)
        && !refused.contains(point)
        && !gone.contains(point);
  }

  private boolean isInPlace(Point point) {
    return items.get(point).getReadValueId().getNodeId().equals(nodes.of(point));
  }

  /** Whether a node that was reported does not exist any more. */
  boolean anyGone() {
    return !gone.isEmpty();
  }

  /** The server did not know the tag's node when it was asked. */
  void gone(Point point) {
    if (items.containsKey(point) && !refused.contains(point)) {
      gone.add(point);
    }
  }

  /**
   * Subscribes.
   *
   * @return null, or in words why this server cannot
   */
  String begin(Consumer<String> notices) throws LinkException, InterruptedException {
    try {
      double publishing = millis(settings.publishing());
      subscription = new OpcUaSubscription(session.client(), publishing);
      subscription.setTargetKeepAliveInterval(KEEP_ALIVE_MS);
      subscription.setSubscriptionListener(new Listener());
      session.awaitOrFail(
          subscription.createAsync().toCompletableFuture(), "creating a subscription");
      create();
    } catch (UaException e) {
      if (!CANNOT.contains(e.getStatusCode().value())) {
        throw failed(e);
      }
      giveUp();
      return Words.of(e.getStatusCode());
    }
    interval = new Revisions(settings, subscription, items.values()).tell(notices);
    return null;
  }

  /** Leaves no half-made subscription on a server that has few to give. */
  private void giveUp() throws LinkException, InterruptedException {
    if (subscription.getSubscriptionId().isPresent()) {
      session.await(subscription.deleteAsync().toCompletableFuture(), "unsubscribing");
    }
  }

  /** Finds the nodes anew, and tries again what the server refused, or no longer had. */
  void repair() throws LinkException, InterruptedException {
    if (!refused.isEmpty() || !gone.isEmpty() || nodes.mayBeElsewhere()) {
      nodes.resolve(session);
      replace();
    }
  }

  /** Follows nodes that have been found elsewhere than the items are. */
  void follow() throws LinkException, InterruptedException {
    if (nodes.resolved() != followed) {
      replace();
    }
  }

  /** Replaces items of nodes that are gone or elsewhere; the others go on. */
  private void replace() throws LinkException, InterruptedException {
    Set<Point> lost = new HashSet<>(gone);
    items.keySet().stream().filter(point -> !isInPlace(point)).forEach(lost::add);
    for (Point point : lost) {
      subscription.removeMonitoredItem(items.remove(point));
    }
    if (!lost.isEmpty()) {
      session.await(session.background(subscription::deleteMonitoredItems), "unsubscribing");
    }
    gone.removeAll(lost);
    refused.removeAll(lost);
    try {
      create();
    } catch (UaException e) {
      throw failed(e);
    }
  }

  /** Creates the items that do not exist, also those that were refused before. */
  private void create() throws LinkException, UaException, InterruptedException {
    followed = nodes.resolved();
    for (Point point : nodes.points()) {
      if (nodes.of(point) != null && !items.containsKey(point)) {
        OpcUaMonitoredItem item = item(point);
        items.put(point, item);
        subscription.addMonitoredItem(item);
      }
    }
    List<MonitoredItemServiceOperationResult> results =
        session.await(session.background(subscription::createMonitoredItems), "subscribing");
    for (MonitoredItemServiceOperationResult result : results) {
      apply(result);
    }
  }

  private OpcUaMonitoredItem item(Point point) {
    OpcUaMonitoredItem item = OpcUaMonitoredItem.newDataItem(nodes.of(point));
    item.setSamplingInterval(millis(settings.sampling()));
    item.setQueueSize(uint(settings.queueSize()));
    // Of too many, the latest are worth most: the state that the machine has now is among them.
    item.setDiscardOldest(true);
    item.setUserObject(point);
    return item;
  }

  private void apply(MonitoredItemServiceOperationResult result) throws UaException {
    StatusCode status = result.operationResult().orElse(result.serviceResult());
    if (result.serviceResult().isBad() || CANNOT.contains(status.value())) {
      throw new UaException(status);
    }
    Point point = point(result.monitoredItem());
    if (status.isBad()) {
      refused.add(point);
    } else {
      refused.remove(point);
    }
  }

  private LinkException failed(UaException refusal) {
    return new LinkException(
        "%s: subscribing: %s".formatted(settings.endpoint(), Words.of(refusal, settings.timeout())),
        refusal);
  }

  private static Point point(OpcUaMonitoredItem item) {
    return (Point) item.getUserObject().orElseThrow();
  }

  static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  /** Called by the library's threads: hands over, and never waits. */
  private final class Listener implements OpcUaSubscription.SubscriptionListener {

    @Override
    public void onDataReceived(
        OpcUaSubscription from, List<OpcUaMonitoredItem> of, List<DataValue> values) {
      List<Sample> message = new ArrayList<>(values.size());
      for (int i = 0; i < values.size(); i++) {
        DataValue data = values.get(i);
        Point point = point(of.get(i));
        if (Values.isGone(data.statusCode())) {
          gone.add(point);
        } else {
          gone.remove(point);
        }
        message.add(
            new Sample(
                point, point.value(data), Values.moment(data), data.statusCode().isOverflowSet()));
      }
      inbox.offer(message);
    }

    @Override
    public void onNotificationDataLost(OpcUaSubscription of) {
      inbox.lose("the server could not repeat a publication that went missing");
    }

    @Override
    public void onWatchdogTimerElapsed(OpcUaSubscription of) {
      inbox.fail(settings.endpoint() + ": subscription silently dead: no sign of life in time");
    }

    @Override
    public void onStatusChanged(OpcUaSubscription of, StatusCode status) {
      inbox.fail(settings.endpoint() + ": the server ended the subscription: " + Words.of(status));
    }

    @Override
    public void onTransferFailed(OpcUaSubscription of, StatusCode status) {
      inbox.fail(settings.endpoint() + ": the server lost the subscription: " + Words.of(status));
    }
  }
}
