package dev.millwright.device;

/**
 * Hears what a link says and is told, byte by byte, for technicians. Called by any of the link's
 * threads; it must not wait and must not throw.
 */
public interface Tap {

  /** Hears nothing. */
  Tap NONE =
      new Tap() {
        @Override
        public void sent(byte[] bytes, int count) {}

        @Override
        public void received(byte[] bytes, int count) {}

        @Override
        public void told(String words) {}
      };

  /**
   * Bytes that are being sent.
   *
   * @param count how many of them, from the first
   */
  void sent(byte[] bytes, int count);

  /**
   * Bytes that have come, in pieces of whatever size.
   *
   * @param count how many of them, from the first
   */
  void received(byte[] bytes, int count);

  /** What a protocol without visible frames says beside a value, such as its status code. */
  void told(String words);
}
