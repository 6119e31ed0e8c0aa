package dev.millwright.device.ascii;

import java.util.regex.Pattern;

/** Tells text from what noise or a wrong baud makes of it. */
final class NoText {

  /**
   * What no line of text contains: control characters, but for white space and those that protocols
   * and terminals use; and bytes over 127 that stand in no word, as umlauts do in any code page.
   */
  private static final Pattern NO_TEXT =
      Pattern.compile(
          "[\\x00\\x01\\x08\\x0e-\\x10\\x12\\x14\\x16-\\x1a\\x1c-\\x1f\\x7f]"
              + "|(?<![A-Za-z\\x80-\\xff])[\\x80-\\xff]+(?![A-Za-z\\x80-\\xff])");

  private NoText() {}

  /** Whether anything in it shows that it is none. */
  static boolean isIn(CharSequence line) {
    return NO_TEXT.matcher(line).find();
  }
}
