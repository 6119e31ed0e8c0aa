package dev.millwright.cli;

import dev.millwright.device.TagValue;
import dev.millwright.device.opcua.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The text of a machine's file to start from. */
final class Suggestion {

  private static final String MARK = "FILL IN";

  /** More than a person reads; browse shows the rest. */
  private static final int MOST_LISTED = 40;

  private static final List<String> KEYS =
      List.of("recipe", "batch", "fault", "component", "counter");

  private final Seen root;
  private final List<Candidate> candidates;

  private Suggestion(Seen root, List<Candidate> candidates) {
    this.root = root;
    this.candidates = candidates;
  }

  static Suggestion of(Seen root) {
    return new Suggestion(root, Candidate.in(root));
  }

  /** Whether anything looks like a machine. */
  boolean isAnything() {
    return !candidates.isEmpty();
  }

  /**
   * The file.
   *
   * @param table the table {@code [opcua]} by which the server was reached
   */
  List<String> lines(String url, Map<String, String> table) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "# Made from what is on " + url + ". Look at every line; complete what says " + MARK + ".");
    if (candidates.isEmpty()) {
      lines.add("# Nothing looks like a machine's state. Variables:");
      List<Seen> all = new ArrayList<>();
      gather(root, all);
      list(all, lines);
      return lines;
    }
    Candidate machine = candidates.get(0);
    others(url, lines);
    lines.add("serial_number = " + Toml.quoted(machine.serialNumber()));
    lines.add("protocol = \"opcua\"");
    lines.add("stale_after = \"5s\"");
    lines.add(
        "# register = true                      # make the row in table machines if there is none");
    lines.add("");
    lines.add("[opcua]");
    table.forEach((key, value) -> lines.add(key + " = " + value));
    lines.add("");
    lines.add("[tags]");
    machine.tags().forEach((tag, variable) -> lines.add(tag(tag, variable)));
    lines.add("");
    lines.add("[lifecycle]");
    lines.addAll(states(machine));
    KEYS.stream()
        .filter(key -> machine.tags().containsKey(key))
        .forEach(key -> lines.add(key + " = \"" + key + "\""));
    if (machine.tags().containsKey("counter")) {
      lines.add(
          "# counter_counts = \"completed\"         # if it counts the ends of runs, not their starts");
    }
    if (!machine.others().isEmpty()) {
      lines.add("");
      lines.add("# Other variables of this machine:");
      list(machine.others(), lines);
    }
    return lines;
  }

  private void others(String url, List<String> lines) {
    if (candidates.size() > 1) {
      lines.add("# More that look like machines:");
      candidates.stream()
          .skip(1)
          .limit(MOST_LISTED)
          .forEach(
              other ->
                  lines.add("#   millwright discover " + url + " '" + other.object().node() + "'"));
    }
    lines.add("");
  }

  private static String tag(String tag, Seen variable) {
    return tag + " = { node = " + Toml.quoted(variable.node()) + " }" + comment(variable);
  }

  private static String comment(Seen variable) {
    return "  # " + variable.type() + ", now " + BrowseCommand.value(variable);
  }

  private static List<String> states(Candidate machine) {
    if (machine.model() != null) {
      return List.of(
          "# " + machine.model().words() + ".",
          "# A list of codes beside the profile goes before it.",
          "state = { tag = \"state\", profile = " + Toml.quoted(machine.model().profile()) + " }");
    }
    TagValue now = machine.tags().get("state").value();
    String shown = now == null || now.value() == null ? "nothing" : now.text();
    return List.of(
        "# "
            + MARK
            + ": which values mean what? The machine's manual says; now it shows "
            + shown
            + ".",
        "# complete, stopped and error may stay empty where the machine has no such state.",
        "state = { tag = \"state\", idle = [], processing = [], complete = [], stopped = [], error = [] }");
  }

  private static void list(List<Seen> variables, List<String> lines) {
    variables.stream()
        .limit(MOST_LISTED)
        .forEach(variable -> lines.add("#   " + variable.node() + comment(variable)));
    if (variables.size() > MOST_LISTED) {
      lines.add(
          "#   … and " + (variables.size() - MOST_LISTED) + " more: millwright browse shows them");
    }
  }

  private static void gather(Seen seen, List<Seen> variables) {
    for (Seen child : seen.below()) {
      if (child.isVariable()) {
        variables.add(child);
      }
      gather(child, variables);
    }
  }
}
