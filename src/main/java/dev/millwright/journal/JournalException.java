package dev.millwright.journal;

/**
 * The journal cannot do what it is for; the message says why and what to do. Nothing in it is lost.
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

  JournalException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
