package dev.millwright.device.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whatever comes on a line or from a gateway: no exception, no hang, and no other value. */
class ModbusFuzzTest {

  private static final List<String> TYPES =
      List.of(
          "bool",
          "int16",
          "uint16",
          "int32",
          "uint32",
          "float32",
          "int64",
          "uint64",
          "float64",
          "string[1]",
          "string[7]",
          "string[250]");

  private static final int MOST_PIECES = 50;

  private static final List<Double> SCALES = Arrays.asList(null, 0.01, -3.0, 1e300, 1e-300);

  /** Made once: what is tried is what comes, not what a file says. */
  private static final List<ModbusTag> TAGS = tags();

  private static final List<Request> REQUESTS =
      List.of(
          new ReadRequest(1, Table.HOLDING, 0, 1),
          new ReadRequest(17, Table.HOLDING, 107, 125),
          new ReadRequest(247, Table.INPUT, 65_535, 1),
          new ReadRequest(1, Table.COIL, 3, 2_000),
          WriteRequest.coil(1, 3, true, true),
          WriteRequest.bits(1, 3, 0x10, 0x10),
          WriteRequest.registers(1, 3, ByteBuffer.allocate(8), true));

  /** The answers in a stream are the same in whatever pieces they come. */
  @FuzzTest
  void rtuAnswers(FuzzedDataProvider data) {
    Request request = data.pickValue(REQUESTS);
    boolean echo = data.consumeBoolean();
    boolean framed = data.consumeBoolean();
    int size = data.consumeInt(1, 60);
    byte[] bytes = data.consumeRemainingAsBytes();
    if (framed && bytes.length > 0) {
      // With the right checksum, which no mutation finds.
      int[] body = new int[bytes.length];
      Arrays.setAll(body, i -> bytes[i] & 0xff);
      check(request, echo, size, Frames.frame(body));
    }
    check(request, echo, size, bytes);
  }

  private static void check(Request request, boolean echo, int size, byte[] bytes) {
    RtuAnswer whole = new RtuAnswer(request, echo);
    whole.add(bytes, bytes.length);
    RtuAnswer pieces = new RtuAnswer(request, echo);
    // Each piece has all looked at again, so many small ones would only cost time.
    int step = Math.max(size, bytes.length / MOST_PIECES);
    for (int at = 0; at < bytes.length; at += step) {
      int end = Math.min(bytes.length, at + step);
      pieces.add(Arrays.copyOfRange(bytes, at, end), end - at);
    }
    assertEquals(whole.answers(), pieces.answers());
    assertTrue(whole.answers() == 0 || whole.reply() != null);
    if (whole.answers() != 1) {
      assertTrue(whole.problem().length() < 1_000, whole.problem());
    }
    if (whole.reply() instanceof Reply.Data data) {
      assertEquals(request.answerBytes() - 2, data.values().remaining());
    }
  }

  /** What follows on a Modbus TCP header. */
  @FuzzTest
  void answers(FuzzedDataProvider data) {
    Request request = data.pickValue(REQUESTS);
    byte[] pdu = data.consumeRemainingAsBytes();
    Reply reply = request.reply(ByteBuffer.wrap(pdu));
    boolean refused = pdu.length == 2 && (pdu[0] & 0xff) == (request.functionCode() | 0x80);
    assertEquals(refused, reply instanceof Reply.Refused);
    assertTrue(
        pdu.length == request.answerBytes()
            || !(reply instanceof Reply.Data || reply instanceof Reply.Done));
  }

  /** What registers mean; and what is written is what is read. */
  @FuzzTest
  void values(FuzzedDataProvider data) {
    ModbusTag tag = data.pickValue(TAGS);
    byte[] registers = Arrays.copyOf(data.consumeRemainingAsBytes(), 2 * 140);
    TagValue value = tag.value(ByteBuffer.wrap(registers), 0);
    if (value.quality() != Quality.GOOD
        || tag.scale() != null
        || tag.refusal(value.value()) != null) {
      return;
    }
    ByteBuffer written = ByteBuffer.allocate(2 * 140);
    written.put(2 * tag.first(), tag.registers(value.value()), 0, 2 * tag.type().registers());
    assertEquals(value.value(), tag.value(written, 0).value());
  }

  private static List<ModbusTag> tags() {
    List<ModbusTag> tags = new ArrayList<>();
    for (String type : TYPES) {
      for (Double scale : type.matches("bool|string.*") ? SCALES.subList(0, 1) : SCALES) {
        for (Order words : Order.values()) {
          for (Order bytes : Order.values()) {
            tags.add(
                new ModbusTagSettings("holding:3", type, words, bytes, scale, null, null)
                    .tag("t", Order.BIG, Order.BIG));
          }
        }
      }
    }
    return tags;
  }

  /** What a database says is to be written: refused, or as many registers as the type has. */
  @FuzzTest
  void writes(FuzzedDataProvider data) {
    ModbusTag tag = data.pickValue(TAGS);
    Object value =
        switch (data.consumeInt(0, 3)) {
          case 0 -> data.consumeBoolean();
          case 1 -> data.consumeLong();
          case 2 -> data.consumeRegularDouble();
          default -> data.consumeRemainingAsString();
        };
    try {
      value = new TagWrite("t", value).value();
    } catch (IllegalArgumentException e) {
      return;
    }
    if (tag.refusal(value) == null) {
      assertEquals(2 * tag.type().registers(), tag.registers(value).remaining());
    }
  }

  /** An address in a file is one that is shown as it was written, or refused. */
  @FuzzTest
  void addresses(FuzzedDataProvider data) {
    String text = data.consumeRemainingAsString();
    try {
      assertEquals(
          text.replaceAll("(?<=[:.])0+(?=[0-9])", ""), ModbusAddress.parse(text).toString());
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().startsWith("address: "), e.getMessage());
    }
  }
}
