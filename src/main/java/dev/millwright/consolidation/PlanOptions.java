package dev.millwright.consolidation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * What a person decides for a plan. All of its SQL reads it from the settings millwright.map (a
 * JSON object), millwright.soak (seconds) and millwright.force_reason; what was not given is empty
 * there.
 *
 * @param map old names and the new ones that they stand for
 * @param soak how long something has to have been quiet; null for the plan's own time
 * @param forceReason why a phase goes on where it would wait; null when it does not
 */
public record PlanOptions(Map<String, String> map, Duration soak, String forceReason) {

  /** Nothing was decided. */
  public static final PlanOptions NONE = new PlanOptions(Map.of(), null, null);

  public PlanOptions {
    map = Map.copyOf(map);
  }

  /** Tells the rest of the transaction, also that nothing was given. */
  void tell(Connection connection) throws SQLException {
    try (PreparedStatement set =
        connection.prepareStatement(
            """
            SELECT set_config('millwright.map',
                     coalesce(nullif(jsonb_object(?::text[], ?::text[]), '{}')::text, ''), true),
                   set_config('millwright.soak', ?, true),
                   set_config('millwright.force_reason', ?, true)
            """)) {
      String[] old = map.keySet().stream().sorted().toArray(String[]::new);
      Object[] meant = Arrays.stream(old).map(map::get).toArray();
      set.setArray(1, connection.createArrayOf("text", old));
      set.setArray(2, connection.createArrayOf("text", meant));
      set.setString(3, soak == null ? "" : Long.toString(soak.toSeconds()));
      set.setString(4, forceReason == null ? "" : forceReason);
      set.execute();
    }
  }
}
