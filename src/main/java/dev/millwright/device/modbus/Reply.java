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

  /** What was to be written is written. */
  record Done() implements Reply {}

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
   * @param sent whether the request was sent
   */
  record Missing(String why, boolean sent) implements Reply {

    /** The request was sent. */
    Missing(String why) {
      this(why, true);
    }
  }
}
