package dev.millwright.config;

import dev.millwright.device.TagWrite;
import dev.millwright.recipe.TagKind;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandSettings;
import dev.millwright.runtime.Control;
import dev.millwright.runtime.DriveSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether the values that a machine's file has written suit its tags: a safe state that is refused
 * when it is needed is none. Where only the machine knows a tag's type, it is the judge.
 */
final class ControlChecks {

  private final Report report;

  ControlChecks(Report report) {
    this.report = report;
  }

  /** Reports each value that does not suit; false when there was one. */
  boolean check(Node.Table table, MachineSettings machine) {
    Map<String, TagKind> kinds = TagKinds.of(machine);
    boolean suits = true;
    if (machine.control() instanceof Control.Driven driven) {
      Place place = table.placeOf(DriveTable.DRIVE);
      suits = check(place, "safe", driven.settings().safe(), kinds);
      suits &= check(place, "hold", driven.settings().hold(), kinds);
      suits &= checkWatchdog(table, driven.settings().watchdog(), kinds);
      suits &= checkTimed(table, driven.settings().timed(), kinds);
    }
    if (machine.control() instanceof Control.Own own) {
      for (Map.Entry<Command.Kind, CommandSettings> each : own.commands().entrySet()) {
        String kind = each.getKey().name().toLowerCase(Locale.ROOT);
        Place place = table.placeOf(CommandTables.COMMANDS, kind);
        suits &= check(place, "write", each.getValue().write(), kinds);
        suits &= check(place, "release", each.getValue().release(), kinds);
      }
    }
    return suits;
  }

  private boolean checkWatchdog(
      Node.Table table, DriveSettings.Watchdog watchdog, Map<String, TagKind> kinds) {
    TagKind kind = watchdog == null ? null : kinds.get(watchdog.tag());
    String unfit =
        kind == null
            ? null
            : kind.type() == TagKind.Type.TEXT
                ? "is a text, and can be neither toggled nor counted"
                : kind.type() == TagKind.Type.BOOLEAN && kind.min() != null
                    ? "can only be written as true, and cannot be toggled"
                    : null;
    if (unfit != null) {
      report.mistake(
          table.placeOf(DriveTable.DRIVE, DriveTable.WATCHDOG, "tag"),
          "watchdog.tag: tag \"" + watchdog.tag() + "\" " + unfit);
    }
    return unfit == null;
  }

  private boolean checkTimed(
      Node.Table table, Map<String, TagKind.Timed> timed, Map<String, TagKind> kinds) {
    boolean suits = true;
    for (Map.Entry<String, TagKind.Timed> each : timed.entrySet()) {
      String tag = each.getValue().duration();
      TagKind kind = kinds.get(tag);
      if (kind != null
          && (kind.type() == TagKind.Type.BOOLEAN || kind.type() == TagKind.Type.TEXT)) {
        report.mistake(
            table.placeOf(DriveTable.DRIVE, DriveTable.TIMED, each.getKey(), "duration"),
            "timed."
                + each.getKey()
                + ".duration: tag \""
                + tag
                + "\" takes no number, so it cannot be told how long a pulse lasts");
        suits = false;
      }
    }
    return suits;
  }

  private boolean check(
      Place place, String key, List<TagWrite> writes, Map<String, TagKind> kinds) {
    boolean suits = true;
    for (TagWrite write : writes) {
      TagKind kind = kinds.get(write.tag());
      String unfit = kind == null || CommandSettings.isPlace(write) ? null : unfit(kind, write);
      if (unfit != null) {
        report.mistake(place, key + ": " + write + ": " + unfit);
        suits = false;
      }
    }
    return suits;
  }

  private static String unfit(TagKind kind, TagWrite write) {
    Object value = write.value();
    if (value instanceof Boolean flag && !flag && kind.min() != null) {
      return "the tag can only be written as true";
    } else if (kind.type() == null) {
      return null;
    }
    boolean suits =
        switch (kind.type()) {
          case BOOLEAN -> value instanceof Boolean;
          case INTEGER -> value instanceof Long;
          case REAL -> value instanceof Long || value instanceof Double;
          case TEXT -> value instanceof String;
        };
    if (!suits) {
      return "the tag takes " + kind.type().name().toLowerCase(Locale.ROOT) + " values";
    }
    boolean within =
        !(value instanceof Number number)
            || ((kind.min() == null || number.doubleValue() >= kind.min())
                && (kind.max() == null || number.doubleValue() <= kind.max()));
    return within ? null : "the tag takes values from " + kind.min() + " to " + kind.max();
  }
}
