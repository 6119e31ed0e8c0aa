package dev.millwright.store;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;

/**
 * What an error of the database means for whoever wants to write (SQLSTATEs: PostgreSQL, appendix
 * A).
 */
public enum Trouble {
  /** The database cannot be reached, is starting, stopping or out of resources: try again later. */
  AWAY,
  /** The server takes no writes: a standby, perhaps after a failover. Try again later. */
  READ_ONLY,
  /** Another transaction was in the way: try again. */
  BUSY,
  /** The values are refused, and would be the next time. */
  CONTENT,
  /** Tables or columns are not as they should be: see {@code migrate verify}. */
  SCHEMA,
  /** The user may not log in, or may not do this. */
  PERMISSION,
  /** Anything else, such as an internal error of the server. */
  OTHER;

  /** Whether it would be the same for any statement now, and not be so later. */
  public boolean isOfTheServer() {
    return this == AWAY || this == READ_ONLY || this == BUSY;
  }

  /** Goes by the first SQLSTATE in the chain of causes that says something. */
  public static Trouble of(Throwable error) {
    boolean connection = false;
    // Ten deep at most: chains of causes can be circles.
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        Trouble trouble = ofState(sql.getSQLState());
        if (trouble != OTHER) {
          return trouble;
        }
      }
      connection |=
          cause instanceof IOException
              || cause instanceof SQLTransientConnectionException
              || cause instanceof SQLNonTransientConnectionException;
    }
    return connection ? AWAY : OTHER;
  }

  private static Trouble ofState(String state) {
    if (state.length() != 5) {
      return OTHER;
    }
    return switch (state) {
      case "25006" -> READ_ONLY;
      case "42501" -> PERMISSION;
      case "P0001" -> CONTENT;
      // The server has ended a session that did nothing for too long, as one that the network lost.
      case "25P03", "57P05" -> AWAY;
      // Lock not available; statement cancelled, by its time-out or by a person.
      case "55P03", "57014" -> BUSY;
      default ->
          switch (state.substring(0, 2)) {
            case "08", "53", "57", "58" -> AWAY;
            case "40" -> BUSY;
            case "22", "23", "54" -> CONTENT;
            case "3D", "3F", "42" -> SCHEMA;
            case "28" -> PERMISSION;
            default -> OTHER;
          };
    };
  }
}
