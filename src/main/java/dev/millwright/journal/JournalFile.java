package dev.millwright.journal;

import dev.millwright.journal.JournalException.Kind;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The file itself: held by one process, checked before it is used, set aside whole when it is not
 * ours to write, and never larger than allowed. Not safe for several threads.
 *
 * <p>A new one is made under another name and renamed when it is complete. So whatever bears the
 * name has the header of a journal, also after a crash in its first moment.
 */
final class JournalFile implements AutoCloseable {

  static final int PAGE_BYTES = 4096;

  /** How long to wait for a program that has the file open, say for a backup's glance at it. */
  private static final int BUSY_MILLIS = 1000;

  /** SQLite moves its log into the file at 1000 pages; a log beyond this is cut back then. */
  private static final int LOG_BYTES = 4 << 20;

  /**
   * What appends leave of the disk to confirmations: those grow the log, and moving the log into
   * the file may grow the file by as much.
   */
  private static final long FREE_DISK_BYTES = 2L * LOG_BYTES;

  private static final int APPENDS_PER_LOOK = 8;

  /** How long the disk is taken at its word that there is room on it. */
  private static final long DISK_WORD_NANOS = 100_000_000L;

  /** How many numbers of entries are reserved at once. */
  private static final int NUMBERS = 100;

  private final Path path;
  private final DataSize maxSize;
  private final JournalLock lock;
  private final Connection connection;
  private final String setAside;
  private final FileStore disk;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final Tails tails = new Tails(this);
  private final InPlace place;
  private final long maxPages;

  /** The highest number that an entry may have had, also before a rollback. */
  private long lastEntry;

  /** Up to this one no number has to be reserved, in the file or by the commit under way. */
  private long reserved;

  /** Whether a commit now is on the disk when it returns. */
  private boolean synced = true;

  /** Whether the commit that is under way has found the file and its log in their places. */
  private boolean foundInPlace;

  /** How many times the commit that is under way has asked for room. */
  private int asked;

  /**
   * When the disk had enough room, on the monotonic clock; at first so long ago that it is asked.
   */
  private long hadRoomAt = System.nanoTime() - DISK_WORD_NANOS;

  private JournalFile(
      JournalSettings settings, JournalLock lock, Connection connection, String setAside)
      throws SQLException, IOException {
    this.path = lock.path();
    this.maxSize = settings.maxSize();
    this.lock = lock;
    this.connection = connection;
    this.setAside = setAside;
    this.disk = Files.getFileStore(path);
    this.maxPages = force(connection, maxSize);
    try (Statement statement = connection.createStatement()) {
      this.lastEntry = number(statement, Sql.LAST);
    }
    this.reserved = lastEntry;
    this.place = new InPlace(path, log(path));
  }

  static JournalFile open(JournalSettings settings, Instant now) throws JournalException {
    return open(settings, JournalLock.By.DAEMON, now);
  }

  /** Null when there is none. Makes nothing, and sets nothing aside. */
  static JournalFile openExisting(JournalSettings settings, Instant now) throws JournalException {
    return JournalLock.nothingAt(settings.path())
        ? null
        : open(settings, JournalLock.By.COMMAND, now);
  }

  private static JournalFile open(JournalSettings settings, JournalLock.By by, Instant now)
      throws JournalException {
    JournalLock lock = JournalLock.take(settings.path(), by, now);
    Connection connection = null;
    try {
      Path path = lock.path();
      String setAside = null;
      if (by == JournalLock.By.COMMAND) {
        requireSound(path);
      }
      String wrong = Found.wrongAtSight(path);
      if (wrong == null && !Found.nothing(path)) {
        connection = connect(path);
        wrong = Found.wrongWithin(connection);
      }
      if (wrong != null) {
        Path aside = Found.setAside(path, now);
        setAside = path + " " + wrong + "; it is kept as " + aside + ", and a new journal begins";
        // Only now: SQLite writes the log into a file that it closes in its place.
        closeQuietly(connection);
        connection = null;
      }
      if (connection == null) {
        create(path);
        connection = connect(path);
      }
      Schema.upgrade(connection);
      JournalFile file = new JournalFile(settings, lock, connection, setAside);
      if (by == JournalLock.By.DAEMON) {
        file.lengthenLog();
      }
      return file;
    } catch (SQLException e) {
      abandon(connection, lock);
      throw failure(settings.path(), "cannot be opened", e);
    } catch (IOException e) {
      abandon(connection, lock);
      throw new JournalException(
          Kind.DISK, settings.path(), "cannot be opened or set aside: " + JournalLock.reason(e), e);
    } catch (JournalException | RuntimeException | Error e) {
      abandon(connection, lock);
      throw e;
    }
  }

  /** Before it is opened for writing, at whose end the log would be moved into the file. */
  private static void requireSound(Path path) throws SQLException, IOException, JournalException {
    String wrong = Found.wrongAtSight(path);
    if (wrong == null) {
      wrong = Found.look(path, Found::wrongWithin);
    }
    if (wrong != null) {
      throw new JournalException(Kind.DISK, path, wrong, null);
    }
  }

