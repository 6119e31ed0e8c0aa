package dev.millwright.consolidation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What it means that no write is lost where several write the same row: the history has every state
 * that a writer's acknowledged facts have made, in that writer's order. A start, which nobody else
 * can have told, is the writer's own step. Of an end that another one has told before, there is
 * nothing to write: then the other one's step is its place.
 */
final class LiveHistory {

  private record Step(String status, UUID process, String application) {}

  private final Map<UUID, List<Step>> steps = new HashMap<>();

  private LiveHistory() {}

  /** As it is now. */
  static LiveHistory of(TestDatabase database) throws SQLException {
    LiveHistory history = new LiveHistory();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT machine_id, to_status, process_id, detail ->> 'application'"
                    + " FROM machine_transitions ORDER BY machine_id, state_seq")) {
      while (row.next()) {
        history
            .steps
            .computeIfAbsent(row.getObject(1, UUID.class), machine -> new ArrayList<>())
            .add(new Step(row.getString(2), row.getObject(3, UUID.class), row.getString(4)));
      }
    }
    return history;
  }

  /** It has no gap, each step follows on the one before, and the rows are where it ends. */
  static void assertWhole(TestDatabase database, String remark) throws SQLException {
    assertEquals(
        "0",
        database.value(
            """
            SELECT count(*) FROM (
              SELECT *, lag(state_seq) OVER later AS seq_before, lag(to_status) OVER later AS status_before
                FROM machine_transitions
              WINDOW later AS (PARTITION BY machine_id ORDER BY state_seq)) AS step
             WHERE state_seq <> seq_before + 1 OR from_status <> status_before
            """),
        remark);
    assertEquals(
        "0",
        database.value(
            """
            SELECT count(*) FROM machines JOIN LATERAL (
                   SELECT * FROM machine_transitions
                    WHERE machine_id = machines.id ORDER BY state_seq DESC LIMIT 1) AS last ON true
             WHERE (last.state_seq, to_status) <> (machines.state_seq, status)
                OR status = 'processing' AND process_id <> current_process_id
            """),
        remark);
  }

  /** All that this writer was acknowledged is there, in its order. */
  void assertHas(String writer, List<LiveWriter.Told> facts, String remark) {
    Map<UUID, Integer> reached = new HashMap<>();
    int starts = 0;
    for (LiveWriter.Told fact : facts) {
      Integer from = reached.get(fact.machine());
      if (fact.process() == null && from == null) {
        // What it ended was started before these facts.
        continue;
      }
      starts += fact.process() == null ? 0 : 1;
      int found = next(fact, writer, from == null ? 0 : from);
      assertTrue(
          found >= 0, () -> writer + ": not in the history, or out of turn: " + fact + remark);
      reached.put(fact.machine(), found);
    }
    assertTrue(starts > 0, () -> writer + " has started nothing" + remark);
  }

  private int next(LiveWriter.Told fact, String writer, int from) {
    List<Step> all = steps.getOrDefault(fact.machine(), List.of());
    for (int i = from; i < all.size(); i++) {
      Step step = all.get(i);
      if (step.status().equals(fact.status())
          && (fact.process() == null
              || (fact.process().equals(step.process()) && writer.equals(step.application())))) {
        return i;
      }
    }
    return -1;
  }

  /** How often, on these machines, one writer's step follows on another one's. */
  long changesOfHands(List<UUID> machines) {
    long changes = 0;
    for (UUID machine : machines) {
      List<Step> all = steps.getOrDefault(machine, List.of());
      for (int i = 1; i < all.size(); i++) {
        String one = String.valueOf(all.get(i - 1).application());
        changes += one.equals(String.valueOf(all.get(i).application())) ? 0 : 1;
      }
    }
    return changes;
  }
}
