package dev.millwright.runtime;

import dev.millwright.device.TagWrite;
import dev.millwright.machine.Shown;
import dev.millwright.settings.Durations;
import dev.millwright.settings.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How a machine that runs its own recipes is told to do something: a table {@code [commands.start]}
 * and so on of its file. A text value that is a name in braces stands for the recipe ({@code
 * {recipe}}), the batch ({@code {batch}}, empty where there is none) or one of the command's
 * parameters.
 *
 * @param write what to write, in order; at least one
 * @param expect what the machine shows when it has done it
 * @param within how long it may take from the command to that, 100 ms to 1 h
 * @param release what to write after that, or after its failure; empty for nothing
 */
public record CommandSettings(
    List<TagWrite> write, Shown expect, Duration within, List<TagWrite> release) {

  /** More than a machine's panel has. */
  public static final int MOST_WRITES = 100;

  private static final String RECIPE = "recipe";
  private static final String BATCH = "batch";

  public CommandSettings {
    write = List.copyOf(write);
    release = List.copyOf(release);
    new Rules()
        .require(!write.isEmpty(), "write", "is empty: name the tags and what is written to them")
        .require(
            write.size() + release.size() <= MOST_WRITES,
            "write",
            (write.size() + release.size()) + " values are more than " + MOST_WRITES)
        .require(expect != null, "expect", "is missing: the state that the machine then shows")
        .within("within", within, Duration.ofMillis(100), Duration.ofHours(1))
        .check();
  }

  /** Why a command does not fit; null when it does. */
  String unfit(Command command) {
    Set<String> places = places();
    List<String> reasons = new ArrayList<>();
    if (places.remove(RECIPE) != (command.recipe() != null)) {
      reasons.add(
          command.recipe() == null
              ? "recipe: is missing"
              : "recipe: the machine is not told which, so " + command.recipe() + " cannot be had");
    }
    if (!places.remove(BATCH) && command.batch() != null) {
      reasons.add("batch: the machine is not told, so " + command.batch() + " would be lost");
    }
    for (String parameter : command.parameters().keySet()) {
      if (!places.remove(parameter)) {
        reasons.add("parameter " + parameter + ": is not known");
      }
    }
    places.forEach(parameter -> reasons.add("parameter " + parameter + ": is missing"));
    return reasons.isEmpty() ? null : String.join("; ", reasons);
  }

  private Set<String> places() {
    Set<String> places = new LinkedHashSet<>();
    write.stream().map(CommandSettings::place).filter(name -> name != null).forEach(places::add);
    release.stream().map(CommandSettings::place).filter(name -> name != null).forEach(places::add);
    return places;
  }

  /** Whether a value stands for what the command brings. */
  public static boolean isPlace(TagWrite write) {
    return place(write) != null;
  }

  /** The name that stands in braces; null where it is a value. */
  private static String place(TagWrite write) {
    return write.value() instanceof String text && text.matches("\\{[a-z][a-z0-9_]*\\}")
        ? text.substring(1, text.length() - 1)
        : null;
  }

  /** These writes for a command that fits. */
  static List<TagWrite> filled(List<TagWrite> writes, Command command) {
    return writes.stream()
        .map(
            write -> {
              String place = place(write);
              return place == null ? write : new TagWrite(write.tag(), value(place, command));
            })
        .toList();
  }

  private static Object value(String place, Command command) {
    return switch (place) {
      case RECIPE -> command.recipe();
      case BATCH -> command.batch() == null ? "" : command.batch();
      default -> command.parameters().get(place);
    };
  }

  /** The limit in words. */
  String limit() {
    return Durations.words(within);
  }
}
