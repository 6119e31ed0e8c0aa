package dev.millwright.device.ascii;

import dev.millwright.device.contract.FarEnd;
import dev.millwright.device.contract.WireContract;
import java.nio.file.Path;

/** The contract for an ASCII machine that talks unasked, on a pseudo-terminal. */
public class HeardContractTest extends WireContract {

  @Override
  public FarEnd.Wired machine(Path folder) throws Exception {
    return new TextMachine(folder, true);
  }
}
