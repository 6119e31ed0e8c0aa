package dev.millwright.cli;

import dev.millwright.device.Tap;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * Gathers what goes over a link, so that it can be shown with what came of it. Pieces that come one
 * after the other are one. Safe for use by several threads.
 */
final class Wire implements Tap {

  /** More than one reading needs; what comes then is counted. */
  private static final int MAX_GATHERED = 64;

  private static final int MAX_BYTES = 2_048;

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  /**
   * One direction, without a change.
   *
   * @param way {@code sent}, {@code received} or {@code told}
   * @param hex such as {@code 53 54 3F 0D}; null for what was told
   * @param words of what was told, and of bytes as far as they are text
   */
  record Part(String way, String hex, String words) {}

  private final List<Part> parts = new ArrayList<>();
  private final ByteArrayOutputStream run = new ByteArrayOutputStream();
  private String way = "";

  @Override
  public synchronized void sent(byte[] bytes, int count) {
    // Each is a request of its own.
    end();
    add("sent", bytes, count);
  }

  @Override
  public synchronized void received(byte[] bytes, int count) {
    add("received", bytes, count);
  }

  @Override
  public synchronized void told(Supplier<String> words) {
    end();
    if (parts.size() < MAX_GATHERED) {
      parts.add(new Part("told", null, words.get()));
    }
  }

  private void add(String direction, byte[] bytes, int count) {
    if (!direction.equals(way)) {
      end();
    }
    way = direction;
    run.write(bytes, 0, Math.max(0, Math.min(count, MAX_BYTES - run.size())));
  }

  private void end() {
    if (run.size() > 0 && parts.size() < MAX_GATHERED) {
      byte[] bytes = run.toByteArray();
      parts.add(new Part(way, hex(bytes), words(bytes)));
    }
    run.reset();
    way = "";
  }

  /** All since the last call. */
  synchronized List<Part> take() {
    end();
    List<Part> taken = List.copyOf(parts);
    parts.clear();
    return taken;
  }

  /** Such as {@code 53 54 3F 0D}. */
  static String hex(byte[] bytes) {
    return HEX.formatHex(bytes);
  }

  /** Empty when it is no text. */
  static String words(byte[] bytes) {
    StringBuilder words = new StringBuilder("\"");
    for (byte each : bytes) {
      switch (each) {
        case '\r' -> words.append("\\r");
        case '\n' -> words.append("\\n");
        case '\t' -> words.append("\\t");
        default -> {
          if (each < ' ' || each == 0x7f) {
            return "";
          }
          words.append((char) each);
        }
      }
    }
    return words.append('"').toString();
  }
}
