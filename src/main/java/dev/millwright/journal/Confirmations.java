package dev.millwright.journal;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which entries are delivered and have not left the file yet: they go with somebody else's commit,
 * and are not delivered once more meanwhile. Safe for use by several threads.
 */
final class Confirmations {

  /** More of them do not wait for anybody's commit. */
  private static final int MOST = 1_000;

  private final Deque<List<Entry>> waiting = new ArrayDeque<>();

  /** Why some of them could not leave the file; null when all could, or that was told. */
  private Throwable failure;

  /** One deletion. */
  interface Deletion {
    void of(long id) throws SQLException;
  }

  /**
   * Puts them off.
   *
   * @param again is called before they count as not delivered again, if they cannot leave the file
   * @throws JournalException when some before could not leave the file; these do not, then
   */
  void add(
      Commits commits,
      JournalFile file,
      Collection<Entry> entries,
      Deletion deletion,
      Runnable again)
      throws JournalException {
    List<Entry> some = List.copyOf(entries);
    synchronized (this) {
      Throwable before = failure;
      failure = null;
      file.requireDone("takes no confirmation", before);
      waiting.add(some);
    }
    commits.putOff(
        () -> {
          for (Entry entry : some) {
            deletion.of(entry.id());
          }
        },
        why -> {
          if (why != null) {
            again.run();
          }
          settle(why);
        });
  }

  /** The oldest of them have left the file, or could not. */
  private synchronized void settle(Throwable why) {
    waiting.remove();
    failure = why == null ? failure : why;
  }

  /** Whether there are so many that they have to leave the file now. */
  synchronized boolean areMany() {
    return size() >= MOST;
  }

  /** How many there are. */
  synchronized int size() {
    return waiting.stream().mapToInt(List::size).sum();
  }

  /** The number of the last of them of each machine, with those of a batch that is under way. */
  synchronized Map<String, Long> lasts(List<Entry> underWay) {
    Map<String, Long> lasts = new HashMap<>();
    waiting.forEach(some -> some.forEach(entry -> add(lasts, entry)));
    underWay.forEach(entry -> add(lasts, entry));
    return lasts;
  }

  private static void add(Map<String, Long> lasts, Entry entry) {
    lasts.merge(entry.machine(), entry.id(), Math::max);
  }
}
