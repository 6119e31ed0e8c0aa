package dev.millwright.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Whether files of one folder are still the ones that were opened under their names. Looks at the
 * folder, as long as that is the same, and at the files now and then: where a name is taken away or
 * given to another file, the folder's status changes, and nobody can set back when it did (POSIX,
 * "Last file status change timestamp"; unlink, rename). To look at a file that is written to has
 * the kernel (Linux 6.13 and later) note its next change exactly, which the disk then pays for at
 * the next fsync. Not safe for several threads.
 */
final class InPlace {

  /** The coarsest step of a folder's times: a change within the same one would not show. */
  private static final long STEP_NANOS = 3_000_000_000L;

  /**
   * How long the folder is taken at its word: a file system may be mounted over a file, and FAT
   * keeps no times of its root.
   */
  private static final long WORD_NANOS = 10_000_000_000L;

  private final LongSupplier nanos;
  private final Stamp stamp;
  private final Path folder;
  private final List<Path> files;
  private final List<Object> keys;

  /** The folder as it was seen last, and since when, on the monotonic clock. */
  private Object seen;

  private long since;

  /**
   * When the files were found in their places after that could not be the same by chance any more;
   * null when they were not.
   */
  private Long sure;

  /** What a folder is, and is no longer once a name in it is taken away or given to another. */
  interface Stamp {
    Object of(Path folder) throws IOException;
  }

  /**
   * They are in their places now.
   *
   * @throws IOException where one cannot be looked at
   */
  InPlace(Path... files) throws IOException {
    this(System::nanoTime, InPlace::changed, files);
  }

  /**
   * @param nanos the monotonic clock
   */
  InPlace(LongSupplier nanos, Stamp stamp, Path... files) throws IOException {
    this.nanos = nanos;
    this.stamp = stamp;
    this.files = List.of(files);
    this.folder = files[0].getParent();
    this.keys = keys();
  }

  static Object changed(Path folder) throws IOException {
    return Files.readAttributes(folder, "unix:fileKey,ctime,lastModifiedTime");
  }

  /** Whether they are; false also where that cannot be seen. */
  boolean holds() {
    try {
      Object is = stamp.of(folder);
      long now = nanos.getAsLong();
      if (!is.equals(seen)) {
        seen = is;
        since = now;
        sure = null;
      }
      if (sure != null && now - sure < WORD_NANOS) {
        return true;
      }
      sure = null;
      boolean same = keys.equals(keys());
      if (same && now - since > STEP_NANOS) {
        sure = now;
      }
      return same;
    } catch (IOException e) {
      // Gone.
      seen = null;
      return false;
    }
  }

  private List<Object> keys() throws IOException {
    List<Object> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }
    return keys;
  }
}
