package dev.millwright.status;

import dev.millwright.journal.Backlog;
import dev.millwright.journal.Journal;
import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.runtime.Command;
import dev.millwright.runtime.CommandResult;
import dev.millwright.runtime.DatabaseSnapshot;
import dev.millwright.runtime.Glimpse;
import dev.millwright.runtime.LinkSnapshot;
import dev.millwright.runtime.LoopState;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Meter;
import dev.millwright.runtime.Moment;
import dev.millwright.runtime.Overview;
import dev.millwright.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A plant of which everything is known, with something of each kind. */
final class SamplePlant {

  static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

  private SamplePlant() {}

  /** Two machines share a link; every fourth one is in error, and waits for the database. */
  static Overview of(int machines) {
    return new Overview(
        NOW,
        IntStream.range(0, machines).mapToObj(SamplePlant::machine).toList(),
        new DatabaseSnapshot(true, NOW.minusSeconds(60), null),
        null);
  }

  static String name(int nth) {
    return "M-%03d".formatted(nth);
  }

  private static MachineSnapshot machine(int nth) {
    boolean faulty = nth % 4 == 3;
    MachineState state =
        new MachineState(
            7,
            faulty ? Status.ERROR : Status.IDLE,
            null,
            NOW.minusSeconds(90),
            faulty ? new dev.millwright.machine.Failure(null, "jammed") : null);
    Row row =
        new Row(
            UUID.randomUUID(), name(nth), state, "start", null, null, null, null, NOW, null, null);
    return new MachineSnapshot(
        name(nth),
        row,
        new LinkSnapshot("link-" + nth / 2, !faulty, NOW, faulty ? "no answer" : null),
        new Glimpse(new Moment(NOW, 0), null, "1", Glimpse.Conclusion.UNCHANGED, null, 0, true),
        Duration.ofMillis(150),
        null,
        null,
        faulty ? new Backlog(3, NOW.minusSeconds(90), 1) : Backlog.NONE);
  }

  /** Metrics of such a plant, where all that can be counted has happened to each machine. */
  static Metrics metrics(Supplier<Overview> overview) {
    Metrics metrics = new Metrics();
    metrics.show(
        new Metrics.Sources(
            "1.2.3",
            overview,
            () -> new Journal.Room(1_000_000, 500_000_000),
            () -> List.of(new LoopState("delivery", null), new LoopState("staleness", "stuck")),
            () -> List.of(new Certificate("own", "CN=Millwright", "AB01", NOW)),
            () -> true,
            () -> 5));
    metrics.reloaded("mistaken");
    for (MachineSnapshot machine : overview.get().machines()) {
      happen(metrics.meter(), machine.machine(), machine.link().name());
    }
    return metrics;
  }

  private static void happen(Meter meter, String machine, String link) {
    for (String event :
        List.of("start", "complete", "stop", "error", "reset", "link_lost", "link_found")) {
      meter.decided(machine, transition(event));
    }
    meter.delivered(machine, Duration.ofMillis(20));
    meter.conflict(machine);
    meter.unreadable(machine);
    meter.linkFailed(link);
    for (Command.Kind kind : Command.Kind.values()) {
      meter.ended(machine, command(kind), CommandResult.completed(null));
      meter.ended(machine, command(kind), CommandResult.failed("busy", null));
    }
    meter.pulse(machine, Duration.ofNanos(300_000));
    meter.unsafe(machine);
  }

  private static Transition transition(String event) {
    MachineState before = new MachineState(0, Status.IDLE, null, NOW, null);
    MachineState after = new MachineState(1, Status.IDLE, null, NOW, null);
    Detail detail = new Detail(Detail.MACHINE, null, null, null, 0, null, false);
    return new Transition(UUID.randomUUID(), event, before, after, detail);
  }

  private static Command command(Command.Kind kind) {
    return new Command(
        UUID.randomUUID(),
        kind,
        null,
        null,
        Map.of(),
        null,
        new Command.Origin(Command.Source.TABLE, null, null));
  }
}
