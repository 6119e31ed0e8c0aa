package dev.millwright.journal;

import dev.millwright.journal.JournalException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The right to use one journal: of this process among all, and of one caller in it.
 *
 * <p>The lock is one of the operating system on a file of its own, and ends with the process
 * however that dies. What the lock file says (who holds it) is for people only.
 */
final class JournalLock implements AutoCloseable {

  /** Who wants it; they differ in what is to be done where another process holds it. */
  enum By {
    DAEMON(
        "Two daemons on one journal would deliver each other's transitions: stop the other one, or"
            + " give this one a [journal] path of its own"),
    COMMAND(
        "Only one process can use it at a time: stop the daemon first, or wait until the other"
            + " command is done");

    private final String advice;

    By(String advice) {
      this.advice = advice;
    }
  }

  /**
   * What this process holds, and since when. Needed beside the lock: POSIX drops all locks of a
   * process on a file as soon as the process closes that file anywhere, so a second attempt must
   * not even open it, nor the journal, which SQLite locks in the same way.
   */
  private static final Map<Path, String> HELD_HERE = new HashMap<>();

  private final Path path;
  private final FileChannel lockFile;

  private JournalLock(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Takes it, making the folder where it is missing. */
  static JournalLock take(Path configured, By by, Instant now) throws JournalException {
    Path path = real(configured);
    synchronized (HELD_HERE) {
      if (HELD_HERE.containsKey(path)) {
        throw held(configured, HELD_HERE.get(path), by);
      }
      FileChannel lockFile = null;
      try {
        lockFile = open(path);
        String holder = lock(configured, lockFile, by, now);
        HELD_HERE.put(path, holder);
        return new JournalLock(path, lockFile);
      } catch (IOException e) {
        closeQuietly(lockFile);
        throw unusable(configured, e);
      } catch (JournalException | RuntimeException e) {
        closeQuietly(lockFile);
        throw e;
      }
    }
  }

  /** The journal's one name: the same however it was reached. */
  Path path() {
    return path;
  }

  /**
   * Whether there is nothing where the journal should be, not even a part of one. Makes nothing.
   *
   * @throws JournalException when what is there cannot be a journal, or cannot be looked at
   */
  static boolean nothingAt(Path configured) throws JournalException {
    try {
      Path path =
          Files.notExists(configured, LinkOption.NOFOLLOW_LINKS)
              ? configured
              : existing(configured);
      return Found.nothing(path) && Found.wrongAtSight(path) == null;
    } catch (IOException e) {
      throw unusable(configured, e);
    }
  }

  private static Path existing(Path configured) throws IOException, JournalException {
    if (!Files.exists(configured) && Files.isSymbolicLink(configured)) {
      throw new JournalException(
          Kind.DISK,
          configured,
          "is a link that leads to no file: "
              + Files.readSymbolicLink(configured)
              + ". Is that disk mounted? A new journal in the link's place would hide the one"
              + " that it led to; remove the link if that is what you want",
          null);
    }
    if (!Files.readAttributes(configured, BasicFileAttributes.class).isRegularFile()) {
      throw new JournalException(
          Kind.DISK,
          configured,
          "is a folder or a device. [journal] path names a file, such as "
              + configured.resolve("journal.db"),
          null);
    }
    return configured.toRealPath();
  }

  private static Path real(Path configured) throws JournalException {
    try {
      if (!Files.notExists(configured, LinkOption.NOFOLLOW_LINKS)) {
        return existing(configured);
      }
      Files.createDirectories(configured.getParent());
      return configured.getParent().toRealPath().resolve(configured.getFileName());
    } catch (IOException e) {
      throw unusable(configured, e);
    }
  }

  private static FileChannel open(Path path) throws IOException {
    Path file = path.resolveSibling(path.getFileName() + ".lock");
    boolean fresh = Files.notExists(file);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (fresh && Files.exists(path)) {
      leaveTo(Files.getOwner(path), file);
    }
    return channel;
  }

  /** Root may look into a journal, and its daemon must be able to start afterwards. */
  private static void leaveTo(UserPrincipal owner, Path file) throws IOException {
    if (!owner.equals(Files.getOwner(file))) {
      Files.setOwner(file, owner);
    }
  }

  private static String lock(Path configured, FileChannel lockFile, By by, Instant now)
      throws IOException, JournalException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK,
          configured,
          "cannot be locked: "
              + reason(e)
              + ". It has to be on a local disk, on a file system with locks",
          e);
    }
    if (lock == null) {
      throw held(configured, content(lockFile), by);
    }
    String holder = "process " + ProcessHandle.current().pid() + " since " + now;
    lockFile.truncate(0);
    lockFile.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
    return holder;
  }

  private static String content(FileChannel lockFile) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(200);
    lockFile.read(bytes, 0);
    String holder = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    return holder.isBlank() ? "another process" : holder;
  }

  private static JournalException held(Path path, String holder, By by) {
    return new JournalException(Kind.HELD, path, "is held by " + holder + ". " + by.advice, null);
  }

  private static JournalException unusable(Path path, IOException e) {
    return new JournalException(
        Kind.DISK,
        path,
        "cannot be created or opened: "
            + reason(e)
            + ". Check [journal] path, the folder's owner, and whether its disk is full or"
            + " read-only",
        e);
  }

  static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It was only a lock, and ends with the process.
    }
  }

  @Override
  public void close() {
    synchronized (HELD_HERE) {
      closeQuietly(lockFile);
      HELD_HERE.remove(path);
    }
  }
}
