package dev.millwright.device.modbus;

import com.digitalpetri.modbus.ModbusPduSerializer.DefaultRequestSerializer;
import com.digitalpetri.modbus.exceptions.ModbusException;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import java.nio.ByteBuffer;

/** What is asked of a unit, and what is an answer to it. */
sealed interface Request permits ReadRequest, WriteRequest {

  /** The bit that an answer sets in its function code when it is an exception. */
  int EXCEPTION = 0x80;

  /** Function code and data (Modbus Application Protocol 1.1b3, 4.1). */
  int MAX_PDU_BYTES = 253;

  /** Who is asked. */
  int unit();

  /** What is asked, as the library knows it. */
  ModbusRequestPdu message();

  /** How many bytes an answer has that is no exception, from its function code on. */
  int answerBytes();

  /** What such an answer has behind its function code. */
  int secondByte();

  /** What such an answer says; its function, its length and its second byte are right. */
  Reply take(ByteBuffer answer);

  /** What was asked for, as in "where … were asked for". */
  String wanted();

  /** The function code and what follows on it. */
  default ByteBuffer pdu() {
    ByteBuffer pdu = ByteBuffer.allocate(MAX_PDU_BYTES);
    try {
      DefaultRequestSerializer.INSTANCE.encode(message(), pdu);
    } catch (ModbusException e) {
      throw new IllegalStateException("the library cannot write " + this, e);
    }
    return pdu.flip();
  }

  default int functionCode() {
    return message().getFunctionCode();
  }

  /** What an answer from the right unit says: function and length must be those asked for. */
  default Reply reply(ByteBuffer pdu) {
    int size = pdu.remaining();
    int function = size > 0 ? pdu.get(pdu.position()) & 0xff : -1;
    int second = size > 1 ? pdu.get(pdu.position() + 1) & 0xff : -1;
    if (size == 2 && function == (functionCode() | EXCEPTION)) {
      return new Reply.Refused(second);
    }
    if (function == functionCode() && second == secondByte() && size == answerBytes()) {
      return take(pdu);
    }
    return new Reply.Missing(
        "the answer has function "
            + function
            + " and "
            + size
            + " bytes, where function "
            + functionCode()
            + " and "
            + answerBytes()
            + " bytes were asked for");
  }
}
