package dev.millwright.trace;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads a trace line by line. Whatever is in the file, one line is in memory at a time, and no line
 * is longer than 1 MiB.
 */
public final class TraceReader implements AutoCloseable {

  /** The longest line, its end not counted. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final String ADVICE =
      "Use JsonReader.setStrictness(Strictness.LENIENT) to accept ";

  /** What the first line is seen to be, before it is read as a whole. */
  private record Mark(Integer millwrightTrace) {}

  private final InputStream in;
  private final Header header;
  private long line;

  /**
   * Reads the first line.
   *
   * @param in closed with this
   * @throws TraceException when this is no trace, or one of a newer version
   * @throws IOException when the file cannot be read
   */
  public TraceReader(InputStream in) throws IOException, TraceException {
    this.in = new BufferedInputStream(in);
    String first = read();
    if (first == null) {
      throw new TraceException(1, "the file is empty");
    }
    Integer version = version(first);
    if (version == null) {
      throw new TraceException(
          1, "this is not a trace: the first line has no \"millwright_trace\"");
    }
    if (version > Header.VERSION) {
      throw new TraceException(
          1,
          "this trace is of version "
              + version
              + ", and this program reads versions up to "
              + Header.VERSION
              + "; take the program that has written it, or a newer one");
    }
    this.header = parse(first, Header.class);
  }

  private static Integer version(String first) {
    try {
      return TraceJson.parse(first, Mark.class).millwrightTrace();
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** The first line. */
  public Header header() {
    return header;
  }

  /** The number of the line that was read last, from 1. */
  public long line() {
    return line;
  }

  /**
   * The next line.
   *
   * @return null at the end of the file
   * @throws TraceException when it cannot be read; nothing after it can
   */
  Line next() throws IOException, TraceException {
    String text = read();
    return text == null ? null : parse(text, Line.class);
  }

  private <T> T parse(String text, Class<T> type) throws TraceException {
    try {
      return TraceJson.parse(text, type);
    } catch (RuntimeException e) {
      throw new TraceException(line, "this is no line of a trace: " + words(e), e);
    }
  }

  private static String words(Throwable failure) {
    Throwable cause = failure;
    // The library wraps what the values' own constructors say.
    for (int depth = 0; depth < 10 && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    // The library begins and ends with words for programmers.
    return message == null || message.isBlank()
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow().replace(ADVICE, "");
  }

  private String read() throws IOException, TraceException {
    line++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 && bytes.size() == 0) {
        return null;
      } else if (next < 0) {
        throw new TraceException(line, "the file ends in the middle of this line: it was cut");
      } else if (bytes.size() == MAX_LINE_BYTES) {
        throw new TraceException(line, "longer than " + MAX_LINE_BYTES + " bytes");
      }
      bytes.write(next);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TraceException(line, "this is not UTF-8", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
