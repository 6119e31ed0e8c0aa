package dev.millwright.device.modbus;

/** What exception codes mean (Modbus Application Protocol 1.1b3, 7). */
final class Refusals {

  static final int ILLEGAL_FUNCTION = 1;
  static final int ILLEGAL_DATA_ADDRESS = 2;

  private Refusals() {}

  /** A request for fewer addresses may be answered. */
  static boolean maySuitInParts(int code) {
    return code == ILLEGAL_DATA_ADDRESS || code == 3;
  }

  /** A gateway says this of a unit that did not answer it. */
  static boolean isSilence(int code) {
    return code == 0x0a || code == 0x0b;
  }

  /** What was to be written may be written, or in part, all the same. */
  static boolean leavesOpen(int code) {
    return code == 4 || code == 5 || code == 0x0b;
  }

  /** Number, name and meaning. */
  static String words(int code) {
    return "exception "
        + code
        + ", "
        + switch (code) {
          case ILLEGAL_FUNCTION ->
              "ILLEGAL FUNCTION: the unit does not know this kind of request; another table?";
          case ILLEGAL_DATA_ADDRESS ->
              "ILLEGAL DATA ADDRESS: the unit has no such address; a manual that counts from 1"
                  + " calls it one higher";
          case 3 ->
              "ILLEGAL DATA VALUE: the unit does not take this value, or not so many at once, or"
                  + " not there";
          case 4 -> "SERVER DEVICE FAILURE: the unit has failed while it did it";
          case 5 -> "ACKNOWLEDGE: the unit needs longer";
          case 6 -> "SERVER DEVICE BUSY: the unit does something else";
          case 8 -> "MEMORY PARITY ERROR: the unit's memory is damaged";
          case 10 -> "GATEWAY PATH UNAVAILABLE: the gateway has no way to this unit";
          case 11 ->
              "GATEWAY TARGET DEVICE FAILED TO RESPOND: the unit does not answer the gateway";
          default -> "which the standard does not know; the unit's manual may say more";
        };
  }
}
