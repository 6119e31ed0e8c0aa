package dev.millwright.device.modbus;

import dev.millwright.device.Link;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.WireContract;
import dev.millwright.testing.Cable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The contract over Modbus TCP, with a cable between. */
public class TcpContractTest extends WireContract {

  @Override
  public FarEnd.Wired machine(Path folder) throws Exception {
    return new Machine();
  }

  private static final class Machine implements FarEnd.Wired {

    private final ContractUnit unit = new ContractUnit();
    private final RawServer server =
        new RawServer(
            (asked, to) ->
                to.write(
                    RawServer.frame(
                        asked.transaction(),
                        asked.unit(),
                        unit.answer(asked.function(), asked.address(), asked.count()))));
    private final Cable cable = new Cable(server.port(), true);

    Machine() throws Exception {}

    @Override
    public Link link() {
      return ModbusLink.tcp(
          "127.0.0.1",
          cable.port(),
          List.of(ContractUnit.machine(Duration.ofSeconds(1))),
          notice -> {});
    }

    @Override
    public long connections() {
      return server.clients();
    }

    @Override
    public void show(long state) {
      unit.show(state);
    }

    @Override
    public void ready(boolean set) {
      unit.ready(set);
    }

    @Override
    public boolean acknowledged() {
      return unit.acknowledged();
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
