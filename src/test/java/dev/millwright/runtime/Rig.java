package dev.millwright.runtime;

import dev.millwright.config.ConfigException;
import dev.millwright.config.ConfigLoader;
import dev.millwright.device.Age;
import dev.millwright.device.Observation;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import dev.millwright.device.Written;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.machine.Lifecycle;
import dev.millwright.machine.Transition;
import dev.millwright.recipe.Recipe;
import dev.millwright.recipe.TagKind;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A driven machine with two valves and a heater, on clocks that the rig moves, with a real journal;
 * its link's thread and its deciding thread are done here step by step, so that it can be killed
 * between any two.
 */
final class Rig implements AutoCloseable {

  static final String NAME = "RIG";

  /** Whatever a recipe can leave on. */
  static final List<TagWrite> SAFE =
      List.of(
          new TagWrite("valve_1", false),
          new TagWrite("valve_2", false),
          new TagWrite("heater", false));

  private static final Duration CYCLE = Duration.ofMillis(5);

  /** What the machine itself is; it outlives the daemon. */
  static final class Machine {
    final Map<String, Object> values = new HashMap<>();
    final List<String> written = new ArrayList<>();

    /** Why a write is refused; null when it is not. */
    Function<TagWrite, String> refusal = write -> null;

    /** Tags whose writes are done, and never confirmed. */
    final Set<String> mute = new HashSet<>();

    boolean away;

    /** How much longer than it should a pulse's end takes. */
    Duration lateness = Duration.ZERO;

    /** What it goes on showing, as a subscription that is late; null for what is so. */
    private Observation shown;

    private long shownAt;

    Instant wall = Instant.parse("2026-11-20T09:00:00Z");
    long nanos = 5_000_000_000L;

    Machine() {
      for (String tag : List.of("valve_1", "valve_2", "heater", "alarm", "button")) {
        values.put(tag, false);
      }
      values.put("temperature", 20.0);
      values.put("time_1", 0L);
      values.put("alive", 0L);
    }

    boolean isSafe() {
      return SAFE.stream().allMatch(write -> write.value().equals(values.get(write.tag())));
    }

    /** From now on it shows what it shows now, which becomes older. */
    void lag() {
      shown = null;
      shown = observation();
      shownAt = nanos;
    }

    private Observation observation() {
      if (shown != null) {
        return new Observation(NAME, shown.values(), Age.atMost(Duration.ofNanos(nanos - shownAt)));
      }
      Map<String, TagValue> now = new HashMap<>();
      values.forEach((tag, value) -> now.put(tag, TagValue.good(value, null)));
      return new Observation(NAME, now);
    }
  }

  final Machine machine;
  final Journal journal;
  final MachineMonitor monitor;
  final Drive drive;
  final Heard heard = new Heard();
  private final Deferred deferred;
  private final Handover handover;

  /** How many steps until it is killed. */
  private long budget = Long.MAX_VALUE;

  Rig(Path folder, Machine machine, Recipe... recipes) {
    this(folder, machine, settings(), recipes);
  }

  Rig(Path folder, Machine machine, DriveSettings settings, Recipe... recipes) {
    this(folder, machine, settings, Scene.newRow(NAME), recipes);
  }

