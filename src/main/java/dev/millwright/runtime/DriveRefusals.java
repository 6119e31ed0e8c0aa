package dev.millwright.runtime;

import dev.millwright.journal.Known;
import dev.millwright.machine.Shown;
import dev.millwright.machine.Status;
import dev.millwright.runtime.DriveState.Phase;

/** Which commands a driven machine refuses as it is now, and why. Used under the drive's lock. */
final class DriveRefusals {

  private final DriveState state;
  private final Starts starts;
  private final MachineView view;
  private final DriveSettings.Fault fault;
  private final TimeSource time;

  DriveRefusals(DriveState state, Starts starts, MachineView view, Drive.Parts parts) {
    this.state = state;
    this.starts = starts;
    this.view = view;
    this.fault = parts.settings().fault();
    this.time = parts.time();
  }

  /**
   * Why the command would be refused; null when it would be taken.
   *
   * @param known what is known of the machine's row; null when nothing is
   */
  String of(Command command, Known known) {
    String unfit = command.tooLong();
    if (unfit != null) {
      return unfit;
    } else if (known == null || state.isNew()) {
      return Commandable.NO_ROW;
    } else if (command.process() != null && !command.process().equals(state.process())) {
      return Commandable.notUnderWay(command, state.process());
    }
    return switch (command.kind()) {
      case START -> ofStart(command, known);
      case STOP -> state.isUnderWay() ? null : noRun();
      case RESET -> ofReset();
      case HOLD -> !isRunning() ? noRun() : state.run().isHolding() ? "it is held already" : null;
      case UNHOLD -> !isRunning() ? noRun() : state.run().isHolding() ? null : "it is not held";
    };
  }

  private boolean isRunning() {
    return state.phase() == Phase.RUNNING;
  }

  private String noRun() {
    return state.phase() == Phase.REST
        ? shown() + ": there is no run"
        : "the run is being ended already";
  }

  private String shown() {
    return DriveState.words(state.shown().shown());
  }

  private String ofStart(Command command, Known known) {
    if (state.phase() != Phase.REST) {
      return state.isUnderWay()
          ? "busy with recipe " + state.run().recipe().name() + ": stop it or let it end first"
          : "busy: the end of the last run is not on the disk yet";
    } else if (state.shown().shown() == Shown.ERROR) {
      return "in error (" + state.shown().fault() + "): reset first, then start";
    } else if (state.safe() != null) {
      return state.safe().trouble();
    } else if (known.state().status() != Status.IDLE) {
      return known.state().status().word()
          + ": the machine has to be idle; is it in contact, and is its row as it should be?";
    }
    return starts.refusal(command, view.at(time.nanos()));
  }

  private String ofReset() {
    if (state.phase() != Phase.REST || state.shown().shown() != Shown.ERROR) {
      return shown() + ": nothing to reset";
    } else if (state.safe() != null) {
      return state.safe().trouble();
    }
    String says = view.at(time.nanos()).fault(fault);
    return says == null ? null : "the machine still says: " + says;
  }
}
