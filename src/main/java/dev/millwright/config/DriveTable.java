package dev.millwright.config;

import dev.millwright.device.TagWrite;
import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.Control;
import dev.millwright.runtime.DriveSettings;
import dev.millwright.settings.BrokenRules;
import dev.millwright.settings.Codes;
import dev.millwright.settings.Default;
import dev.millwright.settings.Optional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads how a machine is stepped through recipes: the tables {@code [drive]}, {@code [panel]}. */
final class DriveTable {

  static final String DRIVE = "drive";
  static final String PANEL = "panel";
  static final String WATCHDOG = "watchdog";
  static final String TIMED = "timed";
  private static final String SAFE = "safe";
  private static final String HOLD = "hold";

  /** The keys of {@code [drive]} that are single values. */
  record Drive(
      @Default("5s") Duration safeWithin,
      @Default("50ms") Duration overrunLimit,
      @Default("") List<String> recipes,
      @Optional Fault fault,
      @Optional Watchdog watchdog) {}

  /** What is written again and again while a run is under way. */
  record Watchdog(String tag, Duration period) {}

  /** How the machine ends pulses of a tag by itself. */
  record Timed(String duration, @Default("ms") Unit unit, @Default("1s") Duration within) {}

  /** What the tag of a duration counts. */
  enum Unit {
    MS(Duration.ofMillis(1)),
    S(Duration.ofSeconds(1));

    private final Duration length;

    Unit(Duration length) {
      this.length = length;
    }
  }

  /** By what the machine says that it has failed. */
  record Fault(String tag, @Codes List<String> values, @Optional String text) {}

  private final Binder binder;
  private final Report report;

  DriveTable(Binder binder, Report report) {
    this.binder = binder;
    this.report = report;
  }

  /**
   * How a machine is stepped through recipes.
   *
   * @param panel the table of its buttons; null for none
   * @return null where there is a mistake
   */
  Control read(Node node, Node panel, TagUse tags) {
    if (!(node instanceof Node.Table table)) {
      report.mistake(node.place(), DRIVE + ": expected a table, found " + node.found());
      return null;
    }
    Drive drive = binder.record(table, Drive.class, Set.of(SAFE, HOLD, TIMED));
    List<TagWrite> safe = list(table, SAFE, tags);
    List<TagWrite> hold = list(table, HOLD, tags);
    Map<Command.Kind, TagWrite> buttons = panel == null ? Map.of() : buttons(panel, tags);
    Map<String, TagKind.Timed> timed = timed(table.entries().get(TIMED), tags);
    boolean seen = tags.isAnyRead();
    if (!seen) {
      report.mistake(
          table.place(),
          "no tag of the machine can be read, so nobody would know whether it is there");
    }
    boolean whole = drive != null && isFit(drive, table, tags) && seen;
    if (!whole || safe == null || hold == null || buttons == null || timed == null) {
      return null;
    }
    Fault fault = drive.fault();
    Watchdog watchdog = drive.watchdog();
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
              watchdog == null
                  ? null
                  : new DriveSettings.Watchdog(watchdog.tag(), watchdog.period()),
              timed,
              buttons),
          Map.of());
    } catch (IllegalArgumentException e) {
      for (String line : BrokenRules.of(e)) {
        String[] path = line.substring(0, Math.max(0, line.indexOf(": "))).split("\\.", -1);
        report.mistake(table.placeOf(path), line);
      }
      return null;
    }
  }

  /** Whether the tags of the fault and of the watchdog are what they have to be. */
  private static boolean isFit(Drive drive, Node.Table table, TagUse tags) {
    boolean fit = true;
    if (drive.fault() != null) {
      Node where = table.entries().get("fault");
      String text = drive.fault().text();
      fit = tags.isReadable(where, "fault.tag", drive.fault().tag());
      fit &= text == null || tags.isReadable(where, "fault.text", text);
    }
    if (drive.watchdog() != null) {
      Node where = ((Node.Table) table.entries().get(WATCHDOG)).entries().get("tag");
      fit &= tags.isWritable(where, WATCHDOG + ".tag", drive.watchdog().tag());
    }
    return fit;
  }

  /** The tables {@code [drive.timed.TAG]}; null where there is a mistake. */
  private Map<String, TagKind.Timed> timed(Node node, TagUse tags) {
    if (node == null) {
      return Map.of();
    }
    Map<String, Timed> read = binder.map(node, TIMED, Timed.class);
    if (read == null) {
      return null;
    }
    Map<String, TagKind.Timed> timed = new LinkedHashMap<>();
    boolean whole = true;
    for (Map.Entry<String, Timed> each : read.entrySet()) {
      Timed how = each.getValue();
      Node where = ((Node.Table) node).entries().get(each.getKey());
      whole &= tags.isReadable(where, TIMED, each.getKey());
      whole &= tags.isWritable(where, TIMED, each.getKey());
      Node duration = ((Node.Table) where).entries().get("duration");
      whole &= tags.isWritable(duration, TIMED + ".duration", how.duration());
      timed.put(each.getKey(), new TagKind.Timed(how.duration(), how.unit().length, how.within()));
    }
    return whole ? timed : null;
  }

  /** Items such as {@code { tag = "valve_1", value = false }}; null where there is a mistake. */
  private List<TagWrite> list(Node.Table table, String key, TagUse tags) {
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

  private TagWrite item(Node node, String key, boolean button, TagUse tags) {
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
      return tags.isReadable(value, key, tag) ? tags.value(tag, value) : null;
    }
    return tags.write(key, tag, value);
  }

  private Map<Command.Kind, TagWrite> buttons(Node node, TagUse tags) {
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
}
