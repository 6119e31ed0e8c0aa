package dev.millwright.journal;

import dev.millwright.journal.JournalException.Kind;
import dev.millwright.journal.Taken.End;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * The commands of table recipe_commands that this daemon has taken on, on disk, so that each is
 * carried out once and ended once (I6). Safe for use by several threads.
 *
 * <p>The order is: {@link #take}, claim the row, ask the machine, {@link #end}, write the outcome
 * to the row, {@link #forget}. Where the process dies, what is found at the next start says what
 * was the case:
 *
 * <ul>
 *   <li>Nothing is found: the row was not claimed, or its outcome is written.
 *   <li>Taken, and the row is not claimed by this claim: the machine was never asked, as that comes
 *       after the claim. The row is anybody's, also ours again.
 *   <li>Taken, and the row is claimed by this claim: the machine may have been asked. It is not
 *       asked again; the command ends as failed.
 *   <li>Ended: the outcome is written once more. If it was written before, the row is no longer
 *       processing, and nothing happens.
 * </ul>
 */
public final class TakenCommands {

  /** Longest message that is kept, in characters. */
  public static final int MESSAGE_CHARACTERS = 4_000;

  private final JournalFile file;
  private final Commits commits;

  TakenCommands(JournalFile file, Commits commits) {
    this.file = file;
    this.commits = commits;
  }

  /**
   * Takes commands on, before their rows are claimed. On the disk when it returns.
   *
   * @param urgent may use the room that is kept for confirmations: a stop is taken even when the
   *     journal is full
   * @throws JournalException when they could not be kept: none of them is
   */
  public void take(Collection<Taken> commands, boolean urgent) throws JournalException {
    commits.write(
        "takes no command",
        () -> {
          file.requireInPlace();
          if (!urgent) {
            file.requireRoom();
          }
          for (Taken command : commands) {
            execute(
                Sql.TAKE, command.id().toString(), command.machine(), command.claim().toString());
          }
        });
  }

  /** These have ended, each as it says. On the disk when it returns. */
  public void end(Collection<Taken> commands) throws JournalException {
    commits.write(
        "takes no outcome",
        () -> {
          for (Taken command : commands) {
            End end = command.end();
            execute(
                Sql.END,
                end.completed() ? 1 : 0,
                shortened(end.message()),
                end.process() == null ? null : end.process().toString(),
                command.id().toString());
          }
        });
  }

  /** The database knows how these ended, or somebody else has them. */
  public void forget(Collection<UUID> ids) throws JournalException {
    commits.write(
        "forgets no command",
        () -> {
          for (UUID id : ids) {
            execute(Sql.FORGET_COMMAND, id.toString());
          }
        });
  }

  /** All that there are, ended or not. */
  public List<Taken> all() throws JournalException {
    return commits.alone(
        () -> {
          try (ResultSet row = file.prepared(Sql.COMMANDS).executeQuery()) {
            List<Taken> all = new ArrayList<>();
            while (row.next()) {
              all.add(taken(row));
            }
            return all;
          } catch (SQLException e) {
            file.forgetPrepared();
            throw JournalFile.failure(file.path(), "cannot be read", e);
          } catch (IllegalArgumentException e) {
            throw new JournalException(
                Kind.DISK, file.path(), "holds a command that no journal writes: " + e, e);
          }
        });
  }

  static Taken taken(ResultSet row) throws SQLException {
    boolean completed = row.getBoolean("completed");
    End end =
        row.wasNull()
            ? null
            : new End(completed, row.getString("message"), Codec.uuid(row.getString("process")));
    return new Taken(
        Codec.uuid(row.getString("id")),
        row.getString("machine"),
        Codec.uuid(row.getString("claim")),
        end);
  }

  private static String shortened(String message) {
    return message == null || message.length() <= MESSAGE_CHARACTERS
        ? message
        : message.substring(0, MESSAGE_CHARACTERS);
  }

  private void execute(String sql, Object... values) throws SQLException {
    PreparedStatement statement = file.prepared(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    statement.executeUpdate();
  }
}
