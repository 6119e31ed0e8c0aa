package dev.millwright.simulator;

import com.digitalpetri.modbus.ExceptionCode;
import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import dev.millwright.simulator.behaviour.Controls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The addresses of a unit that can be written. Holding registers 40 to 47 are the recipe that runs
 * next (text, filled up with NUL), 48 is a word of bits: 0 start, 1 stop, 2 reset, 3 acknowledge;
 * coils 1 to 4 are the same bits. Start, stop and reset read as false.
 */
final class UnitControls {

  static final int FIRST_COIL = 1;
  static final int COILS = 4;
  static final int FIRST_REGISTER = 40;
  private static final int WORD = 8;
  static final int REGISTERS = WORD + 1;

  private static final String[] BITS = {
    Controls.START, Controls.STOP, Controls.RESET, Controls.ACK
  };

  private final Panel panel;

  UnitControls(Panel panel) {
    this.panel = panel;
  }

  /** The registers as they read. */
  byte[] registers() {
    ByteBuffer all = ByteBuffer.allocate(2 * REGISTERS);
    all.put(Arrays.copyOf(panel.recipe().getBytes(StandardCharsets.ISO_8859_1), 2 * WORD));
    return all.putShort((short) (panel.acknowledged() ? 1 << 3 : 0)).array();
  }

  /** Coils as they read. */
  boolean coil(int address) {
    return address == FIRST_COIL + 3 && panel.acknowledged();
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
        if (value || BITS[bit].equals(Controls.ACK)) {
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
