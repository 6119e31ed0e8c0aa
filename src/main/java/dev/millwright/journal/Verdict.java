package dev.millwright.journal;

import static java.util.stream.Collectors.joining;

import dev.millwright.journal.JournalException.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a look at all of a journal has found. The look changes nothing and leaves nothing behind.
 *
 * @param wrong what is wrong, in words for people; null when nothing is
 * @param entries how many were read
 * @param machines of how many something is known
 * @param commands how many were taken whose end the database does not know yet
 * @param drives how many machines are, or were, stepped
 */
public record Verdict(String wrong, long entries, long machines, long commands, long drives) {

  /** Null when there is no journal. */
  static Verdict of(JournalSettings settings, Instant now) throws JournalException {
    if (JournalLock.nothingAt(settings.path())) {
      return null;
    }
    try (JournalLock lock = JournalLock.take(settings.path(), JournalLock.By.COMMAND, now)) {
      String wrong = Found.wrongAtSight(lock.path());
      Verdict verdict = wrong == null ? Found.look(lock.path(), Verdict::within) : wrong(wrong);
      return verdict.wrong() == null ? verdict : wrong(settings.path() + " " + verdict.wrong());
    } catch (SQLException e) {
      throw JournalFile.failure(settings.path(), "cannot be read", e);
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK, settings.path(), "cannot be read: " + JournalLock.reason(e), e);
    }
  }

  private static Verdict wrong(String wrong) {
    return new Verdict(wrong, 0, 0, 0, 0);
  }

  private static Verdict within(Connection connection) throws SQLException {
    String wrong = Found.wrongWithin(connection);
    if (wrong != null) {
      return wrong(wrong);
    }
    try (Statement statement = connection.createStatement()) {
      long version = JournalFile.number(statement, "PRAGMA user_version");
      return version == Schema.VERSION
          ? everyRow(connection)
          : wrong(
              "is a sound journal of version "
                  + version
                  + "; the daemon brings it to version "
                  + Schema.VERSION
                  + " when it starts, and journal list does as well");
    }
  }

  /** SQLite knows whether its pages are whole, and not whether what stands in them makes sense. */
  private static Verdict everyRow(Connection connection) throws SQLException {
    long entries = 0;
    long machines = 0;
    List<Unreadable> unreadable = new ArrayList<>();
    try (PreparedStatement all = connection.prepareStatement(Sql.ALL);
        PreparedStatement known = connection.prepareStatement(Sql.KNOWN)) {
      all.setLong(1, 0);
      try (ResultSet row = all.executeQuery()) {
        for (; row.next(); entries++) {
          Codec.entry(row, unreadable::add);
        }
      }
      try (ResultSet row = known.executeQuery()) {
        for (; row.next(); machines++) {
          Codec.known(row, unreadable::add);
        }
      }
    }
    long commands = 0;
    long drives = 0;
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(Sql.COMMANDS)) {
        for (; row.next(); commands++) {
          Codec.taken(row, unreadable::add);
        }
      }
      try (ResultSet row = statement.executeQuery(Sql.DRIVES)) {
        for (; row.next(); drives++) {
          Codec.drive(row, unreadable::add);
        }
      }
    }
    return unreadable.isEmpty()
        ? new Verdict(null, entries, machines, commands, drives)
        : wrong(
            "holds what no journal writes:\n  "
                + unreadable.stream().map(Unreadable::toString).collect(joining("\n  ")));
  }
}
