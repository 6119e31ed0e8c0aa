package dev.millwright.device.ascii;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a stream of characters into lines. What comes before the first terminator is dropped, as it
 * may be the second half of a line. Of a line that grows over the limit nothing is left but {@link
 * #TOO_LONG}, once for each time that it fills the limit anew: noise may never have an end.
 */
final class LineSplitter {

  /** The longest line, with its terminator. */
  static final int MAX_BYTES = 4_096;

  /** Stands for a line that was too long; no line that is one is like it. */
  static final String TOO_LONG = "\0";

  private final String terminator;
  private final StringBuilder text = new StringBuilder();
  private boolean skipping = true;

  LineSplitter(String terminator) {
    this.terminator = terminator;
  }

  /** Takes the next piece and returns the lines that it completes, with their terminators. */
  List<String> add(byte[] piece, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      text.append((char) (piece[i] & 0xff)); // ISO-8859-1
      if (endsWithTerminator()) {
        if (!skipping) {
          lines.add(text.toString());
        }
        text.setLength(0);
        skipping = false;
      } else if (text.length() >= MAX_BYTES) {
        lines.add(TOO_LONG);
        skipping = true;
        // Keep what may be the first part of the terminator.
        text.delete(0, text.length() - (terminator.length() - 1));
      }
    }
    return lines;
  }

  private boolean endsWithTerminator() {
    int start = text.length() - terminator.length();
    return start >= 0 && text.indexOf(terminator, start) == start;
  }
}
