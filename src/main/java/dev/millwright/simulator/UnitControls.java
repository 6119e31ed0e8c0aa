package dev.millwright.simulator;

import com.digitalpetri.modbus.ExceptionCode;
import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import dev.millwright.simulator.behaviour.Controls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The addresses of a unit that can be written. Holding registers 40 to 47 are the recipe that runs
 * next (text, filled up with NUL), 48 is a word of bits: 0 start, 1 stop, 2 reset, 3 acknowledge, 4
 * valve, 5 mixer; coils 1 to 6 are the same bits. Start, stop and reset read as false.
 */
final class UnitControls {

  static final int FIRST_COIL = 1;
  static final int COILS = 6;
  static final int FIRST_REGISTER = 40;
  private static final int WORD = 8;
  static final int REGISTERS = WORD + 1;

  private static final String[] BITS = {
    Controls.START, Controls.STOP, Controls.RESET, Controls.ACK, Controls.VALVE, Controls.MIXER
  };

  private final Panel panel;

  UnitControls(Panel panel) {
    this.panel = panel;
  }

  /** The registers as they read. */
  byte[] registers() {
    ByteBuffer all = ByteBuffer.allocate(2 * REGISTERS);
    all.put(Arrays.copyOf(panel.recipe().getBytes(StandardCharsets.ISO_8859_1), 2 * WORD));
    int word = 0;
    for (int bit = 0; bit < BITS.length; bit++) {
      word |= panel.isOn(BITS[bit]) ? 1 << bit : 0;
    }
    return all.putShort((short) word).array();
  }

  /** Coils as they read. */
  boolean coil(int address) {
    int bit = address - FIRST_COIL;
    return bit >= 0 && bit < COILS && panel.isOn(BITS[bit]);
  }

  void writeCoil(int function, int address, boolean value) throws ModbusResponseException {
    if (address < FIRST_COIL || address >= FIRST_COIL + COILS) {
      throw refused(function, Controls.Refusal.NO_SUCH_TAG);
    }
    write(function, BITS[address - FIRST_COIL], value);
  }

  /** Writes whole registers from an address on. */
  void writeRegisters(int function, int address, byte[] values) throws ModbusResponseException {
    int from = 2 * (address - FIRST_REGISTER);
    if (from < 0 || from + values.length > 2 * REGISTERS) {
      throw refused(function, Controls.Refusal.NO_SUCH_TAG);
    }
    byte[] all = registers();
    System.arraycopy(values, 0, all, from, values.length);
    if (from < 2 * WORD) {
      String text = new String(all, 0, 2 * WORD, StandardCharsets.ISO_8859_1);
      int end = text.indexOf('\0');
      write(function, Controls.RECIPE, end < 0 ? text : text.substring(0, end));
    }
    if (from + values.length > 2 * WORD) {
      int word = ByteBuffer.wrap(all).getShort(2 * WORD);
      for (int bit = 0; bit < BITS.length; bit++) {
        boolean value = (word >> bit & 1) != 0;
        if (Controls.KEPT.contains(BITS[bit]) ? value != panel.isOn(BITS[bit]) : value) {
          write(function, BITS[bit], value);
        }
      }
    }
  }

  /** A register with some bits changed (Modbus Application Protocol 1.1b3, 6.16). */
  void maskRegister(int function, int address, int and, int or) throws ModbusResponseException {
    int at = 2 * (address - FIRST_REGISTER);
    if (at < 0 || at >= 2 * REGISTERS) {
      throw refused(function, Controls.Refusal.NO_SUCH_TAG);
    }
    int now = ByteBuffer.wrap(registers()).getShort(at);
    short changed = (short) ((now & and) | (or & ~and));
    writeRegisters(function, address, ByteBuffer.allocate(2).putShort(0, changed).array());
  }

  private void write(int function, String tag, Object value) throws ModbusResponseException {
    Controls.Refusal refusal = panel.write(tag, value);
    if (refusal != null) {
      throw refused(function, refusal);
    }
  }

  private static ModbusResponseException refused(int function, Controls.Refusal refusal) {
    ExceptionCode code =
        switch (refusal) {
          case NO_SUCH_TAG -> ExceptionCode.ILLEGAL_DATA_ADDRESS;
          case WRONG_VALUE, UNKNOWN_RECIPE -> ExceptionCode.ILLEGAL_DATA_VALUE;
          case NOT_NOW -> ExceptionCode.SLAVE_DEVICE_BUSY;
        };
    return new ModbusResponseException(function, code.getCode());
  }
}
