package dev.millwright.device.ascii;

/** Shows what went over a line so that a technician can read it. */
final class Words {

  /** As much of a reply as a log line should carry. */
  private static final int MAX_EXCERPT_CHARACTERS = 60;

  private Words() {}

  /** In quotes, with control characters written out, and cut when long. */
  static String quoted(CharSequence text) {
    StringBuilder shown = new StringBuilder("\"");
    int end = Math.min(text.length(), MAX_EXCERPT_CHARACTERS);
    for (int i = 0; i < end; i++) {
      char character = text.charAt(i);
      switch (character) {
        case '\r' -> shown.append("\\r");
        case '\n' -> shown.append("\\n");
        case '\t' -> shown.append("\\t");
        default -> {
          boolean control = character < ' ' || (character >= 0x7f && character < 0xa0);
          shown.append(control ? "\\x%02x".formatted((int) character) : character);
        }
      }
    }
    return shown.append(end < text.length() ? "…\"" : "\"").toString();
  }
}
