package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.Tap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;

/**
 * Where the tags of all machines are on the server. A download to a controller may change a
 * namespace's index and the nodes' ids (FIELD 3), so that addresses are resolved at each connect,
 * again while a node is missing, and at once when the server's namespaces are others than before.
 */
final class Nodes {

  private static final ReadValueId NAMESPACES =
      Services.wanted(NodeIds.Server_NamespaceArray, AttributeId.Value);

  private final Tap tap;

  /** Of the tags that are observed. */
  private final List<Point> points;

  /** Of all tags. */
  private final List<Point> all;

  private final boolean paths;
  private final Map<Point, NodeId> found = new HashMap<>();

  /** Why there is no node, for each point that has none. */
  private final Map<Point, String> missing = new HashMap<>();

  /** Those whose node was unknown to the server when it was read last. */
  private final Set<Point> gone = new HashSet<>();

  /** Of each machine that is observed, in the order of the points. */
  private final List<LastRead> machines = new ArrayList<>();

  /** What is read: the namespaces, then the points that have a node. */
  private List<NodeId> wanted = List.of();

  /** Those that have a node, as they are read. */
  private List<Point> asked = List.of();

  /** How many of them are asked for at once. */
  private int together = Services.CHUNK_MOST;

  private String[] namespaces = {};
  private int resolved;

