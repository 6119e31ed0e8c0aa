package dev.millwright.journal;

import java.nio.file.Path;

/**
 * The journal cannot do what it is for. The message begins with the file's name and says why and
 * what to do; the word "journal" is put before it by whoever shows it. Nothing in it is lost.
 */
public final class JournalException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What kind of trouble. */
  public enum Kind {
    /** Another process holds it. */
    HELD,
    /**
     * It has its allowed size, or the disk has no room. Confirmations make room, and still work.
     */
    FULL,
    /** The disk refuses: no rights, read-only, no locks, an input or output error. */
    DISK
  }

  private final Kind kind;

  /**
   * @param path the file
   * @param words what it does not do, and why: they go on from its name
   */
  JournalException(Kind kind, Path path, String words, Throwable cause) {
    super(path + " " + words, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
