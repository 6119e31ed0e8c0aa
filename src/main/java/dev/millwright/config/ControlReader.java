package dev.millwright.config;

import dev.millwright.device.TagWrite;
import dev.millwright.machine.Shown;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandSettings;
import dev.millwright.runtime.Control;
import dev.millwright.runtime.DriveSettings;
import dev.millwright.settings.Codes;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
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

/**
 * Reads how a machine is made to do something: the tables {@code [commands.KIND]} of its file, or
 * {@code [drive]} and {@code [panel]}.
 */
final class ControlReader {

  static final String COMMANDS = "commands";
  static final String DRIVE = "drive";
  static final String PANEL = "panel";
  private static final String WRITE = "write";
  private static final String EXPECT = "expect";
  private static final String RELEASE = "release";
  private static final String SAFE = "safe";
  private static final String HOLD = "hold";

  /** What a machine shows when it has done what it was told. */
  record Expect(Shown state, @Default("5s") Duration within) {}

  /** The keys of {@code [drive]} that are single values. */
  record Drive(
      @Default("5s") Duration safeWithin,
      @Default("50ms") Duration overrunLimit,
      @Default("") List<String> recipes,
      @Optional Fault fault) {}

  /** By what the machine says that it has failed. */
  record Fault(String tag, @Codes List<String> values, @Optional String text) {}

  /**
   * The tags of a machine.
   *
   * @param described the names of all
   * @param readable those of them that are observed
   * @param writable those of them that can be written
   */
  record Tags(Set<String> described, Set<String> readable, Set<String> writable) {}

  private final Binder binder;
  private final Report report;

  ControlReader(Binder binder, Report report) {
    this.binder = binder;
    this.report = report;
  }

  /**
   * How a machine that runs its own recipes is told to do something.
   *
   * @return null where there is a mistake
   */
  Control commands(Node node, Tags tags) {
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

  private CommandSettings command(Command.Kind kind, Node node, Tags tags) {
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
      for (String line : e.getMessage().lines().toList()) {
        report.mistake(table.placeOf(line.substring(0, line.indexOf(": "))), line);
      }
      return null;
    }
  }

  /** What is written, in the order of the file; null where there is a mistake. */
  private List<TagWrite> writes(Node.Table table, String key, Tags tags) {
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
      writes.add(write(key, entry.getKey(), entry.getValue(), tags));
    }
    return writes.contains(null) ? null : writes;
  }

  private TagWrite write(String key, String tag, Node node, Tags tags) {
    if (!isDescribed(node, key, tag, tags)) {
      return null;
    } else if (!tags.writable().contains(tag)) {
      report.mistake(node.place(), key + ": tag \"" + tag + "\" is only read, never written");
      return null;
    }
    return value(tag, node);
  }

  private boolean isDescribed(Node node, String key, String tag, Tags tags) {
    if (!tags.described().contains(tag)) {
      report.mistake(
          node.place(),
          key
              + ": there is no table [tags."
              + tag
              + "]"
              + Spelling.hint(tag, tags.described(), Set.of()));
      return false;
    }
    return true;
  }

  private boolean isReadable(Node node, String key, String tag, Tags tags) {
    boolean described = isDescribed(node, key, tag, tags);
    if (described && !tags.readable().contains(tag)) {
      report.mistake(
          node.place(), key + ": tag \"" + tag + "\" is only written, so it shows nothing");
      return false;
    }
    return described;
  }

  private TagWrite value(String tag, Node node) {
    Object value = node instanceof Node.Scalar scalar ? scalar.value() : null;
    try {
      return new TagWrite(tag, value == null ? node : value);
    } catch (IllegalArgumentException e) {
      report.mistake(
          node.place(), tag + ": expected a text, a number, true or false, found " + node.found());
      return null;
    }
  }

  /**
   * How a machine is stepped through recipes.
   *
   * @param panel the table of its buttons; null for none
   * @return null where there is a mistake
   */
  Control drive(Node node, Node panel, Tags tags) {
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), DRIVE + ": expected a table, found " + node.found());
      return null;
    }
    Drive drive = binder.record(table, Drive.class, Set.of(SAFE, HOLD));
    List<TagWrite> safe = list(table, SAFE, tags);
    List<TagWrite> hold = list(table, HOLD, tags);
    Map<Command.Kind, TagWrite> buttons = panel == null ? Map.of() : buttons(panel, tags);
    boolean seen = !tags.readable().isEmpty();
    if (!seen) {
      report.mistake(
          table.place(),
          "no tag of the machine can be read, so nobody would know whether it is there");
    }
    if (drive == null || safe == null || hold == null || buttons == null || !seen) {
      return null;
    }
    Fault fault = drive.fault();
    if (fault != null) {
      Node where = table.entries().get("fault");
      boolean shown = isReadable(where, "fault.tag", fault.tag(), tags);
      if (fault.text() != null) {
        shown &= isReadable(where, "fault.text", fault.text(), tags);
      }
      if (!shown) {
        return null;
      }
    }
    try {
      return new Control.Driven(
          new DriveSettings(
              safe,
              drive.safeWithin(),
              hold,
              drive.overrunLimit(),
              drive.recipes(),
              fault == null
                  ? null
                  : new DriveSettings.Fault(fault.tag(), fault.values(), fault.text()),
              buttons),
          Map.of());
    } catch (IllegalArgumentException e) {
      for (String line : e.getMessage().lines().toList()) {
        report.mistake(table.placeOf(line.substring(0, line.indexOf(": "))), line);
      }
      return null;
    }
  }

  /** Items such as {@code { tag = "valve_1", value = false }}; null where there is a mistake. */
  private List<TagWrite> list(Node.Table table, String key, Tags tags) {
    Node node = table.entries().get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Array array)) {
      report.mistake(node.place(), key + ": expected a list in [ ], found " + node.found());
      return null;
    }
    List<TagWrite> writes = new ArrayList<>();
    for (Node item : array.items()) {
      writes.add(item(item, key, false, tags));
    }
    return writes.contains(null) ? null : writes;
  }

  private TagWrite item(Node node, String key, boolean button, Tags tags) {
    if (!(node instanceof Node.Table table)
        || table.text("tag") == null
        || !table.entries().containsKey("value")) {
      report.mistake(
          node.place(), key + ": expected { tag = \"…\", value = … }, found " + node.found());
      return null;
    }
    binder.unknownKeys(table, Set.of("tag", "value"));
    String tag = table.text("tag");
    Node value = table.entries().get("value");
    if (button) {
      return isReadable(value, key, tag, tags) ? value(tag, value) : null;
    }
    return write(key, tag, value, tags);
  }

  private Map<Command.Kind, TagWrite> buttons(Node node, Tags tags) {
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), PANEL + ": expected a table, found " + node.found());
      return null;
    }
    Map<String, Command.Kind> kinds =
        Map.of("start", Command.Kind.START, "stop", Command.Kind.STOP, "reset", Command.Kind.RESET);
    binder.unknownKeys(table, kinds.keySet());
    boolean whole = kinds.keySet().containsAll(table.entries().keySet());
    Map<Command.Kind, TagWrite> buttons = new EnumMap<>(Command.Kind.class);
    for (Map.Entry<String, Node> entry : table.entries().entrySet()) {
      TagWrite button =
          kinds.containsKey(entry.getKey())
              ? item(entry.getValue(), entry.getKey(), true, tags)
              : null;
      whole &= button != null;
      if (button != null) {
        buttons.put(kinds.get(entry.getKey()), button);
      }
    }
    return whole ? buttons : null;
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
