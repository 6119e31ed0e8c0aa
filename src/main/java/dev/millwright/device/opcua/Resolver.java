package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowsePath;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowsePathResult;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowsePathTarget;
import org.eclipse.milo.opcua.stack.core.types.structured.RelativePath;
import org.eclipse.milo.opcua.stack.core.types.structured.RelativePathElement;

/**
 * Asks a server once which nodes the tags' addresses lead to: namespaces by URI, and browse paths
 * (TranslateBrowsePathsToNodeIds, OPC 10000-4, 5.9.4).
 */
final class Resolver {

  /** Of so many paths it is found out where they end; the others are just said to lead nowhere. */
  private static final int MOST_EXPLAINED = 20;

  /**
   * Where an address leads.
   *
   * @param node null when it leads nowhere
   * @param why why there is no node; null when there is one
   */
  record Found(NodeId node, String why) {}

  private final MiloSession session;
  private final NamespaceTable table;
  private final Map<Point, Found> found = new HashMap<>();
  private int explained;

  Resolver(MiloSession session, NamespaceTable table) {
    this.session = session;
    this.table = table;
  }

  Map<Point, Found> resolve(List<Point> points) throws LinkException, InterruptedException {
    Map<Point, BrowsePath> asked = new HashMap<>();
    for (Point point : points) {
      NodeAddress address = point.address();
      NodeId start = address.start().toNodeId(table).orElse(null);
      if (start == null) {
        found.put(point, new Found(null, unknown(address.start().getNamespaceUri())));
      } else if (address.path().isEmpty()) {
        found.put(point, new Found(start, null));
      } else {
        browsePath(point, start, address.path())
            .ifPresent(browsePath -> asked.put(point, browsePath));
      }
    }
    if (!asked.isEmpty()) {
      follow(new ArrayList<>(asked.keySet()), asked);
    }
    return found;
  }

  private java.util.Optional<BrowsePath> browsePath(
      Point point, NodeId start, List<PathStep> steps) {
    List<RelativePathElement> elements = new ArrayList<>();
    for (PathStep step : steps) {
      RelativePathElement element = step.element(table);
      if (element == null) {
        found.put(point, new Found(null, unknown(step.uri())));
        return java.util.Optional.empty();
      }
      elements.add(element);
    }
    return java.util.Optional.of(browsePath(start, elements));
  }

  private static BrowsePath browsePath(NodeId start, List<RelativePathElement> elements) {
    return new BrowsePath(start, new RelativePath(elements.toArray(RelativePathElement[]::new)));
  }

  private void follow(List<Point> points, Map<Point, BrowsePath> paths)
      throws LinkException, InterruptedException {
    List<BrowsePathResult> results;
    try {
      results = session.services().translate(points.stream().map(paths::get).toList());
    } catch (UaException e) {
      String why = "the server does not look up paths, " + Words.of(e.getStatusCode());
      points.forEach(point -> found.put(point, new Found(null, why + "; give node instead")));
      return;
    }
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      Found target = target(results.get(i));
      boolean lost = results.get(i).getStatusCode().value() == StatusCodes.Bad_NoMatch;
      found.put(point, lost ? new Found(null, explain(point.address(), paths.get(point))) : target);
    }
  }

  private Found target(BrowsePathResult result) {
    if (result.getStatusCode().isBad()) {
      return new Found(null, "the path leads to no node, " + Words.of(result.getStatusCode()));
    }
    BrowsePathTarget[] targets = result.getTargets();
    List<ExpandedNodeId> nodes =
        Arrays.stream(targets == null ? new BrowsePathTarget[0] : targets)
            // Others are on another server, which this one cannot look into.
            .filter(target -> UInteger.MAX.equals(target.getRemainingPathIndex()))
            .map(BrowsePathTarget::getTargetId)
            .distinct()
            .toList();
    if (nodes.size() > 1) {
      return new Found(
          null,
          "the path leads to several nodes: "
              + nodes.stream()
                  .limit(5)
                  .map(ExpandedNodeId::toParseableString)
                  .collect(Collectors.joining(", "))
              + "; give node instead");
    }
    NodeId node = nodes.isEmpty() ? null : nodes.get(0).toNodeId(table).orElse(null);
    return node == null
        ? new Found(null, "the path leads to another server; give that server's endpoint instead")
        : new Found(node, null);
  }

  /** Says which step it is that leads nowhere. */
  private String explain(NodeAddress address, BrowsePath path)
      throws LinkException, InterruptedException {
    List<PathStep> steps = address.path();
    List<RelativePathElement> elements = List.of(path.getRelativePath().getElements());
    List<BrowsePath> shorter = new ArrayList<>();
    for (int length = 1; length < elements.size(); length++) {
      shorter.add(browsePath(path.getStartingNode(), elements.subList(0, length)));
    }
    int there = 0;
    try {
      if (explained++ < MOST_EXPLAINED && !shorter.isEmpty()) {
        List<BrowsePathResult> results = session.services().translate(shorter);
        while (there < results.size() && results.get(there).getStatusCode().isGood()) {
          there++;
        }
      } else if (!shorter.isEmpty()) {
        return "the path leads to no node";
      }
    } catch (UaException e) {
      return "the path leads to no node";
    }
    String way = steps.stream().limit(there).map(PathStep::text).collect(Collectors.joining());
    return "the path leads to no node: there is no %s below %s"
        .formatted(steps.get(there).text(), way.isEmpty() ? "the node that it begins at" : way);
  }

  private String unknown(String uri) {
    return "unknown namespace URI %s; the server has %s"
        .formatted(
            uri,
            String.join(", ", Arrays.stream(table.toArray()).filter(Objects::nonNull).toList()));
  }
}
