package dev.millwright.device.modbus;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Modbus RTU frames as the standard draws them, made without the code that is tested. */
final class Frames {

  private Frames() {}

  /** These bytes, and their checksum by the standard's bitwise rule (Serial Line 1.02, 6.2.1). */
  static byte[] frame(int... bytes) {
    int crc = 0xffff;
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    for (int each : bytes) {
      frame.write(each);
      crc ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0xa001 : crc >> 1;
      }
    }
    frame.write(crc & 0xff);
    frame.write(crc >> 8);
    return frame.toByteArray();
  }

  /** An answer with registers. */
  static byte[] registers(int unit, int function, int... registers) {
    int[] bytes = new int[3 + 2 * registers.length];
    bytes[0] = unit;
    bytes[1] = function;
    bytes[2] = 2 * registers.length;
    for (int i = 0; i < registers.length; i++) {
      bytes[3 + 2 * i] = registers[i] >> 8 & 0xff;
      bytes[4 + 2 * i] = registers[i] & 0xff;
    }
    return frame(bytes);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] hex(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }
}
