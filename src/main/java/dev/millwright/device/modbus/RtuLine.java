package dev.millwright.device.modbus;

import dev.millwright.device.serial.Parity;
import dev.millwright.device.serial.PortSettings;
import java.time.Duration;

/**
 * A serial line, and the times that Modbus RTU keeps on it (Modbus over Serial Line 1.02, 2.5.1.1).
 *
 * @param port how characters go over it
 * @param gap the silence between frames that was asked for; null for the standard's
 */
public record RtuLine(PortSettings port, Duration gap) {

  private static final int FAST_BAUD = 19_200;
  private static final Duration FAST_GAP = Duration.ofNanos(1_750_000);

  /** The silence between two frames: 3.5 characters, or a fixed time where those are short. */
  Duration frameGap() {
    if (gap != null) {
      return gap;
    }
    return port.baud() > FAST_BAUD ? FAST_GAP : onWire(7).dividedBy(2);
  }

  /** How long so many characters take. */
  Duration onWire(int characters) {
    double bits = 1 + port.dataBits() + port.stopBits().bits();
    bits += port.parity() == Parity.NONE ? 0 : 1;
    return Duration.ofNanos((long) (characters * bits * 1e9 / port.baud()));
  }
}
