package dev.millwright.status;

import dev.millwright.store.HistoryRow;
import java.sql.SQLException;
import java.util.List;

/** Where the last transitions of a machine are asked for: the history in the database. */
@FunctionalInterface
public interface Past {

  /** The last transitions, the newest first. */
  List<HistoryRow> last(String machine, int limit) throws SQLException;
}
