package dev.millwright.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.millwright.settings.Similar;
import dev.millwright.store.Row;
import dev.millwright.store.Rows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What was answered to a look at all machines.
 *
 * @param machines in the order of their names
 * @param unreadable rows that cannot be understood, and why, by serial number
 * @param daemon what the daemon tells of itself; null where it was not asked, or did not answer
 */
record Told(List<MachineLine> machines, Map<String, String> unreadable, DetailView daemon) {

  /** By a daemon. */
  static Told by(JsonObject report) {
    List<MachineLine> machines = new ArrayList<>();
    for (JsonElement each : report.getAsJsonArray("machines")) {
      machines.add(MachineLine.told(each.getAsJsonObject()));
    }
    machines.sort(Comparator.comparing(MachineLine::serial));
    return new Told(machines, Map.of(), new DetailView(report.getAsJsonObject("daemon")));
  }

  /** By the database. */
  static Told by(Rows rows) {
    List<MachineLine> machines =
        rows.readable().values().stream()
            .sorted(Comparator.comparing(Row::serialNumber))
            .map(MachineLine::of)
            .toList();
    return new Told(machines, rows.unreadable(), null);
  }

  /**
   * Only those that are meant.
   *
   * @param patterns serial numbers, in which * stands for anything and ? for one character; all
   *     machines where there is none
   * @throws Failure when one stands for no machine
   */
  Told only(List<String> patterns) throws Failure {
    if (patterns == null || patterns.isEmpty()) {
      return this;
    }
    for (String pattern : patterns) {
      boolean none =
          machines.stream().noneMatch(machine -> matches(pattern, machine.serial()))
              && unreadable.keySet().stream().noneMatch(serial -> matches(pattern, serial));
      if (none) {
        List<String> serials = machines.stream().map(MachineLine::serial).toList();
        throw new Failure(
            Exit.NO_INPUT,
            "there is no machine \"" + pattern + "\"" + Similar.hint(pattern, serials));
      }
    }
    return new Told(
        machines.stream()
            .filter(machine -> patterns.stream().anyMatch(p -> matches(p, machine.serial())))
            .toList(),
        unreadable.entrySet().stream()
            .filter(row -> patterns.stream().anyMatch(p -> matches(p, row.getKey())))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
        daemon);
  }

  private static boolean matches(String pattern, String serial) {
    StringBuilder regex = new StringBuilder();
    pattern
        .chars()
        .forEach(
            c ->
                regex.append(
                    c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf((char) c))));
    return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE).matcher(serial).matches();
  }
}
