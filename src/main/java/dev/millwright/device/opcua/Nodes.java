package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;

/**
 * Where the tags of all machines are on the server. A namespace's index may change with each
 * download to a controller (FIELD 3), so the URIs are resolved at each connect, and again while a
 * node is missing.
 */
final class Nodes {

  private final List<Point> points;
  private final Map<Point, NodeId> found = new HashMap<>();
  private String[] namespaces = {};

  Nodes(List<OpcUaMachine> machines) {
    points =
        machines.stream()
            .flatMap(
                machine ->
                    machine.tags().stream()
                        .map(tag -> new Point(machine.serialNumber(), tag.name(), tag.id())))
            .toList();
  }

  List<Point> points() {
    return points;
  }

  /**
   * Finds the tags' nodes.
   *
   * @return whether one that had been found is somewhere else now
   */
  boolean resolve(NamespaceTable table) {
    namespaces = table.toArray();
    boolean moved = false;
    for (Point point : points) {
      NodeId now = point.node().toNodeId(table).orElse(null);
      NodeId before = now == null ? found.remove(point) : found.put(point, now);
      moved |= before != null && !Objects.equals(before, now);
    }
    return moved;
  }

  /** Null when the server has no such namespace. */
  NodeId of(Point point) {
    return found.get(point);
  }

  /** Why there is no node. */
  TagValue missing(Point point) {
    return TagValue.bad(
        "unknown namespace URI %s; the server has %s"
            .formatted(
                point.node().getNamespaceUri(),
                String.join(", ", Arrays.stream(namespaces).filter(Objects::nonNull).toList())));
  }

  /** Every tag's value, by machine and tag name. */
  Map<String, Map<String, TagValue>> read(MiloSession session)
      throws LinkException, InterruptedException {
    List<Point> there = points.stream().filter(found::containsKey).toList();
    List<DataValue> data = session.read(there.stream().map(found::get).toList());
    Map<Point, TagValue> values = new HashMap<>();
    for (int i = 0; i < there.size(); i++) {
      values.put(there.get(i), Values.of(data.get(i)));
    }
    Map<String, Map<String, TagValue>> read = new LinkedHashMap<>();
    for (Point point : points) {
      TagValue value = values.get(point);
      read.computeIfAbsent(point.machine(), machine -> new LinkedHashMap<>())
          .put(point.tag(), value == null ? missing(point) : value);
    }
    return read;
  }

  List<Point> missing() {
    List<Point> missing = new ArrayList<>(points);
    missing.removeAll(found.keySet());
    return missing;
  }
}
