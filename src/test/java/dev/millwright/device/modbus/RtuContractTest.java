package dev.millwright.device.modbus;

import dev.millwright.device.Link;
import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.WireContract;
import dev.millwright.device.modbus.ScriptedSlaves.Asked;
import dev.millwright.device.modbus.ScriptedSlaves.Saying;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The contract over Modbus RTU, on a pseudo-terminal. */
public class RtuContractTest extends WireContract {

  @Override
  public FarEnd.Wired machine(Path folder) throws Exception {
    return new Machine(folder);
  }

  private static final class Machine implements FarEnd.Wired {

    private final ContractUnit unit = new ContractUnit();
    private final Path folder;
    private ScriptedSlaves wire;
    private volatile boolean muted;
    private volatile boolean cut;

    Machine(Path folder) throws Exception {
      this.folder = folder;
      comeBack();
    }

    private List<Saying> answer(Asked asked) {
      if (muted) {
        return List.of();
      }
      int[] pdu = unit.answer(asked.function(), asked.address(), asked.count());
      int[] body = new int[1 + pdu.length];
      body[0] = asked.unit();
      System.arraycopy(pdu, 0, body, 1, pdu.length);
      byte[] frame = Frames.frame(body);
      if (!cut) {
        return ScriptedSlaves.say(frame);
      }
      List<Saying> bytes = new ArrayList<>();
      for (int i = 0; i < frame.length; i++) {
        bytes.add(Saying.of(2 * i, new byte[] {frame[i]}));
      }
      return bytes;
    }

    @Override
    public Link link() {
      return ModbusLink.rtu(
          RtuLinkTest.line(folder, null),
          List.of(ContractUnit.machine(Duration.ofMillis(500))),
          notice -> {});
    }

    @Override
    public int quickCycles() {
      return 10; // the first answer is heard out
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
      muted = true;
    }

    @Override
    public void cut() {
      cut = true;
    }

    @Override
    public void vanish() {
      wire.close();
    }

    @Override
    public void comeBack() throws Exception {
      wire = new ScriptedSlaves(folder.resolve("port"), this::answer);
    }

    @Override
    public void close() {
      wire.close();
    }
  }
}
