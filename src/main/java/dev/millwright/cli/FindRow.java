package dev.millwright.cli;

import dev.millwright.settings.Similar;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** One machine's row, or what to say where there is none. */
final class FindRow {

  private static final int FEW = 10;

  private FindRow() {}

  /** Finds one machine's row, or says which are near. */
  static Row find(MachineStore store, String serialNumber) throws SQLException, Failure {
    Rows rows = store.load(Set.of(serialNumber));
    Row row = rows.readable().get(serialNumber);
    if (row != null) {
      return row;
    }
    String why = rows.unreadable().get(serialNumber);
    throw new Failure(
        Exit.NO_INPUT,
        why == null
            ? "table machines has no row with serial_number \""
                + serialNumber
                + "\""
                + known(serialNumber, store.serials())
            : serialNumber + ": its row cannot be used: " + why + ". Correct the row");
  }

  /** The nearest one, or all where they are few. */
  private static String known(String serialNumber, List<String> serials) {
    String hint = Similar.hint(serialNumber, serials);
    if (!hint.isEmpty() || serials.isEmpty()) {
      return serials.isEmpty() ? "; it has none at all" : hint;
    }
    int more = serials.size() - FEW;
    return "; there "
        + (serials.size() == 1 ? "is " : "are ")
        + String.join(", ", serials.subList(0, Math.min(FEW, serials.size())))
        + (more > 0 ? " and " + more + " more (millwright status lists them)" : "");
  }
}
