package dev.millwright.device.modbus;

import java.nio.ByteBuffer;

/** What came of a request. */
sealed interface Reply {

  /**
   * The values, as they came.
   *
   * @param values from the request's first address on
   */
  record Data(ByteBuffer values) implements Reply {}

  /**
   * The unit said no.
   *
   * @param code its exception code
   */
  record Refused(int code) implements Reply {}

  /**
   * No answer that can be used.
   *
   * @param why for a technician
   */
  record Missing(String why) implements Reply {}
}
