package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagValue;
import dev.millwright.pki.Pki;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;

/**
 * Looks around on a server, over a session of its own, and only reads. A node that the server
 * refuses is noted, and the others are shown.
 */
public final class Browser implements AutoCloseable {

  /** How many nodes one request asks about; every server takes so many. */
  private static final int CHUNK = 50;

  /** What is below it is the server's own, of some hundred nodes. */
  private static final NodeId SERVER = NodeIds.Server;

  /** A reference that was found and has not been looked at. */
  private record Reference(NodeId id, ReferenceDescription description) {}

  /** A type by its name and where that is from. */
  private record Type(String name, String uri) {}

  private final MiloSession session;
  private final NodeQueries queries;
  private final Map<NodeId, Type> types = new HashMap<>();
  private NamespaceTable namespaces = new NamespaceTable();
  private int left;

  /**
   * Contacts nothing yet.
   *
   * @param pki one's own certificate, and whom to trust; may be null where the settings need none
   */
  public Browser(OpcUaSettings settings, Pki pki) {
    this.session = new MiloSession(settings, new ClientSecurity(settings, pki), null);
    this.queries = new NodeQueries(session);
  }

  /**
   * Connects.
   *
   * @throws LinkException when the server cannot be reached, or refuses
   */
  public void open() throws LinkException, InterruptedException {
    session.connect();
    namespaces =
        session.await(session.client().readNamespaceTableAsync(), "reading the namespaces");
  }

  /**
   * The tree below a node.
   *
   * @param from as in a machine's file; null for the folder Objects
   * @param depth how many levels below it; 0 is the node alone
   * @param most how many nodes at most; what is beyond is noted where it is cut
   * @throws LinkException when there is no such node, or the connection breaks
   * @throws IllegalArgumentException when the text is not a node id
   */
  public Seen tree(String from, int depth, int most) throws LinkException, InterruptedException {
    ExpandedNodeId named =
        from == null
            ? NodeIds.ObjectsFolder.expanded()
            : new OpcUaTag("node", from).address().start();
    NodeId start =
        named
            .toNodeId(namespaces)
            .orElseThrow(
                () ->
                    new LinkException(
                        "%s: unknown namespace URI %s; the server has %s"
                            .formatted(
                                session.endpoint(),
                                named.getNamespaceUri(),
                                String.join(", ", namespaces.toArray()))));
    left = most - 1;
    Seen root = root(start);
    Map<NodeId, Seen> level = new LinkedHashMap<>(Map.of(start, root));
    Set<NodeId> known = new HashSet<>(level.keySet());
    for (int i = 0; i < depth && !level.isEmpty(); i++) {
      level = below(level, known, from != null);
    }
    return root;
  }

  private Seen root(NodeId id) throws LinkException, InterruptedException {
    List<DataValue> is =
        session
            .services()
            .read(
                List.of(
                    Services.wanted(id, AttributeId.NodeClass),
                    Services.wanted(id, AttributeId.BrowseName),
                    Services.wanted(id, AttributeId.DataType),
                    Services.wanted(id, AttributeId.UserAccessLevel),
                    Services.wanted(id, AttributeId.Value)));
    if (is.get(0).statusCode().isBad()) {
      throw new LinkException(
          session.endpoint() + ": " + text(id) + ": " + Words.of(is.get(0).statusCode()));
    }
    NodeClass nodeClass =
        is.get(0).value().value() instanceof Integer number ? NodeClass.from(number) : null;
    String name = is.get(1).value().value() instanceof QualifiedName text ? text.name() : text(id);
    boolean variable = nodeClass == NodeClass.Variable;
    NodeId its = is.get(2).value().value() instanceof NodeId dataType ? dataType : definition(id);
    nameTypes(its == null ? Set.of() : Set.of(its));
    return seen(id, name, nodeClass, types.get(its), variable ? is.subList(3, 5) : null);
  }

  /** The type definition of an object; null where it has none. */
  private NodeId definition(NodeId id) throws LinkException, InterruptedException {
    BrowseResult result = queries.browse(List.of(id), NodeIds.HasTypeDefinition).get(0);
    ReferenceDescription[] references = result.getReferences();
    return references == null || references.length == 0
        ? null
        : references[0].getNodeId().toNodeId(namespaces).orElse(null);
  }

  /** What lies one level deeper. */
  private Map<NodeId, Seen> below(Map<NodeId, Seen> level, Set<NodeId> known, boolean named)
      throws LinkException, InterruptedException {
    List<NodeId> parents =
        level.keySet().stream().filter(id -> named || !id.equals(SERVER)).toList();
    Map<NodeId, Seen> found = new LinkedHashMap<>();
    for (int from = 0; from < parents.size(); from += CHUNK) {
      List<NodeId> chunk = parents.subList(from, Math.min(from + CHUNK, parents.size()));
      List<BrowseResult> results = queries.browse(chunk, NodeIds.HierarchicalReferences);
      for (int i = 0; i < chunk.size(); i++) {
        found.putAll(children(level.get(chunk.get(i)), results.get(i), known));
      }
    }
    return found;
  }

