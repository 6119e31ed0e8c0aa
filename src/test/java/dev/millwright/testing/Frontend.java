package dev.millwright.testing;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a PostgreSQL client sends, message by message (PostgreSQL 18 documentation, 54.7): enough to
 * say which of them makes the server commit. Not encrypted.
 */
final class Frontend {

  /** The driver sends batches of some hundred KiB, in messages of some KiB. */
  private static final int MESSAGE_LIMIT = 16 << 20;

  private static final int PROTOCOL_3 = 3;

  private final DataInputStream in;
  private final Map<String, String> statements = new HashMap<>();
  private final Set<String> commitPortals = new HashSet<>();
  private boolean begun;
  private boolean commits;

  Frontend(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /** The next message, all of it; null when the client has hung up. */
  byte[] next() throws IOException {
    try {
      return begun ? typed() : untyped();
    } catch (EOFException e) {
      return null;
    }
  }

  /** Whether the server commits when it gets the message that came last. */
  boolean commits() {
    return commits;
  }

  /** Start-up, and what may come before it: the questions for TLS and GSSAPI. */
  private byte[] untyped() throws IOException {
    int length = length();
    byte[] message = new byte[length];
    ByteBuffer.wrap(message).putInt(length);
    in.readFully(message, 4, length - 4);
    begun = ByteBuffer.wrap(message).getShort(4) == PROTOCOL_3;
    return message;
  }

  private byte[] typed() throws IOException {
    byte type = in.readByte();
    int length = length();
    byte[] message = new byte[1 + length];
    ByteBuffer.wrap(message).put(type).putInt(length);
    in.readFully(message, 5, length - 4);
    commits = commits((char) type, texts(message));
    return message;
  }

  private int length() throws IOException {
    int length = in.readInt();
    if (length < 4 || length > MESSAGE_LIMIT) {
      throw new IOException("not a message of PostgreSQL's protocol: its length is " + length);
    }
    return length;
  }

  /** What a message begins with: texts, each ended by a zero. */
  private static String[] texts(byte[] message) {
    String body = new String(message, 5, message.length - 5, StandardCharsets.UTF_8);
    return body.split("\0", 3);
  }

  private boolean commits(char type, String... texts) {
    switch (type) {
      case 'Q':
        return isCommit(texts[0]);
      case 'P':
        statements.put(texts[0], texts[1]);
        return false;
      case 'B':
        commitPortals.remove(texts[0]);
        if (isCommit(statements.getOrDefault(texts[1], ""))) {
          commitPortals.add(texts[0]);
        }
        return false;
      case 'E':
        return commitPortals.contains(texts[0]);
      default:
        return false;
    }
  }

  private static boolean isCommit(String sql) {
    return sql.strip().equalsIgnoreCase("COMMIT");
  }
}
