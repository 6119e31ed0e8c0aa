package dev.millwright.cli;

import dev.millwright.consolidation.PlanException;
import dev.millwright.store.Trouble;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says why a database could not be asked, and what to do about it. */
final class DatabaseWords {

  /** The driver's word for a server that wants something else than what it was given. */
  private static final String CONNECTION_REJECTED = "08004";

  private DatabaseWords() {}

  /**
   * A failure with all that a person needs.
   *
   * @param url the database, without a password
   */
  static Failure failure(String url, SQLException error) {
    return new Failure(
        exitCode(error), "database " + url + ": " + words(error) + "\n  " + advice(error));
  }

  /** The same for a plan that could not go on, which has words of its own. */
  static Failure failure(String url, PlanException error) {
    if (!(error.getCause() instanceof SQLException cause)) {
      return new Failure(Exit.CONFIG, error.getMessage());
    }
    return error.isOfConnecting()
        ? failure(url, cause)
        : new Failure(exitCode(cause), "database " + url + ": " + error.getMessage());
  }

  /** The server's message in one line; of a network's trouble the cause. */
  static String words(SQLException error) {
    if (error instanceof PSQLException told && told.getServerErrorMessage() != null) {
      ServerErrorMessage server = told.getServerErrorMessage();
      return server.getMessage() + (server.getHint() == null ? "" : " (" + server.getHint() + ")");
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "no host has the name " + cause.getMessage();
      } else if (cause instanceof SocketTimeoutException) {
        return "no answer in time";
      } else if (cause instanceof NoRouteToHostException) {
        return "no way to this host";
      } else if (cause instanceof IOException && cause.getMessage() != null) {
        return cause
            .getMessage()
            .strip()
            .replaceFirst("\\.$", "")
            .toLowerCase(java.util.Locale.ROOT);
      }
    }
    return String.valueOf(error.getMessage())
        .strip()
        .replaceAll("\\s*\\R\\s*", " ")
        .replaceFirst("\\.$", "");
  }

  private static String advice(SQLException error) {
    if (isLogin(error)) {
      return "Check user and password. The password comes from the environment variable "
          + DatabaseOption.PASSWORD_VARIABLE
          + ", or from the file that password_file in [database] names.";
    }
    return switch (Trouble.of(error)) {
      case AWAY, READ_ONLY, BUSY ->
          "Is PostgreSQL running there, and are host, port and sslmode right?";
      case PERMISSION ->
          "The database's administrator has to grant it: GRANT SELECT ON machines,"
              + " machine_components, machine_transitions TO this user.";
      case SCHEMA ->
          "3D000".equals(error.getSQLState())
              ? "Correct the name, or create it: createdb NAME, then millwright migrate apply --plan"
                  + " schema."
              : "It is not as this version needs it: millwright migrate verify --plan schema lists"
                  + " the differences, migrate apply --plan schema builds what is missing.";
      case CONTENT, OTHER ->
          "SQLSTATE " + error.getSQLState() + "; the server's log may tell more.";
    };
  }

  private static int exitCode(SQLException error) {
    if (isLogin(error)) {
      return Exit.NO_PERMISSION;
    }
    return switch (Trouble.of(error)) {
      case PERMISSION -> Exit.NO_PERMISSION;
      case SCHEMA, CONTENT -> Exit.CONFIG;
      case AWAY, READ_ONLY, BUSY, OTHER -> Exit.UNAVAILABLE;
    };
  }

  private static boolean isLogin(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    return state.startsWith("28")
        || (state.equals(CONNECTION_REJECTED)
            && String.valueOf(error.getMessage()).contains("auth"));
  }
}
