package dev.millwright.bench;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import dev.millwright.simulator.DirectedPlant;
import dev.millwright.simulator.OpcUaPlant;
import dev.millwright.simulator.behaviour.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.tinylog.Logger;

/** The floor of OPC UA: a subscription with the library, whose listener writes the row. */
final class BareSubscription implements Changing, AutoCloseable {

  private static final int QUEUE = 50;

  private final DirectedPlant plant;
  private final String machine;
  private final BareRow row;
  private final Committed committed = new Committed();
  private final OpcUaClient client;

  BareSubscription(
      DirectedPlant plant,
      String endpoint,
      String machine,
      Duration publishing,
      Duration sampling,
      BareRow row)
      throws Exception {
    this.plant = plant;
    this.machine = machine;
    this.row = row;
    client = OpcUaClient.create(endpoint);
    client.connect();
    OpcUaSubscription subscription = new OpcUaSubscription(client, publishing.toMillis());
    subscription.setSubscriptionListener(new Listener());
    subscription.create();
    for (NodeId node : nodes(client, machine)) {
      OpcUaMonitoredItem item = OpcUaMonitoredItem.newDataItem(node);
      item.setSamplingInterval((double) sampling.toMillis());
      item.setQueueSize(uint(QUEUE));
      subscription.addMonitoredItem(item);
    }
    subscription.synchronizeMonitoredItems();
    // It begins with the values that there are.
    long unused = committed.next();
  }

  /** Those that the machine's file names, the state first. */
  static List<NodeId> nodes(OpcUaClient client, String machine) throws Exception {
    int namespace = client.getNamespaceTable().getIndex(OpcUaPlant.NAMESPACE).intValue();
    return List.of("State", "Cycle", "Recipe").stream()
        .map(name -> new NodeId(namespace, machine + "/" + name))
        .toList();
  }

  @Override
  public long delay() throws InterruptedException {
    long changed = plant.change(machine);
    return committed.next() - changed;
  }

  @Override
  public void close() throws Exception {
    client.disconnect();
  }

  /** Called by one of the library's threads. */
  private final class Listener implements OpcUaSubscription.SubscriptionListener {
    @Override
    public void onDataReceived(
        OpcUaSubscription from, List<OpcUaMonitoredItem> items, List<DataValue> values) {
      for (int i = 0; i < values.size(); i++) {
        NodeId node = items.get(i).getReadValueId().getNodeId();
        if (node.getIdentifier().equals(machine + "/State")) {
          write((int) values.get(i).value().value());
        }
      }
    }

    private void write(int state) {
      try {
        committed.add(row.write(state == Phase.PROCESSING.code()));
      } catch (SQLException e) {
        Logger.error(e);
      }
    }
  }
}
