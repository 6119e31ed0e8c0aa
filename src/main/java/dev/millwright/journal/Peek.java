package dev.millwright.journal;

import dev.millwright.journal.JournalException.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a short look at a journal that no daemon holds has found. The look changes nothing.
 *
 * @param backlogs how much there is of each machine that has any, by serial number
 * @param known what is known of each machine, by serial number, where it can be read
 */
public record Peek(Map<String, Backlog> backlogs, Map<String, Known> known) {

  public Peek {
    backlogs = Map.copyOf(backlogs);
    known = Map.copyOf(known);
  }

  /**
   * Looks.
   *
   * @return null when there is no journal
   * @throws JournalException when another process holds it, or it cannot be read
   */
  public static Peek at(JournalSettings settings, Instant now) throws JournalException {
    if (JournalLock.nothingAt(settings.path())) {
      return null;
    }
    try (JournalLock lock = JournalLock.take(settings.path(), JournalLock.By.COMMAND, now)) {
      String wrong = Found.wrongAtSight(lock.path());
      if (wrong != null) {
        throw new JournalException(Kind.DISK, settings.path(), wrong, null);
      }
      return Found.look(lock.path(), Peek::within);
    } catch (SQLException e) {
      throw JournalFile.failure(settings.path(), "cannot be read", e);
    } catch (IOException e) {
      throw new JournalException(
          Kind.DISK, settings.path(), "cannot be read: " + JournalLock.reason(e), e);
    }
  }

  private static Peek within(Connection connection) throws SQLException {
    try (PreparedStatement backlogs = connection.prepareStatement(Sql.BACKLOGS);
        PreparedStatement known = connection.prepareStatement(Sql.KNOWN);
        ResultSet machines = known.executeQuery()) {
      List<Map.Entry<String, Backlog>> parts = new ArrayList<>();
      try (ResultSet row = backlogs.executeQuery()) {
        while (row.next()) {
          parts.add(Map.entry(row.getString(1), Codec.backlog(row)));
        }
      }
      List<Known> all = new ArrayList<>();
      while (machines.next()) {
        Known one = Codec.known(machines, unreadable -> {});
        if (one != null) {
          all.add(one);
        }
      }
      return new Peek(Backlog.merged(parts), byMachine(all));
    }
  }

  private static Map<String, Known> byMachine(List<Known> all) {
    return all.stream().collect(Collectors.toMap(Known::machine, known -> known, (a, b) -> b));
  }
}
