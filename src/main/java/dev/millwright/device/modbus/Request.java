package dev.millwright.device.modbus;

import com.digitalpetri.modbus.ModbusPduSerializer.DefaultRequestSerializer;
import com.digitalpetri.modbus.exceptions.ModbusException;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import java.nio.ByteBuffer;

/**
 * A request to read, and what is an answer to it.
 *
 * @param unit who is asked
 * @param table of what
 * @param address from where on
 * @param count how many
 */
record Request(int unit, Table table, int address, int count) {

  /** The bit that an answer sets in its function code when it is an exception. */
  static final int EXCEPTION = 0x80;

  /** The function code and what follows on it. */
  ByteBuffer pdu() {
    ByteBuffer pdu = ByteBuffer.allocate(5);
    try {
      DefaultRequestSerializer.INSTANCE.encode(table.request(address, count), pdu);
    } catch (ModbusException e) {
      throw new IllegalStateException("the library cannot write " + this, e);
    }
    return pdu.flip();
  }

  int functionCode() {
    ModbusRequestPdu request = table.request(address, count);
    return request.getFunctionCode();
  }

  /** How many bytes of values its answer has. */
  int bytes() {
    return table.bytes(count);
  }

  /** What an answer from the right unit says: function and length must be those asked for. */
  Reply reply(ByteBuffer pdu) {
    int size = pdu.remaining();
    int function = size > 0 ? pdu.get(pdu.position()) & 0xff : -1;
    int second = size > 1 ? pdu.get(pdu.position() + 1) & 0xff : -1;
    if (size == 2 && function == (functionCode() | EXCEPTION)) {
      return new Reply.Refused(second);
    }
    if (function == functionCode() && second == bytes() && size == 2 + bytes()) {
      return new Reply.Data(pdu.slice(pdu.position() + 2, bytes()).asReadOnlyBuffer());
    }
    return new Reply.Missing(
        "the answer has function "
            + function
            + " and "
            + size
            + " bytes, where function "
            + functionCode()
            + " and "
            + (2 + bytes())
            + " bytes were asked for");
  }

  @Override
  public String toString() {
    return table.word() + ":" + address + (count == 1 ? "" : " to " + (address + count - 1));
  }
}
