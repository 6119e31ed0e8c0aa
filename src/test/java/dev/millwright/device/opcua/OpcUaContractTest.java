package dev.millwright.device.opcua;

import dev.millwright.device.Link;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.WireContract;
import dev.millwright.testing.Cable;
import dev.millwright.testing.FreePort;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;

/** The contract over OPC UA, with a cable between. */
public class OpcUaContractTest extends WireContract {

  @Override
  public FarEnd.Wired machine(Path folder) throws Exception {
    return new Machine();
  }

  private static final class Machine implements FarEnd.Wired {

    private final int port = FreePort.find();
    private final TestServer server = new TestServer(port).start();
    private final Cable cable = new Cable(port, true);

    Machine() throws Exception {
      server.set(Instant.now(), STATE, 0, READY, false, ACK, false);
      server.set(BROKEN, TestServer.data(null, StatusCode.BAD, Instant.now()));
      server.writable(ACK, null);
    }

    @Override
    public Link link() {
      List<OpcUaTag> tags =
          Stream.of(STATE, READY, ACK, BROKEN)
              .map(name -> new OpcUaTag(name, "nsu=" + TestServer.URI + ";s=" + name))
              .toList();
      return new OpcUaLink(
          Watcher.settings("opc.tcp://127.0.0.1:" + cable.port()),
          null,
          List.of(new OpcUaMachine(MACHINE, STALE_AFTER, tags)),
          notice -> {});
    }

    @Override
    public long connections() {
      return server.sessions();
    }

    @Override
    public void show(long state) {
      server.set(Instant.now(), STATE, (int) state);
    }

    @Override
    public void ready(boolean set) {
      server.set(Instant.now(), READY, set);
    }

    @Override
    public boolean acknowledged() {
      return (Boolean) server.value(ACK).value().value();
    }

    @Override
    public void mute() {
      cable.swallow();
    }

    @Override
    public void cut() {
      cable.cut();
    }

    @Override
    public void vanish() throws Exception {
      cable.unplug();
    }

    @Override
    public void comeBack() {
      cable.plug();
    }

    @Override
    public void close() throws Exception {
      cable.close();
      server.close();
    }
  }
}
