package dev.millwright.device;

/**
 * A link cannot be opened or has broken. The message is for a technician: it names the link, what
 * was tried, and what to do where that is known. The link is closed and opened again later.
 */
public final class LinkException extends Exception {

  public LinkException(String message) {
    super(message);
  }

  public LinkException(String message, Throwable cause) {
    super(message, cause);
  }
}
