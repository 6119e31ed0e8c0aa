package dev.millwright.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads one TOML file into a tree; only it and {@link SyntaxErrors} know the library (decision
 * 0040).
 */
final class TomlFile {

  /** Far above any real file; keeps a wrong path (a log, a database) from being parsed. */
  static final int LIMIT_BYTES = 1 << 20;

  /** How many errors that stop the parser are told at once; each costs another parse. */
  private static final int LIMIT_ROUNDS = 20;

  private final Path file;
  private final Report report;

  private TomlFile(Path file, Report report) {
    this.file = file;
    this.report = report;
  }

  /**
   * Reads a file.
   *
   * @return what could be understood of it; null when that is nothing. The report has the rest
   */
  static Node.Table read(Path file, Report report) {
    byte[] bytes = bytes(file, report);
    return bytes == null ? null : read(file, bytes, report);
  }

  /** What a file holds; null where it cannot be read, or is not one to be read. */
  static byte[] bytes(Path file, Report report) {
    return new TomlFile(file, report).bytes();
  }

  /** Reads what a file has been found to hold. */
  static Node.Table read(Path file, byte[] bytes, Report report) {
    TomlFile reader = new TomlFile(file, report);
    String text = reader.decode(bytes);
    return text == null ? null : reader.parse(text);
  }

  /**
   * Reads a text that is in no file.
   *
   * @param name what mistakes name as the file
   */
  static Node.Table read(Path name, String text, Report report) {
    return new TomlFile(name, report).parse(text);
  }

  private byte[] bytes() {
    if (Files.isDirectory(file)) {
      return refuse("this is a directory, and a file is expected");
    }
    // A pipe or a device would block the reading, or never end it.
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return refuse("this is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
      return bytes.length <= LIMIT_BYTES ? bytes : refuse("larger than the limit of 1 MiB");
    } catch (NoSuchFileException e) {
      return refuse("there is no such file");
    } catch (AccessDeniedException e) {
      return refuse("user " + System.getProperty("user.name") + " may not read this file");
    } catch (IOException e) {
      return refuse("cannot be read: " + e.getMessage());
    }
  }

  private byte[] refuse(String message) {
    report.mistake(Place.of(file), message);
    return null;
  }

  private String decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    // UTF-8 never needs more characters than bytes, so nothing is left over for lack of space.
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    if (decoder.decode(in, out, true).isError()) {
      int line = 1 + (int) out.flip().chars().filter(c -> c == '\n').count();
      String what = "byte %d (0x%02X) is not UTF-8; save the file as UTF-8";
      report.mistake(new Place(file, line, 0), what.formatted(in.position(), bytes[in.position()]));
      return null;
    }
    String text = out.flip().toString();
    if (text.startsWith("\uFEFF")) {
      report.mistake(
          new Place(file, 1, 1),
          "the file begins with a byte order mark; save it as UTF-8 without one");
      return null;
    }
    if (text.isBlank()) {
      report.mistake(Place.of(file), "the file is empty");
      return null;
    }
    // TOML lets a parser choose its line ends, and tomlj trips over a backslash before a CR LF.
    return text.replace("\r\n", "\n");
  }

  private Node.Table parse(String text) {
    List<TomlParseError> errors = new ArrayList<>();
    try {
      TomlParseResult result = parse(text, errors);
      SyntaxErrors.report(file, text, errors, report);
      return result == null ? null : table(new Place(file, 1, 1), result);
    } catch (StackOverflowError | AssertionError e) {
      // The parser descends once per bracket. Its assertions, where the JVM heeds them, do not hold
      // for texts that end in half an escape sequence.
      report.mistake(
          Place.of(file), "cannot be understood at all; a bracket or a quotation mark has no end");
      return null;
    }
  }

  /**
   * Parses all that can be parsed: a line after whose error the parser would skip the rest is left
   * out, and the file parsed again.
   *
   * @return null when even that was in vain
   */
  private static TomlParseResult parse(String text, List<TomlParseError> errors) {
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
      TomlParseError stop;
      try {
        TomlParseResult result = Toml.parse(SyntaxErrors.blank(text, errors));
        stop = SyntaxErrors.skipped(result);
        if (stop == null) {
          errors.addAll(result.errors());
          return result;
        }
      } catch (TomlParseError e) {
        stop = e; // thrown, not collected, for an escape sequence in a key
      }
      errors.add(stop);
    }
    return null;
  }

  private Node.Table table(Place place, TomlTable table) {
    Map<String, Node> entries = new LinkedHashMap<>();
    for (String key : table.keySet()) {
      List<String> path = List.of(key);
      entries.put(key, node(place(table.inputPositionOf(path)), table.get(path)));
    }
    return new Node.Table(place, entries);
  }

  private Node node(Place place, Object value) {
    if (value instanceof TomlTable table) {
      return table(place, table);
    }
    if (value instanceof TomlArray array) {
      List<Node> items = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        items.add(node(place(array.inputPositionOf(i)), array.get(i)));
      }
      return new Node.Array(place, items);
    }
    return new Node.Scalar(place, value);
  }

  private Place place(TomlPosition position) {
    return new Place(file, position.line(), position.column());
  }
}
