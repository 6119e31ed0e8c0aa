package dev.millwright.device;

import java.util.function.IntFunction;
import java.util.function.Supplier;

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
        public void told(Supplier<String> words) {}
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

  /**
   * What a protocol without visible frames says beside a value, such as its status code.
   *
   * @param words made when they are asked for, at once, later or never: most of them nobody reads,
   *     and to make them costs more than to read the value
   */
  void told(Supplier<String> words);

  /**
   * The same for several values that have come at once: who keeps only the last need not hear all.
   *
   * @param each what is told of the first, second and so on
   */
  default void told(int count, IntFunction<Supplier<String>> each) {
    for (int i = 0; i < count; i++) {
      told(each.apply(i));
    }
  }
}
