package dev.millwright.daemon;

import java.util.List;
import org.tinylog.throwable.AbstractThrowableFilter;
import org.tinylog.throwable.ThrowableData;
import org.tinylog.throwable.ThrowableStore;

/**
 * Leaves of an exception what a technician can read: its message and those of its causes, on one
 * line. tinylog finds it by the name {@code cause in words}.
 */
public final class CauseInWordsThrowableFilter extends AbstractThrowableFilter {

  private static final int MOST_CAUSES = 10;

  /** For tinylog, which hands over what stands after the name in brackets: nothing here. */
  public CauseInWordsThrowableFilter(String arguments) {
    super(arguments);
  }

  @Override
  public ThrowableData filter(ThrowableData origin) {
    StringBuilder words = new StringBuilder();
    ThrowableData cause = origin;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++, cause = cause.getCause()) {
      String message = cause.getMessage() == null ? "" : cause.getMessage().strip();
      if (!message.isEmpty() && words.indexOf(message) < 0) {
        words
            .append(words.length() == 0 ? "" : ": ")
            .append(message.replaceAll("\\s*\\R\\s*", " "));
      }
    }
    String name = origin.getClassName();
    return new ThrowableStore(
        name.substring(name.lastIndexOf('.') + 1), words.toString(), List.of(), null);
  }
}
