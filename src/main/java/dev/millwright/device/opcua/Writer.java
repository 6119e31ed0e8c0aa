package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Writing;
import dev.millwright.device.Written;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.structured.WriteResponse;
import org.eclipse.milo.opcua.stack.core.types.structured.WriteValue;

/**
 * Writes values to nodes, one request each, as the type that the node has. Before it, one request
 * asks where the node is and what it takes; a pulse's end, which is to be in time, goes by what was
 * said at its beginning a moment ago, and so takes one round trip. What a server answers is a
 * StatusCode (OPC 10000-4, 7.39); one whose severity is bad says no, but for those that tell only
 * that somebody behind the server did not answer. Good is the machine's yes, but where the server
 * has only handed the value on: then the node is read until it has the value.
 */
final class Writer {

  /** Bad, and the device may have taken the value all the same. */
  private static final Set<Long> LEAVES_OPEN =
      Set.of(
          StatusCodes.Bad_Timeout,
          StatusCodes.Bad_RequestTimeout,
          StatusCodes.Bad_CommunicationError,
          StatusCodes.Bad_UnexpectedError,
          StatusCodes.Bad_InternalError);

  private static final Duration READ_BACK_EVERY = Duration.ofMillis(100);

  /**
   * What the server said of a node holds for so long. A download to a controller, which may put
   * another program's node in its place (FIELD 3), takes longer.
   */
  private static final Duration HOLDS = Duration.ofSeconds(1);

  /**
   * What a node takes.
   *
   * @param level who may do what with it, as its attribute of that name says
   * @param type its DataType
   * @param value as it was
   * @param asked on the monotonic clock
   */
  private record Taker(NodeId node, DataValue level, DataValue type, DataValue value, long asked) {

    /** Whether it still tells what the node of the tag takes. */
    boolean isOf(NodeId now) {
      return node.equals(now) && System.nanoTime() - asked < HOLDS.toNanos();
    }
  }

  private final MiloSession session;
  private final Nodes nodes;

  /** Those of the tags whose last write was done. */
  private final Map<Point, Taker> takers = new HashMap<>();

  Writer(MiloSession session, Nodes nodes) {
    this.session = session;
    this.nodes = nodes;
  }

  /**
   * Writes in order.
   *
   * @param isEnd whether it ends what has just been begun, so that what the nodes said then holds
   * @throws LinkException when nothing was sent
   */
  List<Written> write(OpcUaMachine machine, List<TagWrite> writes, boolean isEnd)
      throws LinkException, InterruptedException {
    if (!isEnd) {
      nodes.follow(session);
    }
    return Writing.inOrder(writes, machine::refusal, write -> send(machine, write, isEnd));
  }

  private Written send(OpcUaMachine machine, TagWrite write, boolean isEnd)
      throws LinkException, InterruptedException {
    Point point = nodes.point(machine.serialNumber(), write.tag());
    Taker known = takers.remove(point);
    boolean holds = known != null && isEnd && known.isOf(nodes.of(point));
    if (isEnd && !holds) {
      nodes.follow(session);
    }
    Taker taker = holds ? known : ask(point);
    Written written = send(point, taker, write);
    if (taker != null && written.outcome() == Written.Outcome.DONE) {
      takers.put(point, taker);
    }
    return written;
  }

  /** Null when the tag has no node. */
  private Taker ask(Point point) throws LinkException, InterruptedException {
    long asked = System.nanoTime();
    List<DataValue> said =
        nodes.about(
            session, point, AttributeId.UserAccessLevel, AttributeId.DataType, AttributeId.Value);
    return said.isEmpty()
        ? null
        : new Taker(nodes.of(point), said.get(0), said.get(1), said.get(2), asked);
  }

  private Written send(Point point, Taker taker, TagWrite write)
      throws InterruptedException, LinkException {
    String name = "node " + point.address().text() + ": ";
    if (taker == null) {
      return Written.refused(write, name + nodes.missing(point));
    }
    for (DataValue attribute : List.of(taker.level(), taker.type())) {
      if (attribute.statusCode().isBad()) {
        return Written.refused(write, name + Words.of(attribute.statusCode()));
      }
    }
    if (taker.level().value().value() instanceof UByte level
        && !AccessLevel.fromValue(level).contains(AccessLevel.CurrentWrite)) {
      return Written.refused(write, name + "it is read-only for this user");
    }
    Variant value;
    try {
      value = Typed.of(write.value(), taker.type(), taker.value());
    } catch (IllegalArgumentException e) {
      return Written.refused(write, name + e.getMessage());
    }
    return send(write, name, taker.node(), value);
  }

  private Written send(TagWrite write, String name, NodeId node, Variant value)
      throws InterruptedException {
    // Without status and times: many servers take none (Bad_WriteNotSupported).
    WriteValue wanted =
        new WriteValue(node, AttributeId.Value.uid(), null, DataValue.valueOnly(value));
    try {
      WriteResponse response =
          session.awaitOrFail(session.client().writeAsync(List.of(wanted)), "writing");
      StatusCode[] results = response.getResults();
      return results == null || results.length != 1
          ? Written.unknown(write, name + "the server did not say what became of it")
          : results[0].value() == StatusCodes.Good_CompletesAsynchronously
              ? readBack(write, name, node, value)
              : written(write, name, results[0]);
    } catch (UaException e) {
      return written(write, name, e.getStatusCode());
    } catch (LinkException e) {
      return Written.unknown(write, name + e.getMessage());
    }
  }

  /**
   * The value has gone to a system in between, and the server does not know whether the device has
   * it (OPC 10000-4, 5.11.4). Reading goes to the device (max age 0), for as long as an answer may
   * take.
   */
  private Written readBack(TagWrite write, String name, NodeId node, Variant wanted)
      throws LinkException, InterruptedException {
    long until = System.nanoTime() + session.timeout().toNanos();
    while (true) {
      DataValue shown = session.services().read(node, AttributeId.Value).get(0);
      if (shown.statusCode().isGood() && wanted.equals(shown.value())) {
        return Written.done(write);
      }
      if (System.nanoTime() - until >= 0) {
        return Written.unknown(
            write,
            name
                + Words.of(new StatusCode(StatusCodes.Good_CompletesAsynchronously))
                + ", and the node did not have the value within "
                + Durations.words(session.timeout()));
      }
      session.pause(READ_BACK_EVERY.toNanos());
    }
  }

  private Written written(TagWrite write, String name, StatusCode status) {
    if (status.isGood()) {
      return Written.done(write);
    }
    String why = name + Words.of(status);
    return status.isBad() && !LEAVES_OPEN.contains(status.value())
        ? Written.refused(write, why)
        : Written.unknown(write, why);
  }
}
