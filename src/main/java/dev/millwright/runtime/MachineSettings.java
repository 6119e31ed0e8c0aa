package dev.millwright.runtime;

import java.time.Duration;

/**
 * What the runtime has to know of a machine, whatever protocol it speaks.
 *
 * @param serialNumber finds its row in {@code machines}
 * @param register whether to create the row where there is none
 * @param staleAfter how old good data may be before the machine counts as offline
 * @param acceptUncertain whether a value of uncertain quality may drive a transition
 * @param lifecycle which tag values mean which state
 * @param handshake how the machine is told that its values are taken; null when it is not
 */
public record MachineSettings(
    String serialNumber,
    boolean register,
    Duration staleAfter,
    boolean acceptUncertain,
    LifecycleSettings lifecycle,
    HandshakeSettings handshake) {

  /** A machine that does not wait for its values to be taken. */
  public MachineSettings(
      String serialNumber,
      boolean register,
      Duration staleAfter,
      boolean acceptUncertain,
      LifecycleSettings lifecycle) {
    this(serialNumber, register, staleAfter, acceptUncertain, lifecycle, null);
  }
}
