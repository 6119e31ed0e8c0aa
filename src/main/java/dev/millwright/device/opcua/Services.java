package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.UaServiceFaultException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowsePath;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowsePathResult;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadResponse;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.TranslateBrowsePathsToNodeIdsResponse;

/** What is asked of the server in an open session, in requests as large as it takes them. */
final class Services {

  /** Where the server names no limit of its own, or one that is no limit. */
  private static final int CHUNK = 100;

  /** Of values of any length, in one request. */
  static final int CHUNK_MOST = 1_000;

  /** Of values that were short when they were read last. */
  private static final int CHUNK_MOST_SHORT = 10_000;

  /** A quarter of the 2 MiB that the library takes of an answer. */
  private static final long ANSWER_BYTES = 512 * 1024;

  /** A number with its status and both times (OPC 10000-6, 5.2.2.17). */
  private static final int NUMBER_BYTES = 34;

  /** Whatever may be of any length. */
  private static final int OTHER_BYTES = 1_024;

  private final MiloSession session;
  private long readChunk = CHUNK;
  private int translateChunk = CHUNK;

  Services(MiloSession session) {
    this.session = session;
  }

  /** The URIs of the server's namespaces as they are now, by index. */
  String[] namespaces() throws LinkException, InterruptedException {
    return uris(read(List.of(NodeIds.Server_NamespaceArray), AttributeId.Value).get(0));
  }

  /** The same from what a server has answered. */
  String[] uris(DataValue array) throws LinkException {
    if (array.value().value() instanceof String[] uris) {
      return uris;
    }
    throw new LinkException(
        session.endpoint() + ": reading the namespaces: " + Words.of(array.statusCode()));
  }

  /** Straight from the devices (max age 0), in as many requests as the server's limit asks. */
  List<DataValue> read(List<NodeId> nodes, AttributeId attribute)
      throws LinkException, InterruptedException {
    return read(nodes, attribute, CHUNK_MOST);
  }

  /**
   * The same with so many in a request, unless the server takes fewer. The questions are made anew
   * each time: to write down those that were made long ago takes the library longer, as they are in
   * no cache.
   *
   * @param most see {@link #together}
   */
  List<DataValue> read(List<NodeId> nodes, AttributeId attribute, int most)
      throws LinkException, InterruptedException {
    UInteger uid = attribute.uid();
    List<ReadValueId> wanted = new ArrayList<>(nodes.size());
    for (NodeId node : nodes) {
      wanted.add(new ReadValueId(node, uid, null, QualifiedName.NULL_VALUE));
    }
    return read(wanted, most);
  }

  /** Attributes of one node, in their order. */
  List<DataValue> read(NodeId node, AttributeId... attributes)
      throws LinkException, InterruptedException {
    return read(Arrays.stream(attributes).map(attribute -> wanted(node, attribute)).toList());
  }

  /** An attribute that is to be read. */
  static ReadValueId wanted(NodeId node, AttributeId attribute) {
    return new ReadValueId(node, attribute.uid(), null, QualifiedName.NULL_VALUE);
  }

  /** The same for any attributes of any nodes. */
  List<DataValue> read(List<ReadValueId> wanted) throws LinkException, InterruptedException {
    return read(wanted, CHUNK_MOST);
  }

  private List<DataValue> read(List<ReadValueId> wanted, int most)
      throws LinkException, InterruptedException {
    List<DataValue> values = new ArrayList<>(wanted.size());
    for (List<ReadValueId> chunk : chunks(wanted, (int) Math.min(readChunk, most))) {
      ReadResponse response =
          session.await(session.client().readAsync(0.0, TimestampsToReturn.Both, chunk), "reading");
      values.addAll(all(response.getResults(), chunk.size(), "values"));
    }
    return values;
  }

  /**
   * How many values a request may ask for, where they are about as long as they were: each request
   * has its cost, and an answer that the library finds too long ends the connection.
   *
   * @param bytes of all that was read before; see {@link #bytes}
   * @param count how many values that were
   */
  static int together(long bytes, int count) {
    long fit = ANSWER_BYTES * count / Math.max(1, bytes);
    return (int) Math.max(CHUNK_MOST, Math.min(fit, CHUNK_MOST_SHORT));
  }

  /**
   * How many bytes of an answer a value takes with all that comes with it, about: a text no more
   * than that, of what is not supported nobody knows.
   *
   * @param raw as the library gives it
   */
  static long bytes(Object raw) {
    return raw == null || raw instanceof Number || raw instanceof Boolean
        ? NUMBER_BYTES
        : raw instanceof String text ? NUMBER_BYTES + 3L * text.length() : OTHER_BYTES;
  }

  /**
   * Where browse paths lead, one result each.
   *
   * @throws UaException when the server refuses the question as such
   */
  List<BrowsePathResult> translate(List<BrowsePath> paths)
      throws LinkException, UaException, InterruptedException {
    List<BrowsePathResult> results = new ArrayList<>(paths.size());
    for (List<BrowsePath> chunk : chunks(paths, translateChunk)) {
      results.addAll(all(translateChunk(chunk).getResults(), chunk.size(), "paths"));
    }
    return results;
  }

  private TranslateBrowsePathsToNodeIdsResponse translateChunk(List<BrowsePath> paths)
      throws LinkException, UaException, InterruptedException {
    String doing = "looking up paths";
    try {
      return session.awaitOrFail(session.client().translateBrowsePathsAsync(paths), doing);
    } catch (UaServiceFaultException e) {
      throw e;
    } catch (UaException e) {
      throw session.failed(doing, e);
    }
  }

  private static <T> List<List<T>> chunks(List<T> all, int size) {
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      chunks.add(all.subList(from, Math.min(from + size, all.size())));
    }
    return chunks;
  }

  private <T> List<T> all(T[] results, int asked, String what) throws LinkException {
    if (results == null || results.length != asked) {
      throw new LinkException(
          "%s: asked for %d %s, the server returned %d"
              .formatted(session.endpoint(), asked, what, results == null ? 0 : results.length));
    }
    return Arrays.asList(results);
  }

  /** Asks how much the server takes at once. */
  void readLimits() throws LinkException, InterruptedException {
    List<DataValue> most =
        read(
            List.of(
                NodeIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
                NodeIds
                    .Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds),
            AttributeId.Value);
    readChunk = chunk(most.get(0));
    translateChunk = (int) Math.min(chunk(most.get(1)), CHUNK_MOST);
  }

  private static long chunk(DataValue most) {
    return most.value().value() instanceof UInteger limit && limit.longValue() > 0
        ? limit.longValue()
        : CHUNK;
  }
}
