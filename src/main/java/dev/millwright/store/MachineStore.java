package dev.millwright.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * The table {@code machines} and its history. Safe for use by several threads; each call takes a
 * connection of its own. What the database says comes as it is, for {@link Trouble} to judge.
 */
public final class MachineStore {

  /** How many transitions {@link #deliver} takes at once. */
  public static final int MAX_BATCH = 1_000;

  /** How many serial numbers {@link #serials} tells. */
  public static final int MAX_SERIALS = 10_000;

  private static final Duration USUAL_PATIENCE = Duration.ofMinutes(3);
  private static final int HISTORY_PAGE = 1_000;

  private final DataSource dataSource;
  private final Duration patience;
  private final AtomicLong progressUpdates = new AtomicLong();

  /** For one that asks now and then, and whom nobody watches. */
  public MachineStore(DataSource dataSource) {
    this(dataSource, USUAL_PATIENCE);
  }

  /**
   * @param patience see {@link DatabaseSettings#patience}
   */
  public MachineStore(DataSource dataSource, Duration patience) {
    this.dataSource = dataSource;
    this.patience = patience;
  }

  /** How long one piece of work may rightly take: a thread that is silent for longer hangs. */
  public Duration patience() {
    return patience;
  }

  /** The rows of these machines; those that have none are left out. */
  public Rows load(Collection<String> serials) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(Sql.LOAD)) {
      select.setArray(1, connection.createArrayOf("text", serials.toArray()));
      try (ResultSet row = select.executeQuery()) {
        return RowReader.rows(row);
      }
    }
  }

  /** The rows of all machines. */
  public Rows all() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(Sql.LOAD_ALL);
        ResultSet row = select.executeQuery()) {
      return RowReader.rows(row);
    }
  }

  /**
   * Adds a machine, offline, unless there is one of that serial number.
   *
   * @return whether there was none
   */
  public boolean register(String serial) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert = connection.prepareStatement(Sql.REGISTER)) {
      insert.setString(1, serial);
      return insert.executeUpdate() == 1;
    }
  }

  /** The serial numbers that there are, in order; the first {@link #MAX_SERIALS} of them. */
  public List<String> serials() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(Sql.SERIALS)) {
      select.setInt(1, MAX_SERIALS);
      List<String> serials = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          serials.add(row.getString(1));
        }
      }
      return serials;
    }
  }

  /**
   * Writes transitions, each as one UPDATE guarded by the number that it follows on; in one round
   * trip and with one commit where none of them is refused. Those of the same machine come in
   * order.
   *
   * @param batch up to {@link #MAX_BATCH}
   * @return what became of each, in the same order
   * @throws EachRowFailsException when there are several machines, and none of their rows can be
   *     written
   * @throws SQLException when the database could not be asked, or what it did is not known. Some
   *     may have been written: send them all again, which is harmless
   */
  public List<Outcome> deliver(List<Addressed> batch) throws SQLException {
    if (batch.size() > MAX_BATCH) {
      throw new IllegalArgumentException(
          "a batch has " + MAX_BATCH + " transitions at most, not " + batch.size());
    }
    if (batch.isEmpty()) {
      return List.of();
    }
    try (Connection connection = dataSource.getConnection()) {
      // One statement alone commits itself, which saves the round trip of a commit. What several
      // have not committed when the connection is closed is rolled back.
      connection.setAutoCommit(batch.size() == 1);
      return new Delivery(connection).deliver(batch);
    }
  }

  /** How many UPDATEs of table machines have said how far a run is, and so were no transitions. */
  public long progressUpdates() {
    return progressUpdates.get();
  }

  /**
   * Says how far a run is, unless another one has begun since, or somebody keeps the row locked.
   *
   * @return whether the row says so now
   */
  public boolean progress(UUID machineId, RunProgress progress) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(Sql.PROGRESS)) {
      update.setString(1, progress.json());
      update.setObject(2, machineId);
      update.setObject(3, progress.process());
      int updated = update.executeUpdate();
      progressUpdates.addAndGet(updated);
      return updated == 1;
    }
  }

  /** The last transitions of a machine, newest first. */
  public List<HistoryRow> history(String serial, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(Sql.HISTORY)) {
      select.setString(1, serial);
      select.setInt(2, limit);
      return history(select);
    }
  }

  /** The transitions of a machine after a number, oldest first. */
  public List<HistoryRow> historyAfter(String serial, long seq, int limit) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(Sql.HISTORY_AFTER)) {
      select.setString(1, serial);
      select.setLong(2, seq);
      select.setInt(3, limit);
      return history(select);
    }
  }

  /** All transitions of a machine, oldest first; for comparisons, as it may be a great many. */
  public List<HistoryRow> allHistory(String serial) throws SQLException {
    return allHistoryAfter(serial, -1);
  }

  /** The same for those after a number. */
  public List<HistoryRow> allHistoryAfter(String serial, long seq) throws SQLException {
    List<HistoryRow> all = new ArrayList<>();
    List<HistoryRow> page = historyAfter(serial, seq, HISTORY_PAGE);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = historyAfter(serial, page.get(page.size() - 1).seq(), HISTORY_PAGE);
    }
    return all;
  }

  private static List<HistoryRow> history(PreparedStatement select) throws SQLException {
    List<HistoryRow> history = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        history.add(RowReader.historyRow(row));
      }
    }
    return history;
  }
}
