package dev.millwright.device.modbus;

import com.digitalpetri.modbus.Crc16;
import dev.millwright.device.serial.QuietLine;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Gathers what comes on a serial line after a request, in pieces of any size, and finds the answers
 * to that request in it: frames with the right unit, function, length and checksum, wherever they
 * begin. Times say nothing of where a frame begins or ends, as USB adapters do not keep them (FIELD
 * 15).
 */
final class RtuAnswer {

  /** An answer has 256 at most; the rest is noise, which has an end somewhere. */
  static final int MAX_BYTES = 4_096;

  /** Unit, function, count or exception code, and the checksum's two. */
  private static final int FRAME_BYTES = 5;

  private static final int SHOWN_BYTES = 24;

  private final Request request;

  /** Whether the first answer is the request itself, which the adapter heard. */
  private final boolean echoes;

  private final byte[] bytes = new byte[MAX_BYTES];
  private int size;
  private int answers;
  private Reply reply;

  RtuAnswer(Request request) {
    this(request, false);
  }

  /**
   * @param echo whether the adapter hears what it sends
   */
  RtuAnswer(Request request, boolean echo) {
    this.request = request;
    this.echoes = echo && request instanceof WriteRequest write && write.looksLikeItsAnswer();
  }

  /** The request as it goes over the line. */
  static byte[] frame(Request request) {
    ByteBuffer pdu = request.pdu();
    ByteBuffer frame = ByteBuffer.allocate(pdu.remaining() + 3);
    frame.put((byte) request.unit()).put(pdu);
    int crc = crc(frame.array(), 0, frame.position());
    return frame.put((byte) crc).put((byte) (crc >> 8)).array();
  }

  /** How many bytes the answer has. */
  static int length(Request request) {
    return 3 + request.answerBytes();
  }

  /** Takes the next piece; what goes over the limit is dropped. */
  void add(byte[] piece, int count) {
    int taken = Math.min(count, MAX_BYTES - size);
    System.arraycopy(piece, 0, bytes, size, taken);
    size += taken;
    answers = 0;
    for (int at = 0; at + FRAME_BYTES <= size; at++) {
      int length = lengthAt(at);
      if (length > 0 && isWhole(at, length)) {
        answers++;
        reply = request.reply(ByteBuffer.wrap(bytes, at + 1, length - 3));
        at += length - 1;
      }
    }
    answers = Math.max(0, answers - (echoes ? 1 : 0));
  }

  /** How many answers came so far. */
  int answers() {
    return answers;
  }

  boolean isEmpty() {
    return size == 0;
  }

  boolean isFull() {
    return size == MAX_BYTES;
  }

  /** Whether the request itself came back, as the adapter hears what it sends. */
  boolean isEchoed() {
    byte[] frame = frame(request);
    for (int at = 0; at + frame.length <= size; at++) {
      if (Arrays.equals(bytes, at, at + frame.length, frame, 0, frame.length)) {
        return true;
      }
    }
    return false;
  }

  /** What the last answer says; null when none came. */
  Reply reply() {
    return reply;
  }

  /** In words, what came instead of one answer. */
  String problem() {
    if (answers > 1) {
      return "two answers came, and one of them is to an earlier request";
    }
    if (isEmpty()) {
      return "nothing came";
    }
    if (isFull()) {
      return "more than "
          + MAX_BYTES
          + " bytes came: something else talks on the line, or it is "
          + QuietLine.NOISE;
    }
    String shown =
        HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(size, SHOWN_BYTES))
            + (size > SHOWN_BYTES ? " …" : "");
    return other() + ": " + shown;
  }

  private int lengthAt(int at) {
    int function = bytes[at + 1] & 0xff;
    if ((bytes[at] & 0xff) != request.unit()) {
      return 0;
    }
    if (function == (request.functionCode() | Request.EXCEPTION)) {
      return FRAME_BYTES;
    }
    boolean fits = (bytes[at + 2] & 0xff) == request.secondByte();
    return function == request.functionCode() && fits ? length(request) : 0;
  }

  private boolean isWhole(int at, int length) {
    if (at + length > size) {
      return false;
    }
    int crc = crc(bytes, at, length - 2);
    return bytes[at + length - 2] == (byte) crc && bytes[at + length - 1] == (byte) (crc >> 8);
  }

  /** What came, when it is not the answer. */
  private String other() {
    boolean echo = isEchoed();
    for (int at = echo ? frame(request).length : 0; at + FRAME_BYTES <= size; at++) {
      int function = bytes[at + 1] & 0xff;
      boolean counts = function < 5;
      if (isWhole(at, anyLength(at, function))) {
        return "unit "
            + (bytes[at] & 0xff)
            + " answered with function "
            + function
            + (counts ? " and " + (bytes[at + 2] & 0xff) + " bytes" : "")
            + ", where "
            + request.wanted()
            + " were asked for";
      }
    }
    return echo
        ? "only the request itself came back, as the adapter hears what it sends"
        : "no whole frame with the right checksum came; " + QuietLine.NOISE;
  }

  /** How long a frame with this function is, whoever sent it. */
  private int anyLength(int at, int function) {
    return switch (function) {
      case 1, 2, 3, 4 -> FRAME_BYTES + (bytes[at + 2] & 0xff);
      case 5, 6, 15, 16 -> FRAME_BYTES + 3;
      case 22 -> FRAME_BYTES + 5;
      default -> FRAME_BYTES;
    };
  }

  private static int crc(byte[] bytes, int from, int count) {
    Crc16 crc = new Crc16();
    for (int i = from; i < from + count; i++) {
      crc.update(
          bytes[i]); // not the buffer's part at once: 2.1.4 goes past its end (decision 0080)
    }
    return crc.getValue();
  }
}
