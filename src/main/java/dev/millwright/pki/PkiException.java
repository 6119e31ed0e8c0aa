package dev.millwright.pki;

/**
 * The certificates on disk cannot be used. The message is for a technician: it names the file, what
 * is wrong with it and what to do.
 */
public final class PkiException extends Exception {

  private static final long serialVersionUID = 1L;

  PkiException(String message) {
    super(message);
  }

  PkiException(String message, Throwable cause) {
    super(message, cause);
  }
}