  Nodes(List<OpcUaMachine> machines, Tap tap) {
    this.tap = tap;
    all = points(machines, tag -> true);
    // The same objects, so that to look one up compares no texts.
    Set<Point> observed = Set.copyOf(points(machines, tag -> tag.access().reads()));
    points = all.stream().filter(observed::contains).toList();
    paths = all.stream().anyMatch(point -> !point.address().path().isEmpty());
    points.stream()
        .collect(Collectors.groupingBy(Point::machine, LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(tags -> this.machines.add(new LastRead(tags)));
  }

  private static List<Point> points(List<OpcUaMachine> machines, Predicate<OpcUaTag> which) {
    return machines.stream()
        .flatMap(
            machine ->
                machine.tags().stream()
                    .filter(which)
                    .map(tag -> new Point(machine.serialNumber(), tag.name(), tag.address())))
        .toList();
  }

  /** Those of the tags that are observed. */
  List<Point> points() {
    return points;
  }

  /** A tag of a machine, which must have it. */
  Point point(String machine, String tag) {
    return all.stream()
        .filter(point -> point.machine().equals(machine) && point.tag().equals(tag))
        .findFirst()
        .orElseThrow();
  }

  /** Whether it is worth while to resolve them again. */
  boolean mayBeElsewhere() {
    return paths || !missing.isEmpty() || !gone.isEmpty();
  }

  /** Finds the tags' nodes, as they are now. */
  void resolve(MiloSession session) throws LinkException, InterruptedException {
    String[] uris = session.services().namespaces();
    // Until all are found: whoever is left with half of them finds them anew.
    namespaces = new String[] {};
    resolved++;
    NamespaceTable table = table(uris);
    Map<Point, NodeId> before = Map.copyOf(found);
    found.clear();
    missing.clear();
    new Resolver(session, table)
        .resolve(all)
        .forEach(
            (point, now) -> {
              if (now.node() == null) {
                missing.put(point, now.why());
              } else {
                found.put(point, now.node());
              }
            });
    checkClasses(
        session,
        all.stream()
            .filter(found::containsKey)
            .filter(point -> !found.get(point).equals(before.get(point)))
            .toList());
    // In the order in which the answers are taken.
    List<Point> asked = new ArrayList<>();
    List<NodeId> wanted = new ArrayList<>(List.of(NodeIds.Server_NamespaceArray));
    for (LastRead machine : machines) {
      for (int i = 0; i < machine.points().size(); i++) {
        Point point = machine.points().get(i);
        NodeId node = found.get(point);
        if (node == null) {
          machine.missing(i, missing.get(point));
        } else {
          machine.found(i);
          asked.add(point);
          wanted.add(node);
        }
      }
    }
    this.asked = asked;
    this.wanted = wanted;
    namespaces = uris;
  }

  /** Before writes: a path of old may lead to another program's node (FIELD 3). */
  void follow(MiloSession session) throws LinkException, InterruptedException {
    if (paths) {
      resolve(session);
    }
  }

  /**
   * Attributes of a tag's node, straight from the device, for a write. An index of old may belong
   * to another program (FIELD 3): where the namespaces are others, the nodes are found anew first.
   *
   * @return in their order; empty when the tag has no node
   */
  List<DataValue> about(MiloSession session, Point point, AttributeId... attributes)
      throws LinkException, InterruptedException {
    List<DataValue> said = ask(session, point, attributes);
    if (said == null) {
      resolve(session);
      said = ask(session, point, attributes);
    }
    if (said == null) {
      throw changing(session);
    }
    return said;
  }

  /** Null when the namespaces are others than those that the nodes were found with. */
  private List<DataValue> ask(MiloSession session, Point point, AttributeId... attributes)
      throws LinkException, InterruptedException {
    NodeId node = found.get(point);
    List<ReadValueId> questions = new ArrayList<>();
    questions.add(NAMESPACES);
    if (node != null) {
      Arrays.stream(attributes).forEach(each -> questions.add(Services.wanted(node, each)));
    }
    List<DataValue> said = session.services().read(questions);
    return Arrays.equals(session.services().uris(said.get(0)), namespaces)
        ? said.subList(1, said.size())
        : null;
  }

  private static LinkException changing(MiloSession session) {
    return new LinkException(
        session.endpoint() + ": the server's namespaces change again and again");
  }

  private static NamespaceTable table(String... uris) {
    NamespaceTable table = new NamespaceTable();
    table.update(
        all -> {
          all.clear();
          for (int i = 0; i < uris.length; i++) {
            if (uris[i] != null && !all.containsValue(uris[i])) {
              all.put(UShort.valueOf(i), uris[i]);
            }
          }
        });
    return table;
  }

  /** Only a variable has a value; whoever names a folder or a method is told so. */
  private void checkClasses(MiloSession session, List<Point> fresh)
      throws LinkException, InterruptedException {
    List<DataValue> classes =
        session.services().read(fresh.stream().map(found::get).toList(), AttributeId.NodeClass);
    for (int i = 0; i < fresh.size(); i++) {
      Object number = classes.get(i).value().value();
      // What cannot be told now, reading the value will tell.
      if (classes.get(i).statusCode().isGood()
          && number instanceof Integer its
          && its != NodeClass.Variable.getValue()) {
        NodeClass kind = NodeClass.from(its);
        found.remove(fresh.get(i));
        missing.put(
            fresh.get(i),
            "the node is of class %s, not Variable, so it has no value%s"
                .formatted(
                    kind == null ? its.toString() : kind.name(),
                    kind == NodeClass.Object ? "; name a variable below it" : ""));
      }
    }
  }

  /** Null when there is none now. */
  NodeId of(Point point) {
    return found.get(point);
  }

  /** Why a tag has no node now. */
  String missing(Point point) {
    return missing.get(point);
  }

  /** Those whose node the server did not know when it was read last. */
  Set<Point> gone() {
    return gone;
  }

  /** How often they have been resolved. */
  int resolved() {
    return resolved;
  }

  /**
   * Every tag's value. If the server's namespaces have changed, the nodes are found anew first.
   *
   * @return of each machine that is observed; what they hold is so until the next reading or
   *     resolving
   */
  List<LastRead> read(MiloSession session) throws LinkException, InterruptedException {
    if (!readAsFound(session)) {
      resolve(session);
      if (!readAsFound(session)) {
        throw changing(session);
      }
    }
    return machines;
  }

  /** Not when the namespaces are others than those that the nodes were found with. */
  private boolean readAsFound(MiloSession session) throws LinkException, InterruptedException {
    int most = together;
    // Until there is an answer: if there is none, that may be for its length.
    together = Services.CHUNK_MOST;
    List<DataValue> data = session.services().read(wanted, AttributeId.Value, most);
    Object uris = data.get(0).value().value();
    boolean others = uris instanceof String[] now && !Arrays.equals(now, namespaces);
    if (others || namespaces.length == 0) {
      return false;
    }
    tap.told(asked.size(), nth -> words(asked.get(nth), data.get(nth + 1)));
    gone.clear();
    int next = 1;
    long bytes = Services.bytes(uris);
    for (LastRead machine : machines) {
      for (int i = 0; i < machine.points().size(); i++) {
        if (machine.isAsked(i)) {
          DataValue said = data.get(next++);
          if (Values.isGone(said.statusCode())) {
            gone.add(machine.points().get(i));
          }
          machine.said(i, said);
        }
      }
      bytes += machine.bytes();
    }
    together = Services.together(bytes, data.size());
    return true;
  }

  /** Made when somebody asks, if ever. */
  private static Supplier<String> words(Point point, DataValue data) {
    return () -> point.tag() + " " + Values.words(data);
  }
}
