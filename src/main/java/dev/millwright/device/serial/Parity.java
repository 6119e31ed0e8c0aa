package dev.millwright.device.serial;

import com.fazecast.jSerialComm.SerialPort;

/** The bit that guards each character. A character that arrives with wrong parity is dropped. */
public enum Parity {
  NONE(SerialPort.NO_PARITY),
  ODD(SerialPort.ODD_PARITY),
  EVEN(SerialPort.EVEN_PARITY),
  MARK(SerialPort.MARK_PARITY),
  SPACE(SerialPort.SPACE_PARITY);

  private final int code;

  Parity(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
