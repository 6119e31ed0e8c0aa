package dev.millwright.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that holds one secret, mostly in one line. No message repeats the file's name: somebody
 * may have put the password itself there.
 */
public final class SecretFile {

  private static final int LIMIT_BYTES = 4 * 1024;

  /** Keys and certificates, with those of all issuers. */
  private static final int LIMIT_LINES_BYTES = 64 * 1024;

  /** Why there is no usable secret, without saying what was written. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private Unusable(String message) {
      super(message);
    }
  }

  private SecretFile() {}

  /** The secret: all of the file but the end of its line, at most 4 KiB. */
  public static Secret read(Path file) throws Unusable {
    String line = text(file, LIMIT_BYTES).replaceFirst("\r?\n\\z", "");
    if (line.isEmpty()) {
      throw new Unusable("the file that it names is empty");
    }
    if (line.indexOf('\n') >= 0) {
      throw new Unusable("the file that it names has more than one line");
    }
    return new Secret(line);
  }

  /** A secret of several lines, such as a key: all of the file, at most 64 KiB. */
  public static Secret readLines(Path file) throws Unusable {
    return new Secret(text(file, LIMIT_LINES_BYTES));
  }

  private static String text(Path file, int limit) throws Unusable {
    if (!Files.isRegularFile(file)) {
      throw new Unusable("what it names is not a regular file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(limit + 1);
    } catch (IOException e) {
      throw new Unusable(
          "user " + System.getProperty("user.name") + " cannot read the file that it names");
    }
    if (bytes.length > limit) {
      throw new Unusable(
          "the file that it names is larger than the limit of " + limit / 1024 + " KiB");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Unusable("the file that it names is not UTF-8");
    }
  }
}
