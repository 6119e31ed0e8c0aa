package dev.millwright.journal;

import dev.millwright.journal.JournalException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
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
import java.util.Properties;

/**
 * The file itself: held by one process, checked before it is used, set aside whole when it is not
 * ours to write.
 *
 * <p>The lock is one of the operating system on a file of its own, and ends with the process
 * however that dies. What the lock file says (who holds it) is for people only.
 */
final class JournalFile implements AutoCloseable {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final int PAGE_BYTES = 4096;

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final Connection connection;
  private final String setAside;

  private JournalFile(
      Path path, FileChannel lockFile, FileLock lock, Connection connection, String setAside) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
    this.connection = connection;
    this.setAside = setAside;
  }

  static JournalFile open(JournalSettings settings, Instant now) throws JournalException {
    Path path = settings.path();
    FileChannel lockFile = lockFile(path);
    try {
      FileLock lock = hold(path, lockFile, now);
      String setAside = setAsideIfUnusable(path, now);
      Connection connection = connect(settings);
      return new JournalFile(path, lockFile, lock, connection, setAside);
    } catch (JournalException | RuntimeException e) {
      closeQuietly(lockFile);
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  Path path() {
    return path;
  }

  /** What was found instead of a journal of ours, and where it is now; null when nothing was. */
  String setAside() {
    return setAside;
  }

  private static FileChannel lockFile(Path path) throws JournalException {
    try {
      Files.createDirectories(path.getParent());
      return FileChannel.open(
          path.resolveSibling(path.getFileName() + ".lock"),
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK,
          "journal "
              + path
              + " cannot be created: "
              + reason(e)
              + ". Check [journal] path, the folder's owner and whether its disk is read-only",
          e);
    }
  }

  private static FileLock hold(Path path, FileChannel lockFile, Instant now)
      throws JournalException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK,
          "journal "
              + path
              + " cannot be locked: "
              + reason(e)
              + ". It has to be on a local disk, on a file system with locks",
          e);
    }
    try {
      if (lock == null) {
        throw new JournalException(
            Kind.HELD,
            "journal "
                + path
                + " is held by "
                + content(lockFile)
                + ". Two daemons on one journal would deliver each other's transitions: stop the"
                + " other one, or give this one a [journal] path of its own",
            null);
      }
      lockFile.truncate(0);
      String holder = "process " + ProcessHandle.current().pid() + " since " + now;
      lockFile.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
      return lock;
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK, "journal " + path + ": its lock file cannot be written: " + reason(e), e);
    }
  }

  private static String content(FileChannel lockFile) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(200);
    lockFile.read(bytes, 0);
    String holder = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    return holder.isBlank() ? "another process" : holder;
  }

  /** Looks at the file without changing it. */
  private static String setAsideIfUnusable(Path path, Instant now) throws JournalException {
    try {
      String wrong = Files.exists(path) && Files.size(path) > 0 ? whatIsWrong(path) : null;
      if (wrong == null) {
        return null;
      }
      String name = path.getFileName().toString();
      Path aside = path.resolveSibling(name + ".set-aside-" + STAMP.format(now));
      for (int i = 2; Files.exists(aside); i++) {
        aside = path.resolveSibling(name + ".set-aside-" + STAMP.format(now) + "-" + i);
      }
      // The log first: without it the file would still be whole, but older.
      for (String part : new String[] {"-wal", "-shm", ""}) {
        Path from = path.resolveSibling(name + part);
        if (Files.exists(from)) {
          Files.move(from, path.resolveSibling(aside.getFileName() + part));
        }
      }
      return path + " " + wrong + "; it is kept as " + aside + ", and a new journal begins";
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK, "journal " + path + " cannot be set aside: " + reason(e), e);
    }
  }

  private static String whatIsWrong(Path path) throws IOException {
    byte[] head = new byte[16];
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      file.read(ByteBuffer.wrap(head), 0);
    }
    if (!new String(head, StandardCharsets.ISO_8859_1).equals("SQLite format 3\0")) {
      return "is not a journal (it is no SQLite file)";
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        Statement statement = connection.createStatement()) {
      long application = number(statement, "PRAGMA application_id");
      if (application != Schema.APPLICATION_ID) {
        return "is not a journal (it is an SQLite file of another program)";
      }
      long version = number(statement, "PRAGMA user_version");
      if (version != Schema.VERSION) {
        return "is a journal of version "
            + version
            + ", and this program knows version "
            + Schema.VERSION;
      }
      try (ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
        result.next();
        return result.getString(1).equals("ok")
            ? null
            : "is damaged (" + result.getString(1).replaceAll("\\s+", " ") + ")";
      }
    } catch (SQLException e) {
      return "is damaged (" + e.getMessage() + ")";
    }
  }

  private static Connection connect(JournalSettings settings) throws JournalException {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL");
    properties.setProperty("synchronous", "FULL");
    properties.setProperty("locking_mode", "EXCLUSIVE");
    properties.setProperty("transaction_mode", "IMMEDIATE");
    // A deleted entry's bytes are of no use to anybody who finds the disk.
    properties.setProperty("secure_delete", "false");
    try {
      Connection connection =
          DriverManager.getConnection("jdbc:sqlite:" + settings.path(), properties);
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA max_page_count = " + settings.maxSize().bytes() / PAGE_BYTES);
        statement.execute("PRAGMA journal_size_limit = " + (4L << 20));
        connection.setAutoCommit(false);
        if (number(statement, "PRAGMA user_version") == 0) {
          for (String create : Schema.CREATE) {
            statement.execute(create);
          }
        }
        connection.commit();
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw failure(settings.path(), "cannot be opened", e);
    }
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /** Tells a full journal or disk from one that does not work. SQLite: result code 13 is FULL. */
  static JournalException failure(Path path, String what, SQLException e) {
    boolean full = (e.getErrorCode() & 0xff) == 13;
    return new JournalException(
        full ? Kind.FULL : Kind.DISK,
        "journal "
            + path
            + " "
            + what
            + ": "
            + (full
                ? "it has reached [journal] max_size, or its disk is full"
                : String.valueOf(e.getMessage())),
        e);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only a lock, and ends with the process.
    }
  }

  @Override
  public void close() throws SQLException {
    try {
      connection.close();
    } finally {
      try {
        lock.release();
      } catch (IOException e) {
        // Closing the channel releases it as well.
      }
      closeQuietly(lockFile);
    }
  }
}
