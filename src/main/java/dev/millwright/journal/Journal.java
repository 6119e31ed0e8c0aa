package dev.millwright.journal;

import dev.millwright.machine.Transition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Transitions that the database has not confirmed, on disk, in the order of decision; and what is
 * known of each machine after the last of them. Safe for use by several threads.
 *
 * <p>Where each call stands if the process dies: {@link #append} that has returned is on the disk,
 * one that has not may be, whole or not at all. {@link #confirm} may be lost; then the transitions
 * are delivered once more, and recognised. {@link #rebase} is whole or not at all.
 *
 * <p>Writers that wait at the same moment share one commit: the first to get hold of the file
 * writes for all who are queued.
 */
public final class Journal implements AutoCloseable {

  private final JournalFile file;
  private final ReentrantLock disk = new ReentrantLock();
  private List<Write> queued = new ArrayList<>();

  /** One caller's part of a commit. */
  private static final class Write {
    private final Work work;
    private boolean done;
    private SQLException failure;

    Write(Work work) {
      this.work = work;
    }
  }

  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /**
   * Opens the journal, making it where there is none.
   *
   * @throws JournalException when another process holds it, or the disk refuses
   */
  public static Journal open(JournalSettings settings, Instant now) throws JournalException {
    return new Journal(JournalFile.open(settings, now));
  }

  private Journal(JournalFile file) {
    this.file = file;
  }

  /** What was found in its place and set aside, in words for the log; null when nothing was. */
  public String setAside() {
    return file.setAside();
  }

  /**
   * Keeps decided transitions of one machine, in order, and what is known after them. On the disk
   * when it returns.
   *
   * @throws JournalException when they could not be kept: none of them is
   */
  public void append(Known known, List<Transition> transitions) throws JournalException {
    write(
        "takes no transition",
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(Sql.APPEND)) {
            for (Transition transition : transitions) {
              Codec.bind(insert, known, transition);
              insert.executeUpdate();
            }
          }
          know(connection, List.of(known));
        });
  }

  /** Keeps what is known of machines without a transition, such as the last contact. */
  public void know(Collection<Known> machines) throws JournalException {
    write("takes no contact", connection -> know(connection, machines));
  }

  /** The oldest transitions that wait for delivery, after the one with this number. */
  public List<Entry> waiting(long after, int most) throws JournalException {
    return entries(Sql.WAITING, after, most);
  }

  /** All entries after the one with this number, the quarantined ones among them. */
  public List<Entry> all(long after, int most) throws JournalException {
    return entries(Sql.ALL, after, most);
  }

  /** These are delivered. */
  public void confirm(Collection<Long> ids) throws JournalException {
    write(
        "takes no confirmation",
        connection -> {
          try (PreparedStatement delete = connection.prepareStatement(Sql.CONFIRM)) {
            for (Long id : ids) {
              delete.setLong(1, id);
              delete.executeUpdate();
            }
          }
        });
  }

  /**
   * The row was found to be another than the one that was decided on: what waits for this machine
   * is void, and this is known instead.
   */
  public void rebase(Known known) throws JournalException {
    write(
        "takes no new base",
        connection -> {
          execute(connection, Sql.DISCARD, known.machine());
          know(connection, List.of(known));
        });
  }

  /** The machine's row is gone: what waits for it is void, and nothing is known. */
  public void forget(String machine) throws JournalException {
    write(
        "forgets no machine",
        connection -> {
          execute(connection, Sql.DISCARD, machine);
          execute(connection, Sql.FORGET, machine);
        });
  }

  /** The database refuses this entry for its content; it is kept, and no longer waits. */
  public void quarantine(long id, String reason) throws JournalException {
    write("takes no quarantine", connection -> quarantine(connection, id, reason));
  }

  /** A quarantined entry waits for delivery again, in its old place. */
  public void retry(long id) throws JournalException {
    write("retries nothing", connection -> quarantine(connection, id, null));
  }

  /** What is known of each machine, by serial number. */
  public Map<String, Known> known() throws JournalException {
    return ask(
        connection -> {
          Map<String, Known> known = new LinkedHashMap<>();
          try (PreparedStatement select = connection.prepareStatement(Sql.KNOWN);
              ResultSet row = select.executeQuery()) {
            while (row.next()) {
              Known of = Codec.known(row);
              known.put(of.machine(), of);
            }
          }
          return known;
        });
  }

  /**
   * How many entries there are.
   *
   * @param waiting for delivery
   * @param quarantined refused by the database
   */
  public record Count(long waiting, long quarantined) {}

  /** How many entries there are now. */
  public Count count() throws JournalException {
    return ask(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(Sql.COUNT);
              ResultSet row = select.executeQuery()) {
            row.next();
            return new Count(row.getLong(1), row.getLong(2));
          }
        });
  }

  private List<Entry> entries(String query, long after, int most) throws JournalException {
    return ask(
        connection -> {
          List<Entry> entries = new ArrayList<>();
          try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setLong(1, after);
            select.setInt(2, most);
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                entries.add(Codec.entry(row));
              }
            }
          }
          return entries;
        });
  }

  private static void know(Connection connection, Collection<Known> machines) throws SQLException {
    try (PreparedStatement upsert = connection.prepareStatement(Sql.KNOW)) {
      for (Known known : machines) {
        Codec.bind(upsert, known);
        upsert.executeUpdate();
      }
    }
  }

  private static void execute(Connection connection, String statement, String machine)
      throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      prepared.setString(1, machine);
      prepared.executeUpdate();
    }
  }

  private static void quarantine(Connection connection, long id, String reason)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(Sql.QUARANTINE)) {
      update.setString(1, reason);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  private <T> T ask(Question<T> question) throws JournalException {
    disk.lock();
    try {
      T answer = question.ask(file.connection());
      file.connection().commit();
      return answer;
    } catch (SQLException e) {
      throw JournalFile.failure(file.path(), "cannot be read", e);
    } finally {
      disk.unlock();
    }
  }

  private void write(String refusal, Work work) throws JournalException {
    Write write = new Write(work);
    synchronized (this) {
      queued.add(write);
    }
    disk.lock();
    try {
      if (!write.done) {
        writeAllQueued();
      }
    } finally {
      disk.unlock();
    }
    if (write.failure != null) {
      throw JournalFile.failure(file.path(), refusal, write.failure);
    }
  }

  /** All in one commit; if that fails, each in its own, so that none fails for another's sake. */
  private void writeAllQueued() {
    List<Write> writes;
    synchronized (this) {
      writes = queued;
      queued = new ArrayList<>();
    }
    SQLException failure = commit(writes);
    for (Write write : writes) {
      write.failure =
          failure == null ? null : writes.size() == 1 ? failure : commit(List.of(write));
      write.done = true;
    }
  }

  private SQLException commit(List<Write> writes) {
    Connection connection = file.connection();
    try {
      for (Write write : writes) {
        write.work.on(connection);
      }
      connection.commit();
      return null;
    } catch (SQLException e) {
      try {
        connection.rollback();
      } catch (SQLException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      return e;
    }
  }

  /** Lets go of the file. What is in it stays. */
  @Override
  public void close() {
    disk.lock();
    try {
      file.close();
    } catch (SQLException e) {
      // Everything that was promised is on the disk already.
    } finally {
      disk.unlock();
    }
  }
}
