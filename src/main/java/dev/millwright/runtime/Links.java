package dev.millwright.runtime;

import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.Known;
import dev.millwright.journal.Unreadable;
import dev.millwright.machine.Shown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tinylog.Logger;

/** Makes links with the machines behind them: watched, told what to do, or driven. */
final class Links {

  static final Duration FIRST_RETRY = Duration.ofMillis(500);
  static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

  private final Engine.Parts parts;
  private final MachineMonitor.Parts shared;
  private final Threads threads;

  /**
   * What machines begin from.
   *
   * @param known what the journal knows of their rows, by serial number
   * @param drives what driven ones showed last
   */
  record Found(Map<String, Known> known, Map<String, DriveRecord> drives) {

    static Found in(Journal journal) throws JournalException {
      return new Found(
          journal.known(Found::tellUnreadable), journal.drives(Found::tellUnreadableDrive));
    }

    private static void tellUnreadable(Unreadable known) {
      Logger.error(
          LogLine.of(
              known.machine(),
              known
                  + "; what waits is delivered, then the machine goes on from its row; the other"
                  + " machines go on"));
    }

    private static void tellUnreadableDrive(Unreadable drive) {
      Logger.error(LogLine.of(drive.machine(), drive + "; it begins from the row"));
    }

    /** A machine in a run that nobody drives any more is left as the daemon's end left it. */
    void tellForgotten(Set<String> driven) {
      drives.values().stream()
          .filter(drive -> drive.shown() == Shown.PROCESSING || !drive.safe())
          .filter(drive -> !driven.contains(drive.machine()))
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
  }

  Links(Engine.Parts parts, MachineMonitor.Parts shared, Threads threads) {
    this.parts = parts;
    this.shared = shared;
    this.threads = threads;
  }

  Backoff backoff() {
    return new Backoff(FIRST_RETRY, LONGEST_RETRY, parts.random());
  }

  /**
   * Makes a link, not started.
   *
   * @param kept of machines that go on as they are, by serial number; the others begin anew
   */
  RunningLink of(Engine.Wiring wiring, Found found, Map<String, MachineMonitor> kept) {
    boolean driven = wiring.controls().values().stream().anyMatch(Control.Driven.class::isInstance);
    Handover handover = driven ? new Handover(wiring.link().name(), parts.time()) : null;
    List<Watched> watched = new ArrayList<>();
    List<MachineMonitor> monitors = new ArrayList<>();
    List<Drive> drives = new ArrayList<>();
    Map<String, Commandable> commandables = new LinkedHashMap<>();
    for (MachineSettings machine : wiring.machines()) {
      String name = machine.serialNumber();
      Control control = wiring.controls().get(name);
      MachineMonitor monitor =
          kept.containsKey(name)
              ? kept.get(name)
              : monitor(machine, control, found.known().get(name));
      monitors.add(monitor);
      if (control instanceof Control.Driven how) {
        Drive drive = drive(monitor, how, handover, found.drives().get(name), watched);
        drives.add(drive);
        commandables.put(name, drive);
        continue;
      }
      if (monitor.commands() != null) {
        commandables.put(name, monitor.commands());
      }
      watched.add(driven ? new Deferred(monitor, handover, parts.time()) : monitor);
    }
    return new RunningLink(
        wiring,
        new LinkRunner(wiring.link(), watched, backoff(), parts.time(), Teller.LOG, parts.meter()),
        new RunningLink.Behind(monitors, drives, commandables, handover),
        threads);
  }

  private MachineMonitor monitor(MachineSettings machine, Control control, Known known) {
    return control instanceof Control.Own own
        ? new MachineMonitor(machine, own.commands(), known, shared)
        : new MachineMonitor(machine, known, shared);
  }

  private Drive drive(
      MachineMonitor monitor,
      Control.Driven how,
      Handover handover,
      DriveRecord kept,
      List<Watched> watched) {
    String name = monitor.name();
    // What is kept is shown at once, not at the next tick.
    List<Deferred> itself = new ArrayList<>();
    Drive drive =
        new Drive(
            name,
            kept,
            new Drive.Parts(
                how.settings(),
                how.tags(),
                monitor.settings().staleAfter(),
                parts.recipes(),
                parts.journal(),
                monitor::glance,
                task ->
                    handover.post(
                        () -> {
                          task.run();
                          itself.forEach(Deferred::tick);
                        }),
                parts.time(),
                parts.meter()));
    Panel panel = new Panel(how.settings().panel(), drive, name, parts.time());
    Deferred deferred = new Deferred(monitor, drive, panel, handover, parts.time());
    itself.add(deferred);
    handover.tick(deferred::tick);
    watched.add(deferred);
    return drive;
  }
}
