package dev.millwright.device.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import dev.millwright.device.LinkException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseResultMask;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResponse;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.ViewDescription;

/** Asks a server how its nodes hang together (OPC 10000-4, Browse and BrowseNext). */
final class NodeQueries {

  /** How many references of one node come in one answer; the rest is asked for. */
  private static final int REFERENCES = 500;

  private static final int RESULTS = BrowseResultMask.All.getValue();

  private final MiloSession session;

  NodeQueries(MiloSession session) {
    this.session = session;
  }

  /** The first references of each node that are of a type, or of a subtype of it. */
  List<BrowseResult> browse(List<NodeId> nodes, NodeId type)
      throws LinkException, InterruptedException {
    List<BrowseDescription> wanted =
        nodes.stream()
            .map(
                node ->
                    new BrowseDescription(
                        node, BrowseDirection.Forward, type, true, uint(0), uint(RESULTS)))
            .toList();
    BrowseResponse response =
        session.await(
            session
                .client()
                .browseAsync(
                    new ViewDescription(NodeId.NULL_VALUE, null, uint(0)),
                    uint(REFERENCES),
                    wanted),
            "browsing");
    return all(response.getResults(), nodes.size());
  }

  /**
   * All references of a node, however many answers they take.
   *
   * @param most when there are more, the server is told that nobody wants the rest
   */
  List<ReferenceDescription> references(BrowseResult first, int most)
      throws LinkException, InterruptedException {
    List<ReferenceDescription> references = new ArrayList<>();
    BrowseResult result = first;
    while (true) {
      int before = references.size();
      if (result.getReferences() != null) {
        references.addAll(Arrays.asList(result.getReferences()));
      }
      ByteString more = result.getContinuationPoint();
      if (more == null || more.isNull()) {
        return references;
      }
      // A server that goes on and on with nothing would else never come to an end.
      boolean enough = references.size() > most || references.size() == before;
      BrowseResult[] next =
          session
              .await(session.client().browseNextAsync(enough, List.of(more)), "browsing")
              .getResults();
      if (enough || next == null || next.length == 0) {
        return references;
      }
      result = next[0];
    }
  }

  private <T> List<T> all(T[] results, int asked) throws LinkException {
    if (results == null || results.length != asked) {
      throw new LinkException(
          "%s: asked about %d nodes, the server told of %d"
              .formatted(session.endpoint(), asked, results == null ? 0 : results.length));
    }
    return Arrays.asList(results);
  }
}
