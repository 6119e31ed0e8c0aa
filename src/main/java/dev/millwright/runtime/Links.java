package dev.millwright.runtime;

import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.machine.Shown;
import dev.millwright.recipe.Recipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tinylog.Logger;

/** Makes the machines behind each link: watched, told what to do, or driven. */
final class Links {

  private final Engine.Parts parts;
  private final Map<String, Known> known;
  private final MachineMonitor.Parts shared;
  private final Map<String, DriveRecord> kept;
  private final List<MachineMonitor> monitors = new ArrayList<>();
  private final List<Drive> drives = new ArrayList<>();
  private final List<Handover> handovers = new ArrayList<>();
  private final Map<String, Commandable> commandables = new LinkedHashMap<>();

  /**
   * @param known what the journal knows of the machines' rows
   */
  Links(Engine.Parts parts, Map<String, Known> known, MachineMonitor.Parts shared)
      throws JournalException {
    this.parts = parts;
    this.known = known;
    this.shared = shared;
    this.kept =
        parts
            .journal()
            .drives(
                drive ->
                    Logger.error(
                        LogLine.of(drive.machine(), drive + "; it begins as one that never ran")));
  }

  /** What the link's thread deals with. */
  List<? extends Watched> behind(Engine.Wiring wiring) {
    boolean driven = wiring.controls().values().stream().anyMatch(Control.Driven.class::isInstance);
    Handover handover = driven ? new Handover(wiring.link().name(), parts.time()) : null;
    if (driven) {
      handovers.add(handover);
    }
    List<Watched> behind = new ArrayList<>();
    for (MachineSettings machine : wiring.machines()) {
      Control control = wiring.controls().get(machine.serialNumber());
      MachineMonitor monitor = monitor(machine, control);
      monitors.add(monitor);
      if (control instanceof Control.Driven how) {
        behind.add(drive(monitor, how, handover));
      } else {
        behind.add(driven ? new Deferred(monitor, handover, parts.time()) : monitor);
      }
    }
    return behind;
  }

  private MachineMonitor monitor(MachineSettings machine, Control control) {
    Known last = known.get(machine.serialNumber());
    if (control instanceof Control.Own own) {
      MachineMonitor monitor = new MachineMonitor(machine, own.commands(), last, shared);
      commandables.put(monitor.name(), monitor.commands());
      return monitor;
    }
    return new MachineMonitor(machine, last, shared);
  }

  private Deferred drive(MachineMonitor monitor, Control.Driven how, Handover handover) {
    Map<String, Recipe> recipes = parts.recipes();
    String name = monitor.name();
    // What is kept is shown at once, not at the next tick.
    List<Deferred> itself = new ArrayList<>();
    Drive drive =
        new Drive(
            name,
            kept.get(name),
            new Drive.Parts(
                how.settings(),
                how.tags(),
                monitor.settings().staleAfter(),
                recipes,
                parts.journal(),
                monitor::glance,
                task ->
                    handover.post(
                        () -> {
                          task.run();
                          itself.forEach(Deferred::tick);
                        }),
                parts.time()));
    Panel panel = new Panel(how.settings().panel(), drive, name, parts.time());
    Deferred deferred = new Deferred(monitor, drive, panel, handover, parts.time());
    itself.add(deferred);
    handover.tick(deferred::tick);
    drives.add(drive);
    commandables.put(name, drive);
    return deferred;
  }

  /** A machine in a run that nobody drives any more is left as the daemon's end left it. */
  void tellForgotten() {
    kept.values().stream()
        .filter(drive -> drive.shown() == Shown.PROCESSING || !drive.safe())
        .filter(drive -> !commandables.containsKey(drive.machine()))
        .forEach(
            drive ->
                Logger.error(
                    LogLine.of(
                        drive.machine(),
                        "was left in recipe "
                            + drive.recipe()
                            + " and is not driven any more: its safe state is not written;"
                            + " LOOK AT IT, or give its file the table [drive] again")));
  }

  List<MachineMonitor> monitors() {
    return monitors;
  }

  List<Drive> drives() {
    return drives;
  }

  List<Handover> handovers() {
    return handovers;
  }

  Map<String, Commandable> commandables() {
    return commandables;
  }
}
