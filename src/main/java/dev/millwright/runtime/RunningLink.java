package dev.millwright.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A link, the machines behind it and their threads: what is started and stopped as one, while other
 * links go on.
 */
final class RunningLink {

  /**
   * What is behind the link.
   *
   * @param monitors one for each machine
   * @param drives of those that are stepped through recipes
   * @param commandables those that take commands, by serial number
   * @param handover to the thread that decides; null where the link's thread does
   */
  record Behind(
      List<MachineMonitor> monitors,
      List<Drive> drives,
      Map<String, Commandable> commandables,
      Handover handover) {}

  private final Engine.Wiring wiring;
  private final LinkRunner runner;
  private final Behind behind;
  private final Thread thread;

  /** Null where the link's thread decides. */
  private final Thread deciding;

  RunningLink(Engine.Wiring wiring, LinkRunner runner, Behind behind, Threads threads) {
    this.wiring = wiring;
    this.runner = runner;
    this.behind = behind;
    this.thread = threads.of(runner, "link " + runner.name());
    Handover handover = behind.handover();
    this.deciding = handover == null ? null : threads.of(handover, "decide " + handover.name());
  }

  void start() {
    if (deciding != null) {
      deciding.start();
    }
    thread.start();
  }

  /** Makes the link's thread end soon. */
  void stopLink() {
    runner.stop();
    thread.interrupt();
  }

  /** Makes the deciding thread end when what waits is decided. */
  void stopDeciding() {
    if (deciding != null) {
      behind.handover().stop();
    }
  }

  /** Closes the link from outside, under a thread that does not end. */
  void close() {
    runner.close();
  }

  String name() {
    return runner.name();
  }

  Thread thread() {
    return thread;
  }

  /** Null where the link's thread decides. */
  Thread deciding() {
    return deciding;
  }

  /** One for each of its threads. */
  List<Heartbeat> heartbeats() {
    return deciding == null
        ? List.of(runner.heartbeat())
        : List.of(runner.heartbeat(), behind.handover().heartbeat());
  }

  /** How its threads fare. */
  List<LoopState> loops() {
    LoopState running = LoopState.of(thread, runner.heartbeat());
    return deciding == null
        ? List.of(running)
        : List.of(running, LoopState.of(deciding, behind.handover().heartbeat()));
  }

  /** What is known of its machines now. */
  Stream<MachineSnapshot> snapshots(Backlogs.Counted waiting) {
    Map<String, Drive> driven =
        drives().stream().collect(Collectors.toMap(Drive::name, drive -> drive));
    return monitors().stream()
        .map(
            monitor -> {
              Drive drive = driven.get(monitor.name());
              return monitor
                  .showcase()
                  .snapshot(
                      monitor.name(),
                      runner.snapshot(),
                      drive == null ? null : drive.progress(),
                      waiting.of(monitor.name()));
            });
  }

  boolean isOver() {
    return !thread.isAlive() && (deciding == null || !deciding.isAlive());
  }

  boolean hasAnyOf(Collection<String> machines) {
    return behind.monitors().stream().anyMatch(monitor -> machines.contains(monitor.name()));
  }

  Engine.Wiring wiring() {
    return wiring;
  }

  LinkRunner runner() {
    return runner;
  }

  List<MachineMonitor> monitors() {
    return behind.monitors();
  }

  List<Drive> drives() {
    return behind.drives();
  }

  Map<String, Commandable> commandables() {
    return behind.commandables();
  }
}
