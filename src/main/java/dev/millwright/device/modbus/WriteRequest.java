package dev.millwright.device.modbus;

import com.digitalpetri.modbus.pdu.MaskWriteRegisterRequest;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.WriteMultipleCoilsRequest;
import com.digitalpetri.modbus.pdu.WriteMultipleRegistersRequest;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import java.nio.ByteBuffer;

/**
 * A request to write (Modbus Application Protocol 1.1b3, 6.5, 6.6, 6.11, 6.12 and 6.16). Its answer
 * repeats how it begins; with functions 5, 6 and 22 it repeats all of it.
 *
 * @param unit who is asked
 * @param table of what; coils or holding registers
 * @param address from where on
 * @param message the request itself
 */
record WriteRequest(int unit, Table table, int address, ModbusRequestPdu message)
    implements Request {

  /** How many registers one request may write. */
  static final int MOST_REGISTERS = 123;

  private static final int MASK_WRITE_REGISTER = 22;

  /** Function 5, or 15 where {@code single} is false. */
  static WriteRequest coil(int unit, int address, boolean value, boolean single) {
    return new WriteRequest(
        unit,
        Table.COIL,
        address,
        single
            ? new WriteSingleCoilRequest(address, value)
            : new WriteMultipleCoilsRequest(address, 1, new byte[] {(byte) (value ? 1 : 0)}));
  }

  /** Function 6 for one register, or 16 for several and where {@code single} is false. */
  static WriteRequest registers(int unit, int address, ByteBuffer values, boolean single) {
    byte[] bytes = new byte[values.remaining()];
    values.get(values.position(), bytes);
    boolean one = bytes.length == 2;
    return new WriteRequest(
        unit,
        Table.HOLDING,
        address,
        one && single
            ? new WriteSingleRegisterRequest(address, values.getShort(values.position()) & 0xffff)
            : new WriteMultipleRegistersRequest(address, bytes.length / 2, bytes));
  }

  /** Function 22: the bits of the mask become those of {@code bits}, the others stay. */
  static WriteRequest bits(int unit, int address, int mask, int bits) {
    return new WriteRequest(
        unit,
        Table.HOLDING,
        address,
        new MaskWriteRegisterRequest(address, ~mask & 0xffff, bits & mask));
  }

  @Override
  public int answerBytes() {
    return functionCode() == MASK_WRITE_REGISTER ? 7 : 5;
  }

  @Override
  public int secondByte() {
    return address >> 8;
  }

  @Override
  public Reply take(ByteBuffer answer) {
    ByteBuffer repeated = pdu().limit(answerBytes());
    return repeated.equals(answer)
        ? new Reply.Done()
        : new Reply.Missing("the answer repeats another request than was sent");
  }

  @Override
  public String wanted() {
    return "unit " + unit + " and function " + functionCode();
  }

  /** Whether what was sent, heard again by the adapter that sent it, looks like the answer. */
  boolean looksLikeItsAnswer() {
    return pdu().remaining() == answerBytes();
  }

  /** A request that reads where it writes. */
  ReadRequest read() {
    return new ReadRequest(unit, table, address, 1);
  }

  @Override
  public String toString() {
    return table.word() + ":" + address;
  }
}