  /**
   * @param row as it is in the table, null for none; not looked at where the journal knows it
   */
  Rig(Path folder, Machine machine, DriveSettings settings, Row row, Recipe... recipes) {
    this.machine = machine;
    TimeSource time = new TimeSource(() -> machine.wall, () -> machine.nanos);
    Map<String, Recipe> byName = new LinkedHashMap<>();
    for (Recipe recipe : recipes) {
      byName.put(recipe.name(), recipe);
    }
    try {
      journal =
          Journal.open(
              new JournalSettings(folder.resolve("journal.db"), DataSize.ofMebibytes(64)),
              machine.wall);
      monitor =
          new MachineMonitor(
              new MachineSettings(NAME, false, Duration.ofSeconds(3), false, DriveFace.lifecycle()),
              journal.known().get(NAME),
              new MachineMonitor.Parts(
                  new Lifecycle(
                      new Ids(() -> machine.wall, () -> ThreadLocalRandom.current().nextLong())),
                  time,
                  journal,
                  new Intake(journal, time)));
      handover = new Handover(NAME, time);
      drive =
          new Drive(
              NAME,
              journal.drives(unreadable -> {}).get(NAME),
              new Drive.Parts(
                  settings,
                  tags(settings),
                  Duration.ofSeconds(3),
                  () -> byName,
                  journal,
                  monitor::glance,
                  handover::post,
                  time,
                  heard));
      deferred =
          new Deferred(
              monitor, drive, new Panel(settings.panel(), drive, NAME, time), handover, time);
      handover.tick(deferred::tick);
      if (monitor.known() == null && row != null) {
        monitor.look(row);
      }
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  static DriveSettings settings() {
    return settings(null, Map.of());
  }

  static DriveSettings settings(DriveSettings.Watchdog watchdog, Map<String, TagKind.Timed> timed) {
    return new DriveSettings(
        SAFE,
        Duration.ofMillis(500),
        List.of(new TagWrite("heater", false)),
        Duration.ofMillis(50),
        List.of(),
        new DriveSettings.Fault("alarm", List.of("true"), null),
        watchdog,
        timed,
        Map.of(Command.Kind.START, new TagWrite("button", true)));
  }

  private static Map<String, TagKind> tags(DriveSettings settings) {
    Map<String, TagKind> tags = new HashMap<>();
    SAFE.forEach(write -> tags.put(write.tag(), TagKind.unknown(true, true)));
    tags.put("temperature", TagKind.unknown(true, false));
    tags.put("time_1", TagKind.unknown(true, true));
    tags.put("alive", TagKind.unknown(true, true));
    settings.timed().forEach((tag, how) -> tags.computeIfPresent(tag, (t, kind) -> kind.with(how)));
    return tags;
  }

  /** A recipe of these lines. */
  static Recipe recipe(Path folder, String name, String... lines) throws IOException {
    Path file = folder.resolve(name + ".toml");
    Files.writeString(file, "name = \"" + name + "\"\n" + String.join("\n", lines) + "\n");
    try {
      return ConfigLoader.recipe(file).recipe();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Command command(Command.Kind kind, String recipe) {
    return command(kind, recipe, null, Map.of());
  }

  /**
   * A command of Ada's.
   *
   * @param process the only run that is meant; null for whichever is under way
   */
  static Command command(
      Command.Kind kind, String recipe, UUID process, Map<String, Object> parameters) {
    return new Command(
        UUID.randomUUID(),
        kind,
        process,
        recipe,
        parameters,
        null,
        new Command.Origin(Command.Source.CONTROL, "Ada", null));
  }

  Command give(Command.Kind kind, String recipe, Consumer<CommandResult> result) {
    Command command = command(kind, recipe);
    drive.command(command, result);
    return command;
  }

  /** Killed after so many more steps: nothing happens any more. */
  void killAfter(long steps) {
    budget = steps;
  }

  boolean isKilled() {
    return budget <= 0;
  }

  /** Goes on until it is so, for a minute of the machine's time at most. */
  void until(String what, BooleanSupplier reached) {
    long limit = machine.nanos + Duration.ofMinutes(1).toNanos();
    while (!isKilled() && !reached.getAsBoolean()) {
      if (machine.nanos - limit > 0) {
        throw new AssertionError("never: " + what + "; " + machine.written + " " + transitions());
      }
      cycle();
    }
  }

  /** Goes on for so long. */
  void pass(Duration time) {
    long end = machine.nanos + time.toNanos();
    until("time passes", () -> machine.nanos - end >= 0);
  }

  private void cycle() {
    if (machine.away) {
      step(() -> deferred.linkDown("unplugged"));
    } else {
      for (Urgency urgency : Urgency.values()) {
        List<TagWrite> due = isKilled() ? List.of() : deferred.due(urgency);
        while (!due.isEmpty() && !isKilled()) {
          write(due.get(0));
          due = urgency == Urgency.SAFE && !isKilled() ? deferred.due(urgency) : List.of();
        }
      }
      step(() -> deferred.observe(machine.observation()));
    }
    boolean[] more = {true};
    while (more[0] && !isKilled()) {
      step(() -> more[0] = next());
    }
    step(handover::tick);
    machine.nanos += CYCLE.toNanos();
    machine.wall = machine.wall.plus(CYCLE);
  }

  /** Done on the machine, and told: it may be killed in between. */
  private void write(TagWrite write) {
    Written[] outcome = new Written[1];
    step(
        () -> {
          if (write.tag().startsWith("valve") && write.value().equals(false)) {
            machine.nanos += machine.lateness.toNanos();
          }
          String why = machine.refusal.apply(write);
          if (why == null) {
            machine.values.put(write.tag(), write.value());
          }
          machine.written.add(write.tag() + "=" + write.value() + (why == null ? "" : "!"));
          outcome[0] =
              why != null
                  ? Written.refused(write, why)
                  : machine.mute.contains(write.tag())
                      ? Written.unknown(write, "no answer within 500 ms")
                      : Written.done(write);
        });
    step(() -> deferred.written(List.of(outcome[0])));
  }

  private boolean next() {
    try {
      return handover.next(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void step(Runnable step) {
    if (budget > 0) {
      step.run();
      budget--;
    }
  }

  /** Steps that were done since {@link #killAfter}, which had so many. */
  long left() {
    return budget;
  }

  List<Transition> transitions() {
    try {
      return journal.all(0, 1_000).stream().map(Entry::transition).toList();
    } catch (JournalException e) {
      throw new IllegalStateException(e);
    }
  }

  String events() {
    return String.join(" ", transitions().stream().map(Transition::event).toList());
  }

  @Override
  public void close() {
    journal.close();
  }
}
