package dev.millwright.daemon;

import java.util.List;

/** The database answers, and it is not one that this version can write to. */
public final class ForeignDatabaseException extends Exception {

  private static final long serialVersionUID = 1L;

  ForeignDatabaseException(String database, List<String> differences) {
    super(message(database, differences));
  }

  /** The message for a database with these differences. */
  public static String message(String database, List<String> differences) {
    return database
        + " is not as this version needs it; nothing was written to it. "
        + differences.size()
        + (differences.size() == 1 ? " difference" : " differences")
        + ":\n  "
        + String.join("\n  ", differences)
        + "\nmillwright migrate apply --plan schema builds what is missing; grants are up to the"
        + " database's administrator";
  }
}
