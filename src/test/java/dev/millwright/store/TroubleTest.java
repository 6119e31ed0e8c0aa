package dev.millwright.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether to wait, to give up on one transition, or to call a person hangs on these. */
class TroubleTest {

  @ParameterizedTest
  @CsvSource({
    "08001, AWAY",
    "08006, AWAY",
    "57P01, AWAY",
    "57P03, AWAY",
    "53300, AWAY",
    "53100, AWAY",
    "25006, READ_ONLY",
    "40001, BUSY",
    "40P01, BUSY",
    "55P03, BUSY",
    "57014, BUSY",
    "22021, CONTENT",
    "22P05, CONTENT",
    "23505, CONTENT",
    "23514, CONTENT",
    "P0001, CONTENT",
    "54000, CONTENT",
    "42703, SCHEMA",
    "42P01, SCHEMA",
    "3D000, SCHEMA",
    "42501, PERMISSION",
    "28P01, PERMISSION",
    "XX000, OTHER",
    "25P02, OTHER"
  })
  void goesBySqlState(String state, Trouble trouble) {
    assertEquals(trouble, Trouble.of(new SQLException("said the server", state)));
  }

  /** The pool says that it waited too long, and only in its cause what for. */
  @Test
  void looksIntoWhatThePoolWraps() {
    SQLException refused = new SQLException("password authentication failed", "28P01");
    assertEquals(
        Trouble.PERMISSION, Trouble.of(new SQLTransientConnectionException("timed out", refused)));
    assertEquals(Trouble.AWAY, Trouble.of(new SQLTransientConnectionException("timed out")));
    assertEquals(
        Trouble.AWAY, Trouble.of(new SQLException("failed", new SocketTimeoutException("read"))));
    assertEquals(Trouble.OTHER, Trouble.of(new SQLException("nobody knows")));
  }
}
