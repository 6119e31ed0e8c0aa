package dev.millwright.daemon;

import dev.millwright.config.MachineSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the machines of a configuration differ from those that are watched, in groups of links that
 * can be replaced apart from all others.
 *
 * @param groups what has changed; a machine that moves joins its old link's group and its new one's
 */
record Comparison(List<Group> groups) {

  /**
   * Links that are replaced together.
   *
   * @param before what is behind them now
   * @param after what is to be
   */
  record Group(List<MachineSettings> before, List<MachineSettings> after) {

    Set<String> added() {
      Set<String> added = names(after);
      added.removeAll(names(before));
      return added;
    }

    Set<String> removed() {
      Set<String> removed = names(before);
      removed.removeAll(names(after));
      return removed;
    }

    Set<String> unchanged() {
      Set<String> unchanged = new TreeSet<>();
      for (MachineSettings each : after) {
        if (before.stream().anyMatch(each::isLike)) {
          unchanged.add(each.serialNumber());
        }
      }
      return unchanged;
    }

    Set<String> changed() {
      Set<String> changed = names(after);
      changed.removeAll(unchanged());
      changed.removeAll(added());
      return changed;
    }
  }

  static Comparison of(Collection<MachineSettings> before, Collection<MachineSettings> after) {
    Map<String, List<MachineSettings>> old = byLine(before);
    Map<String, List<MachineSettings>> next = byLine(after);
    Set<String> lines = new LinkedHashSet<>(old.keySet());
    lines.addAll(next.keySet());
    lines.removeIf(
        line -> same(old.getOrDefault(line, List.of()), next.getOrDefault(line, List.of())));
    Map<String, String> lineBefore = lineOf(before);
    Map<String, Set<String>> together = new HashMap<>();
    lines.forEach(line -> together.put(line, new LinkedHashSet<>(Set.of(line))));
    lineOf(after)
        .forEach(
            (machine, line) -> {
              String from = lineBefore.get(machine);
              if (from != null && !from.equals(line)) {
                Set<String> all = together.get(line);
                all.addAll(together.get(from));
                all.forEach(each -> together.put(each, all));
              }
            });
    List<Group> groups = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String line : lines) {
      if (!seen.contains(line)) {
        seen.addAll(together.get(line));
        groups.add(new Group(on(together.get(line), old), on(together.get(line), next)));
      }
    }
    return new Comparison(groups);
  }

  private static boolean same(List<MachineSettings> one, List<MachineSettings> other) {
    return one.size() == other.size()
        && one.stream().allMatch(each -> other.stream().anyMatch(each::isLike));
  }

  private static Map<String, List<MachineSettings>> byLine(Collection<MachineSettings> machines) {
    Map<String, List<MachineSettings>> byLine = new LinkedHashMap<>();
    machines.forEach(
        each -> byLine.computeIfAbsent(Wirings.line(each), line -> new ArrayList<>()).add(each));
    return byLine;
  }

  private static Map<String, String> lineOf(Collection<MachineSettings> machines) {
    Map<String, String> lines = new LinkedHashMap<>();
    machines.forEach(each -> lines.put(each.serialNumber(), Wirings.line(each)));
    return lines;
  }

  private static List<MachineSettings> on(
      Set<String> lines, Map<String, List<MachineSettings>> byLine) {
    return lines.stream().flatMap(line -> byLine.getOrDefault(line, List.of()).stream()).toList();
  }

  static Set<String> names(Collection<MachineSettings> machines) {
    Set<String> names = new TreeSet<>();
    machines.forEach(each -> names.add(each.serialNumber()));
    return names;
  }
}
