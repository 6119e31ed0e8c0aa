package dev.millwright.config;

import dev.millwright.device.TagWrite;
import dev.millwright.machine.Shown;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandSettings;
import dev.millwright.runtime.Control;
import dev.millwright.settings.BrokenRules;
import dev.millwright.settings.Default;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads how a machine that runs its own recipes is told to: the tables {@code [commands.KIND]}. */
final class CommandTables {

  static final String COMMANDS = "commands";
  private static final String WRITE = "write";
  private static final String EXPECT = "expect";
  private static final String RELEASE = "release";

  /** What a machine shows when it has done what it was told. */
  record Expect(Shown state, @Default("5s") Duration within) {}

  private final Binder binder;
  private final Report report;

  CommandTables(Binder binder, Report report) {
    this.binder = binder;
    this.report = report;
  }

  /**
   * How a machine that runs its own recipes is told to do something.
   *
   * @return null where there is a mistake
   */
  Control read(Node node, TagUse tags) {
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), COMMANDS + ": expected tables, found " + node.found());
      return null;
    }
    Map<String, Command.Kind> kinds = new LinkedHashMap<>();
    for (Command.Kind kind : Command.Kind.values()) {
      kinds.put(kind.name().toLowerCase(Locale.ROOT), kind);
    }
    binder.unknownKeys(table, kinds.keySet());
    boolean whole = kinds.keySet().containsAll(table.entries().keySet());
    Map<Command.Kind, CommandSettings> commands = new EnumMap<>(Command.Kind.class);
    for (Map.Entry<String, Node> entry : table.entries().entrySet()) {
      Command.Kind kind = kinds.get(entry.getKey());
      CommandSettings settings = kind == null ? null : command(kind, entry.getValue(), tags);
      whole &= settings != null;
      if (settings != null) {
        commands.put(kind, settings);
      }
    }
    return whole ? new Control.Own(commands) : null;
  }

  private CommandSettings command(Command.Kind kind, Node node, TagUse tags) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), name + ": expected a table, found " + node.found());
      return null;
    }
    binder.unknownKeys(table, Set.of(WRITE, EXPECT, RELEASE));
    boolean known = Set.of(WRITE, EXPECT, RELEASE).containsAll(table.entries().keySet());
    List<TagWrite> write = writes(table, WRITE, tags);
    List<TagWrite> release = writes(table, RELEASE, tags);
    // What is held goes on processing: that it has taken the writes is all there is to see.
    boolean implied =
        (kind == Command.Kind.HOLD || kind == Command.Kind.UNHOLD)
            && !table.entries().containsKey(EXPECT);
    Expect expect =
        implied
            ? new Expect(Shown.PROCESSING, Duration.ofSeconds(5))
            : binder.recordAt(table, EXPECT, Expect.class);
    if (!known || write == null || release == null || expect == null) {
      return null;
    }
    try {
      return new CommandSettings(write, expect.state(), expect.within(), release);
    } catch (IllegalArgumentException e) {
      for (String line : BrokenRules.of(e)) {
        report.mistake(table.placeOf(line.substring(0, Math.max(0, line.indexOf(": ")))), line);
      }
      return null;
    }
  }

  /** What is written, in the order of the file; null where there is a mistake. */
  private List<TagWrite> writes(Node.Table table, String key, TagUse tags) {
    Node node = table.entries().get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Table values)) {
      report.mistake(
          node.place(), key + ": expected a table such as { start = true }, found " + node.found());
      return null;
    }
    List<TagWrite> writes = new ArrayList<>();
    List<Map.Entry<String, Node>> inOrder = new ArrayList<>(values.entries().entrySet());
    inOrder.sort(
        Comparator.comparing(
            entry -> entry.getValue().place(),
            Comparator.comparingInt(Place::line).thenComparingInt(Place::column)));
    for (Map.Entry<String, Node> entry : inOrder) {
      writes.add(tags.write(key, entry.getKey(), entry.getValue()));
    }
    return writes.contains(null) ? null : writes;
  }

  /** The tags that the commands write, as far as they can be read. */
  static Set<String> tags(Node node) {
    Set<String> tags = new HashSet<>();
    if (node instanceof Node.Table commands) {
      for (Node each : commands.entries().values()) {
        if (each instanceof Node.Table command) {
          for (String key : List.of(WRITE, RELEASE)) {
            if (command.entries().get(key) instanceof Node.Table written) {
              tags.addAll(written.entries().keySet());
            }
          }
        }
      }
    }
    return tags;
  }
}
