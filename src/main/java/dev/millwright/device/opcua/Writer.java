package dev.millwright.device.opcua;

import dev.millwright.device.LinkException;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Writing;
import dev.millwright.device.Written;
import dev.millwright.settings.Durations;
import java.time.Duration;
import java.util.List;
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
 * Writes values to nodes, one request each, as the type that the node has. What a server answers is
 * a StatusCode (OPC 10000-4, 7.39); one whose severity is bad says no, but for those that tell only
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

  private final MiloSession session;
  private final Nodes nodes;

  Writer(MiloSession session, Nodes nodes) {
    this.session = session;
    this.nodes = nodes;
  }

  /**
   * Writes in order.
   *
   * @throws LinkException when nothing was sent
   */
  List<Written> write(OpcUaMachine machine, List<TagWrite> writes)
      throws LinkException, InterruptedException {
    nodes.refresh(session);
    return Writing.inOrder(writes, machine::refusal, write -> send(machine, write));
  }

  private Written send(OpcUaMachine machine, TagWrite write)
      throws LinkException, InterruptedException {
    Point point = nodes.point(machine.serialNumber(), write.tag());
    String name = "node " + point.address().text() + ": ";
    NodeId node = nodes.of(point);
    if (node == null) {
      return Written.refused(write, name + nodes.missing(point));
    }
    List<DataValue> about =
        session
            .services()
            .read(node, AttributeId.UserAccessLevel, AttributeId.DataType, AttributeId.Value);
    for (DataValue attribute : about.subList(0, 2)) {
      if (attribute.statusCode().isBad()) {
        return Written.refused(write, name + Words.of(attribute.statusCode()));
      }
    }
    if (about.get(0).value().value() instanceof UByte level
        && !AccessLevel.fromValue(level).contains(AccessLevel.CurrentWrite)) {
      return Written.refused(write, name + "it is read-only for this user");
    }
    Variant value;
    try {
      value = Typed.of(write.value(), about.get(1), about.get(2));
    } catch (IllegalArgumentException e) {
      return Written.refused(write, name + e.getMessage());
    }
    return send(write, name, node, value);
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
