package dev.millwright.device.modbus;

import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import java.nio.ByteBuffer;

/**
 * A request to read.
 *
 * @param unit who is asked
 * @param table of what
 * @param address from where on
 * @param count how many
 */
record ReadRequest(int unit, Table table, int address, int count) implements Request {

  @Override
  public ModbusRequestPdu message() {
    return table.request(address, count);
  }

  @Override
  public int answerBytes() {
    return 2 + bytes();
  }

  @Override
  public int secondByte() {
    return bytes();
  }

  @Override
  public Reply take(ByteBuffer answer) {
    return new Reply.Data(answer.slice(answer.position() + 2, bytes()).asReadOnlyBuffer());
  }

  @Override
  public String wanted() {
    return "unit " + unit + ", function " + functionCode() + " and " + bytes() + " bytes";
  }

  /** How many bytes of values its answer has. */
  private int bytes() {
    return table.bytes(count);
  }

  @Override
  public String toString() {
    return table.word() + ":" + address + (count == 1 ? "" : " to " + (address + count - 1));
  }
}
