package dev.millwright.device.modbus;

import java.util.ArrayList;
import java.util.List;

/**
 * Shares out a line between units that answer and units that do not. All that do not, together,
 * take about a tenth of it, and come one after the other, whoever has waited longest first.
 */
final class Retries {

  /** How many times as long as a failure costs the line, it is then left to the others. */
  private static final int REST_FACTOR = 9;

  private final List<PolledUnit> units = new ArrayList<>();
  private long nextAt = System.nanoTime();

  void add(PolledUnit unit) {
    units.add(unit);
  }

  static long restNanos(ModbusMachine machine) {
    return REST_FACTOR * machine.timeout().plus(machine.quiet()).toNanos();
  }

  /** Whether a unit that failed more than once is asked again now. */
  boolean mayAsk(PolledUnit unit, long now) {
    return units.size() == 1
        || (now - nextAt >= 0 && units.stream().noneMatch(other -> comesBefore(other, unit, now)));
  }

  /** It was asked again, in vain. */
  void failed(PolledUnit unit, long now) {
    nextAt = now + restNanos(unit.machine());
  }

  /** One that will not be looked at for long does not hold the others up. */
  private static boolean comesBefore(PolledUnit other, PolledUnit unit, long now) {
    return other != unit
        && other.dead().repeated()
        && other.dead().failedAt() - unit.dead().failedAt() < 0
        && other.due() - now < unit.machine().poll().toNanos();
  }
}
