package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.journal.DriveRecord;
import dev.millwright.machine.Shown;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What the drive of a machine would show that is only looked at: it has never run a recipe, and it
 * writes nothing. A button that is pressed is told, and does nothing. For one thread.
 */
final class IdleDrive implements Commandable {

  private final MachineSettings machine;
  private final DriveSettings settings;
  private final MachineView view;
  private final Panel panel;
  private final Teller teller;
  private DriveRecord shown;

  IdleDrive(MachineSettings machine, Control.Driven how, TimeSource time, Teller teller) {
    this.machine = machine;
    this.settings = how.settings();
    this.view = new MachineView(how.tags(), machine.staleAfter());
    this.panel = new Panel(settings.panel(), this, machine.serialNumber(), time);
    this.teller = teller;
    this.shown = DriveRecord.first(machine.serialNumber(), time.now());
  }

  /** What the machine shows together with its drive. */
  Observation face(Observation seen, Moment at) {
    view.see(seen, at.nanos());
    panel.see(seen);
    String fault = view.at(at.nanos()).fault(settings.fault());
    if (fault != null && shown.shown() != Shown.ERROR) {
      shown =
          new DriveRecord(
              machine.serialNumber(),
              Shown.ERROR,
              0,
              at.wall(),
              true,
              "the machine says: " + fault,
              null,
              null,
              null,
              null,
              null);
    }
    Long contact = view.contact();
    return DriveFace.merged(
        seen,
        shown,
        contact == null ? DriveFace.NO_CONTACT : null,
        Duration.ofNanos(contact == null ? 0 : Math.max(0, at.nanos() - contact)));
  }

  @Override
  public String refusal(Command command) {
    return null;
  }

  @Override
  public void command(Command command, Consumer<CommandResult> result) {
    String word = command.kind().name().toLowerCase(Locale.ROOT);
    teller.info(
        LogLine.of(
            machine.serialNumber(), "panel: " + word + " is pressed; nothing is done about it"));
    result.accept(CommandResult.completed(null));
  }

  @Override
  public void leave(String why) {
    // There is nothing to end.
  }

  @Override
  public String occupied() {
    return null;
  }

  @Override
  public String reserve(String reason) {
    return null;
  }

  @Override
  public void release(String reason) {
    // It was not reserved.
  }
}
