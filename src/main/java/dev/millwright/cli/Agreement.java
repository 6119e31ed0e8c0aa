package dev.millwright.cli;

import dev.millwright.simulator.Truth;
import dev.millwright.store.HistoryRow;
import dev.millwright.store.MachineStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Holds {@code machine_transitions} against a truth file, machine by machine, run by run.
 *
 * @param machines in the truth file
 * @param truth transitions that the machines made
 * @param seen rows of the history that say so, in the same order
 * @param link rows of the history about links being lost and found, and about what the row was
 *     before its machine was found
 * @param differences the first one of each machine, in words; empty when all agree
 */
record Agreement(int machines, int truth, int seen, int link, List<String> differences) {

  /** A machine's transition by the history. */
  private record Told(String event, Long cycle, long seq, boolean inferred) {
    String words() {
      return event + " of cycle " + cycle + ", seq " + seq + (inferred ? ", inferred" : "");
    }
  }

  /**
   * Compares.
   *
   * @param since the number that each machine's row had when the truth file was begun; 0 for those
   *     that are not in it
   */
  static Agreement of(Path truthFile, MachineStore store, Map<String, Long> since)
      throws IOException, SQLException {
    int truths = 0;
    int seen = 0;
    int link = 0;
    List<String> differences = new ArrayList<>();
    Map<String, List<Truth>> all = new TreeMap<>(Truth.read(truthFile));
    for (Map.Entry<String, List<Truth>> machine : all.entrySet()) {
      long from = since.getOrDefault(machine.getKey(), 0L);
      List<HistoryRow> rows = store.allHistoryAfter(machine.getKey(), from);
      List<Told> told =
          rows.stream()
              .filter(row -> !row.event().startsWith("link_"))
              .map(Agreement::told)
              .dropWhile(Told::inferred)
              .toList();
      truths += machine.getValue().size();
      seen += told.size();
      link += rows.size() - told.size();
      String difference = difference(machine.getKey(), machine.getValue(), told);
      if (difference != null) {
        differences.add(difference);
      }
    }
    return new Agreement(all.size(), truths, seen, link, differences);
  }

  private static Told told(HistoryRow row) {
    DetailView detail = DetailView.of(row.detailJson());
    Long cycle = detail.has("cycle") ? Long.valueOf(detail.text("cycle")) : null;
    return new Told(row.event(), cycle, row.seq(), detail.has("inferred"));
  }

  /** Rows of the history that are there since the truth file was begun. */
  int rows() {
    return seen + link;
  }

  private static String difference(String machine, List<Truth> truth, List<Told> told) {
    for (int i = 0; i < Math.max(truth.size(), told.size()); i++) {
      Truth was = i < truth.size() ? truth.get(i) : null;
      Told says = i < told.size() ? told.get(i) : null;
      boolean same =
          was != null
              && says != null
              && was.event().equals(says.event())
              && says.cycle() != null
              && was.cycle() == says.cycle()
              && !says.inferred();
      if (!same) {
        return machine
            + ", transition "
            + (i + 1)
            + ": the machine's was "
            + (was == null ? "none" : was.event() + " of cycle " + was.cycle() + " at " + was.at())
            + ", the history's is "
            + (says == null ? "none" : says.words());
      }
    }
    return null;
  }
}
