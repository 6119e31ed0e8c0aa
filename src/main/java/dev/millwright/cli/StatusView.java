package dev.millwright.cli;

import dev.millwright.machine.Failure;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** The machines' rows as a person wants to see them. */
final class StatusView {

  private StatusView() {}

  static List<Row> sorted(Rows rows) {
    return rows.readable().values().stream()
        .sorted(Comparator.comparing(Row::serialNumber))
        .toList();
  }

  static Table table(Rows rows, Instant now) {
    Table table =
        new Table("MACHINE", "STATUS", "SINCE", "RECIPE", "CYCLE", "LAST EVENT", "SEQ", "FAILURE");
    for (Row row : sorted(rows)) {
      table.add(
          row.serialNumber(),
          row.state().status().word(),
          row.state().since() == null ? null : ago(row.state().since(), now),
          row.lastRecipe(),
          row.lastCycle(),
          row.lastEvent(),
          row.state().seq(),
          failure(row.state().failure()));
    }
    return table;
  }

  static String failure(Failure failure) {
    if (failure == null) {
      return null;
    }
    String component = failure.component() == null ? "" : failure.component() + ": ";
    return component + failure.description();
  }

  /** How long ago, in the two largest units: {@code 3m 20s}. */
  static String ago(Instant then, Instant now) {
    Duration age = Duration.between(then, now);
    if (age.isNegative()) {
      return "in the future: " + then;
    } else if (age.toDays() > 0) {
      return age.toDays() + "d " + age.toHoursPart() + "h";
    } else if (age.toHours() > 0) {
      return age.toHours() + "h " + age.toMinutesPart() + "m";
    } else if (age.toMinutes() > 0) {
      return age.toMinutes() + "m " + age.toSecondsPart() + "s";
    }
    return age.toSeconds() + "s";
  }
}