  private static void create(Path path) throws SQLException, IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.deleteIfExists(path.resolveSibling(fresh.getFileName() + "-journal"));
    try (Connection connection = connect(fresh);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = " + PAGE_BYTES);
      statement.execute("BEGIN IMMEDIATE");
      for (String create : Schema.CREATE) {
        statement.execute(create);
      }
      statement.execute("PRAGMA application_id = " + Schema.APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + Schema.VERSION);
      statement.execute("COMMIT");
    }
    try (FileChannel file = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    Found.syncFolder(path);
  }

  /** Exclusive before the first look, so that SQLite never makes a {@code -shm} for others. */
  private static Connection connect(Path path) throws SQLException {
    if (Files.exists(path) && !Files.isWritable(path)) {
      throw new SQLException("it is not writable for this user, or its disk is read-only");
    }
    Properties properties = new Properties();
    // The driver would ask after each INSERT for the key that it made, by a statement of its own.
    properties.setProperty("jdbc.get_generated_keys", "false");
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path, properties);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA locking_mode = EXCLUSIVE");
      statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
      return connection;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /** Puts what the promises rest on into force, and makes sure that it is. */
  private static long force(Connection connection, DataSize maxSize) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      expect(statement, "PRAGMA journal_mode = WAL", "wal");
      statement.execute("PRAGMA synchronous = FULL");
      expect(statement, "PRAGMA synchronous", "2");
      expect(statement, "PRAGMA locking_mode", "exclusive");
      statement.execute("PRAGMA journal_size_limit = " + LOG_BYTES);
      long maxPages = maxSize.bytes() / number(statement, "PRAGMA page_size");
      statement.execute("PRAGMA max_page_count = " + maxPages);
      // Takes SQLite's lock and makes the log. Writes nothing: a full disk is no reason not to
      // start.
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("COMMIT");
      return maxPages;
    }
  }

  /**
   * Gives the log the length that it comes to have anyway, as a write that makes a file longer
   * takes the disk about twice as long as one that does not. SQLite knows by its checksums where
   * the log ends. Where little of the disk is free, or that fails, it grows as it is written.
   */
  private void lengthenLog() {
    try (FileChannel file = FileChannel.open(log(path), StandardOpenOption.WRITE)) {
      if (disk.getUsableSpace() >= 2 * FREE_DISK_BYTES) {
        lengthen(file);
      }
    } catch (IOException e) {
      // It was no more than a try.
    }
  }

  private static void lengthen(FileChannel log) throws IOException {
    long before = log.size();
    ByteBuffer zeros = ByteBuffer.allocate(LOG_BYTES / 16);
    try {
      while (log.size() < LOG_BYTES) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), LOG_BYTES - log.size()));
        log.write(zeros, log.size());
      }
      log.force(true);
    } catch (IOException e) {
      // A quota, for instance: the room is for what is to be kept.
      log.truncate(before);
    }
  }

  private static void expect(Statement statement, String pragma, String value) throws SQLException {
    try (ResultSet result = statement.executeQuery(pragma)) {
      String got = result.next() ? result.getString(1) : null;
      if (!value.equals(got)) {
        throw new SQLException(pragma + " is " + got + " and has to be " + value);
      }
    }
  }

  static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  Path path() {
    return path;
  }

  /** What was found instead of a journal of ours, and where it is now; null when nothing was. */
  String setAside() {
    return setAside;
  }

  /**
   * The number of the next entry, within a commit: never one that another has had, whatever was
   * rolled back. Those that are reserved when the process ends are not used.
   */
  long nextEntry() throws SQLException {
    if (lastEntry == reserved) {
      reserve(lastEntry + NUMBERS);
    }
    return ++lastEntry;
  }

  /** Some at once, as each time it is a page more to write. */
  private void reserve(long last) throws SQLException {
    if (!reserved(Sql.RESERVE, last)) {
      reserved(Sql.RESERVE_FIRST, last);
    }
    reserved = last;
  }

  private boolean reserved(String sql, long last) throws SQLException {
    PreparedStatement statement = prepared(sql);
    statement.setLong(1, last);
    return statement.executeUpdate() > 0;
  }

  /** What is known of each machine. */
  Tails tails() {
    return tails;
  }

  /** The statement, prepared once; its result has to be closed. */
  PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  private long count(String pragma) throws SQLException {
    try (ResultSet result = prepared(pragma).executeQuery()) {
      result.next();
      return result.getLong(1);
    }
  }

  /**
   * Begins a commit.
   *
   * @param onDisk whether it is on the disk when it returns. If not, it is at the latest with the
   *     next one that is, as the log is written in order: a power cut before takes back this one
   *     and nothing else
   */
  void begin(boolean onDisk) throws SQLException {
    foundInPlace = false;
    asked = 0;
    if (onDisk != synced) {
      // Not prepared once: SQLite heeds it when it is parsed.
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = " + (onDisk ? "FULL" : "NORMAL"));
      }
      synced = onDisk;
    }
    prepared("BEGIN IMMEDIATE").execute();
  }

  void commit() throws SQLException {
    prepared("COMMIT").execute();
  }

  void rollback() throws SQLException {
    tails.rolledBack();
    reserved = lastEntry;
    forgetPrepared();
    prepared("ROLLBACK").execute();
  }

  /**
   * After an error: the driver closes the statement that failed, for good and without saying so.
   */
  void forgetPrepared() {
    for (PreparedStatement statement : prepared.values()) {
      try {
        statement.close();
      } catch (SQLException e) {
        // It says again what the statement itself has said.
      }
    }
    prepared.clear();
  }

  /**
   * Refuses an append that would take the room that confirmations, quarantines and new bases need:
   * a full journal must be able to become empty again. The disk is asked now and then, and the file
   * once for some appends of a commit: what is taken meanwhile is little beside what is to be free.
   */
  void requireRoom() throws SQLException, JournalException {
    int before = asked++;
    if (before % APPENDS_PER_LOOK == 0 && usedPages() >= pagesForAppends()) {
      throw full("[journal] max_size = " + maxSize + " is reached");
    }
    long now = System.nanoTime();
    if (before > 0 || now - hadRoomAt < DISK_WORD_NANOS) {
      return;
    }
    try {
      // Some file systems state no size at all.
      if (disk.getUsableSpace() < FREE_DISK_BYTES && disk.getTotalSpace() > 0) {
        throw full("less than " + new DataSize(FREE_DISK_BYTES) + " are free on its disk");
      }
      hadRoomAt = now;
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK,
          path,
          "has a disk that cannot be asked for its free space: " + JournalLock.reason(e),
          e);
    }
  }

  private long usedPages() throws SQLException {
    return count("PRAGMA page_count") - count("PRAGMA freelist_count");
  }

  private long pagesForAppends() {
    return maxPages - Math.max(maxPages / 16, 32);
  }

  /** How much of the room for appends is taken. */
  Journal.Room room() throws JournalException {
    try {
      long pageBytes = maxSize.bytes() / maxPages;
      return new Journal.Room(usedPages() * pageBytes, pagesForAppends() * pageBytes);
    } catch (SQLException e) {
      throw failure(path, "cannot be read", e);
    }
  }

  private JournalException full(String why) {
    return new JournalException(
        Kind.FULL,
        path,
        "takes no transition: "
            + why
            + ". What is in it is kept; it goes on when the database has confirmed some of it. What is"
            + " quarantined stays until 'millwright journal discard'",
        null);
  }

  /** Refuses to write to a file that nobody would find again; looks once in each commit. */
  void requireInPlace() throws JournalException {
    if (foundInPlace) {
      return;
    }
    if (!place.holds()) {
      throw new JournalException(
          Kind.DISK,
          path,
          "takes no transition: the file or its -wal was removed or replaced while in use."
              + " Restart the daemon when it has delivered what waits",
          null);
    }
    foundInPlace = true;
  }

  private static Path log(Path path) {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  /**
   * Says in our words what went wrong.
   *
   * @param refusal what it could not do
   * @param failure null where nothing went wrong
   * @throws JournalException where the file or its disk is to blame
   * @throws IllegalStateException where whoever wanted it is
   */
  void requireDone(String refusal, Throwable failure) throws JournalException {
    if (failure instanceof SQLException e) {
      throw failure(path, refusal, e);
    } else if (failure instanceof JournalException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    } else if (failure != null) {
      throw new IllegalStateException("journal " + path + " " + refusal, failure);
    }
  }

  /** Says in our words what SQLite answered; by its result codes, extended ones cut to primary. */
  static JournalException failure(Path path, String what, SQLException e) {
    String refusal = what + ": ";
    return switch (e.getErrorCode() & 0xff) {
      case 5, 6 ->
          new JournalException(
              Kind.HELD,
              path,
              refusal
                  + "another program has the file open, for instance sqlite3. Close it there ("
                  + e.getMessage()
                  + ")",
              e);
      case 13 ->
          new JournalException(
              Kind.FULL,
              path,
              refusal + "it has reached [journal] max_size, or its disk is full",
              e);
      case 10 ->
          new JournalException(
              Kind.DISK,
              path,
              refusal + e.getMessage() + ". The disk fails, or a quota is reached",
              e);
      default -> new JournalException(Kind.DISK, path, refusal + words(e), e);
    };
  }

  /**
   * What has a cause of another kind has not got as far as SQLite itself: its library is not
   * loaded.
   */
  private static String words(SQLException e) {
    if (e.getCause() == null) {
      return e.getMessage();
    }
    String folder = System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"));
    return "SQLite's native library cannot be loaded ("
        + String.valueOf(e.getCause().getMessage()).replaceAll(", paths=.*", "")
        + "). Is "
        + folder
        + " mounted noexec, full or not writable? Name a folder from which programs may be run:"
        + " JAVA_OPTS=-Dorg.sqlite.tmpdir=FOLDER";
  }

  private static void abandon(Connection connection, JournalLock lock) {
    closeQuietly(connection);
    lock.close();
  }

  private static void closeQuietly(Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // Everything that was promised is on the disk already.
    }
  }

  @Override
  public void close() {
    abandon(connection, lock);
  }
}