  private Map<NodeId, Seen> children(Seen parent, BrowseResult result, Set<NodeId> known)
      throws LinkException, InterruptedException {
    Map<NodeId, Seen> found = new LinkedHashMap<>();
    if (result.getStatusCode().isBad()) {
      note(parent, Words.of(result.getStatusCode()));
      return found;
    }
    List<Reference> fresh = new ArrayList<>();
    for (ReferenceDescription reference : queries.references(result, left)) {
      NodeId id = reference.getNodeId().toNodeId(namespaces).orElse(null);
      if (!reference.getNodeId().isLocal() || id == null) {
        note(parent, reference.getBrowseName().name() + " is on another server");
      } else if (known.add(id)) {
        fresh.add(new Reference(id, reference));
      }
    }
    if (fresh.size() > left) {
      note(parent, (fresh.size() - left) + " more nodes are not shown: the limit is reached");
    }
    List<Reference> shown = fresh.subList(0, Math.min(fresh.size(), Math.max(0, left)));
    left -= shown.size();
    Map<NodeId, List<DataValue>> attributes = attributes(shown);
    for (Reference reference : shown) {
      Seen child = seen(reference, attributes.get(reference.id()));
      parent.below().add(child);
      found.put(reference.id(), child);
    }
    return found;
  }

  /** As the last thing below it: a record is what it was made. */
  private static void note(Seen parent, String words) {
    parent.below().add(new Seen("-", "…", "-", null, null, null, null, words, new ArrayList<>()));
  }

  private Seen seen(Reference reference, List<DataValue> attributes) {
    ReferenceDescription description = reference.description();
    Type type = null;
    if (attributes != null && attributes.get(0).value().value() instanceof NodeId dataType) {
      type = types.get(dataType);
    } else if (description.getTypeDefinition() != null) {
      type = description.getTypeDefinition().toNodeId(namespaces).map(types::get).orElse(null);
    }
    Seen seen =
        seen(
            reference.id(),
            description.getBrowseName().name(),
            description.getNodeClass(),
            type,
            attributes == null ? null : attributes.subList(1, 3));
    return reference.id().equals(SERVER)
        ? seen.noted("the server's own nodes; name " + text(SERVER) + " to see them")
        : seen;
  }

  /**
   * @param values access level and value of a variable; null for others
   */
  private Seen seen(
      NodeId id, String name, NodeClass nodeClass, Type type, List<DataValue> values) {
    TagValue value = values == null ? null : Values.of(values.get(1));
    return new Seen(
        text(id),
        String.valueOf(name),
        String.valueOf(nodeClass),
        type == null ? null : type.name(),
        type == null ? null : type.uri(),
        values == null ? null : access(values.get(0)),
        value,
        null,
        new ArrayList<>());
  }

  /** Bits 0 and 1 of AccessLevelType (OPC 10000-3, 8.57). */
  private static String access(DataValue level) {
    int bits = level.value().value() instanceof UByte number ? number.intValue() : 0;
    String access = ((bits & 1) != 0 ? "r" : "") + ((bits & 2) != 0 ? "w" : "");
    return access.isEmpty() ? "-" : access;
  }

  /** Data type, access level and value of the variables; the types of all get their names. */
  private Map<NodeId, List<DataValue>> attributes(List<Reference> references)
      throws LinkException, InterruptedException {
    List<NodeId> variables =
        references.stream()
            .filter(reference -> reference.description().getNodeClass() == NodeClass.Variable)
            .map(Reference::id)
            .toList();
    Map<NodeId, List<DataValue>> attributes = new HashMap<>();
    Set<NodeId> unnamed = new HashSet<>();
    for (int from = 0; from < variables.size(); from += CHUNK) {
      List<NodeId> chunk = variables.subList(from, Math.min(from + CHUNK, variables.size()));
      List<ReadValueId> wanted = new ArrayList<>();
      for (NodeId id : chunk) {
        wanted.add(Services.wanted(id, AttributeId.DataType));
        wanted.add(Services.wanted(id, AttributeId.UserAccessLevel));
        wanted.add(Services.wanted(id, AttributeId.Value));
      }
      List<DataValue> data = session.services().read(wanted);
      for (int i = 0; i < chunk.size(); i++) {
        attributes.put(chunk.get(i), data.subList(3 * i, 3 * i + 3));
        if (data.get(3 * i).value().value() instanceof NodeId dataType) {
          unnamed.add(dataType);
        }
      }
    }
    for (Reference reference : references) {
      ExpandedNodeId type = reference.description().getTypeDefinition();
      if (type != null && type.isNotNull()) {
        type.toNodeId(namespaces).ifPresent(unnamed::add);
      }
    }
    nameTypes(unnamed);
    return attributes;
  }

  private void nameTypes(Set<NodeId> ids) throws LinkException, InterruptedException {
    List<NodeId> unnamed = ids.stream().filter(id -> !types.containsKey(id)).toList();
    for (int from = 0; from < unnamed.size(); from += CHUNK) {
      List<NodeId> chunk = unnamed.subList(from, Math.min(from + CHUNK, unnamed.size()));
      List<DataValue> names =
          session
              .services()
              .read(chunk.stream().map(id -> Services.wanted(id, AttributeId.BrowseName)).toList());
      for (int i = 0; i < chunk.size(); i++) {
        if (names.get(i).value().value() instanceof QualifiedName name && name.name() != null) {
          types.put(chunk.get(i), new Type(name.name(), namespaces.get(name.namespaceIndex())));
        } else {
          types.put(chunk.get(i), new Type(text(chunk.get(i)), null));
        }
      }
    }
  }

  /** As a machine's file takes it: by URI, but for OPC UA's own namespace. */
  private String text(NodeId id) {
    return id.getNamespaceIndex().intValue() == 0
        ? id.toParseableString()
        : id.expanded().absolute(namespaces).orElse(id.expanded()).toParseableString();
  }

  @Override
  public void close() {
    session.close();
  }
}
