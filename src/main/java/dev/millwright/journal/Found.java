package dev.millwright.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * What was found where the journal should be: whether it is ours, and how it is set aside when it
 * is not. Nothing is changed in it by looking.
 */
final class Found {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** What SQLite keeps beside a file; a new file under the name would be given the old ones. */
  private static final List<String> BESIDE = List.of("-wal", "-shm", "-journal");

  /** SQLite's file format, section 1.3: 100 bytes, numbers big-endian. */
  private static final int HEADER_BYTES = 100;

  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_ID_AT = 68;

  /** SQLite's result codes CORRUPT and NOTADB. */
  private static final int CORRUPT = 11;

  private static final int NOT_A_DATABASE = 26;

  private Found() {}

  static boolean nothing(Path path) throws IOException {
    return !Files.exists(path) || Files.size(path) == 0;
  }

  /**
   * What its first bytes tell, read without SQLite, which would write to it. They are there from
   * the first moment: see {@link JournalFile}.
   *
   * @return what is wrong, or null
   */
  static String wrongAtSight(Path path) throws IOException {
    if (nothing(path)) {
      for (String beside : BESIDE) {
        Path left = path.resolveSibling(path.getFileName() + beside);
        if (holdsSomething(left)) {
          return "is gone and has left " + left.getFileName();
        }
      }
      return null;
    }
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      while (header.hasRemaining() && file.read(header, header.position()) > 0) {}
    }
    String magic = new String(header.array(), 0, 16, StandardCharsets.ISO_8859_1);
    if (!magic.equals("SQLite format 3\0")) {
      return "is not a journal (it is no SQLite file)";
    }
    if (header.hasRemaining()) {
      return "is damaged (it ends after " + header.position() + " bytes)";
    }
    String wrong = wrong(header.getInt(APPLICATION_ID_AT), header.getInt(USER_VERSION_AT));
    if (wrong == null && Files.size(path) % JournalFile.PAGE_BYTES != 0 && !hasLog(path)) {
      // SQLite would read zeros for what is missing. With a log the missing part may be there.
      return "is damaged (it ends within a page)";
    }
    return wrong;
  }

  private static boolean hasLog(Path path) throws IOException {
    return holdsSomething(path.resolveSibling(path.getFileName() + "-wal"));
  }

  /** A log that nothing was written to begins with zeros. */
  private static boolean holdsSomething(Path beside) throws IOException {
    if (!Files.exists(beside)) {
      return false;
    }
    try (InputStream file = Files.newInputStream(beside)) {
      byte[] first = file.readNBytes(Integer.BYTES);
      return !Arrays.equals(first, new byte[first.length]);
    }
  }

  /** What is done with a connection. */
  interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Looks by a connection that cannot write, and leaves nothing behind. */
  static <T> T look(Path path, Look<T> look) throws SQLException, IOException {
    Path shared = path.resolveSibling(path.getFileName() + "-shm");
    Path log = path.resolveSibling(path.getFileName() + "-wal");
    boolean wasShared = Files.exists(shared);
    boolean hadLog = Files.exists(log);
    Properties readOnly = new Properties();
    readOnly.setProperty("open_mode", "1");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path, readOnly)) {
      return look.at(connection);
    } finally {
      if (!wasShared) {
        Files.deleteIfExists(shared);
      }
      if (!hadLog) {
        Files.deleteIfExists(log);
      }
    }
  }

  /** What SQLite finds when it reads all of it; null when nothing is wrong. */
  static String wrongWithin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String wrong =
          wrong(
              JournalFile.number(statement, "PRAGMA application_id"),
              JournalFile.number(statement, "PRAGMA user_version"));
      if (wrong != null) {
        return wrong;
      }
      try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
        String found = result.next() ? result.getString(1) : "no answer";
        if (!found.equals("ok")) {
          return damaged(found);
        }
      }
      return Schema.isWhole(statement) ? null : damaged("it has not the journal's tables");
    } catch (SQLException e) {
      int code = e.getErrorCode() & 0xff;
      if (code == CORRUPT || code == NOT_A_DATABASE) {
        return damaged(e.getMessage());
      }
      throw e;
    }
  }

  private static String wrong(long applicationId, long version) {
    if (applicationId != Schema.APPLICATION_ID) {
      return "is not a journal (it is an SQLite file of another program)";
    }
    return version >= Schema.OLDEST && version <= Schema.VERSION
        ? null
        : "is a journal of version "
            + version
            + ", and this program knows versions "
            + Schema.OLDEST
            + " to "
            + Schema.VERSION;
  }

  private static String damaged(String how) {
    return "is damaged (" + how.replaceAll("\\s+", " ") + ")";
  }

  /**
   * Gives the file and what lies beside it a new name. If that ends half-way, only parts beside it
   * are left, and the next opening sets those aside too: the file goes first, because without its
   * log it would pass for a journal that is merely older.
   *
   * @return the new name
   */
  static Path setAside(Path path, Instant now) throws IOException {
    String name = path.getFileName().toString();
    String stamped = name + ".set-aside-" + STAMP.format(now);
    String aside = stamped;
    for (int i = 2; taken(path, aside); i++) {
      aside = stamped + "-" + i;
    }
    move(path, path.resolveSibling(aside));
    for (String beside : BESIDE) {
      move(path.resolveSibling(name + beside), path.resolveSibling(aside + beside));
    }
    syncFolder(path);
    return path.resolveSibling(aside);
  }

  private static boolean taken(Path path, String name) {
    return Files.exists(path.resolveSibling(name))
        || BESIDE.stream().anyMatch(beside -> Files.exists(path.resolveSibling(name + beside)));
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to);
    }
  }

  /** Makes names that were given or changed durable; POSIX keeps them in the folder. */
  static void syncFolder(Path path) throws IOException {
    try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
