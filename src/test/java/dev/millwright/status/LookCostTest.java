package dev.millwright.status;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millwright.machine.MachineState;
import dev.millwright.runtime.MachineSnapshot;
import dev.millwright.runtime.Overview;
import dev.millwright.runtime.TimeSource;
import dev.millwright.store.Row;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What one look of the page costs, in time of the processor and not of the clock, so that what else
 * the host does is no matter: five times a second while somebody looks, every other second else.
 */
@Tag("soak")
class LookCostTest {

  private static final double MOST_MICROS_A_MACHINE = 50;
  private static final int ROUNDS = 7;

  @ParameterizedTest
  @ValueSource(ints = {20, 200})
  void aLookCostsLittle(int machines) {
    Overview same = SamplePlant.of(machines);
    look("nothing has changed", machines, () -> same);
    AtomicLong seq = new AtomicLong(10);
    look("each machine has changed", machines, () -> moved(same, seq.incrementAndGet()));
  }

  private static void look(String what, int machines, Supplier<Overview> plant) {
    double[] rounds;
    try (Board board =
        new Board(plant, (machine, limit) -> List.of(), "host", TimeSource.system())) {
      Runnable hundred = () -> IntStream.range(0, 100).forEach(i -> board.look());
      IntStream.range(0, 5).forEach(i -> hundred.run());
      rounds = IntStream.range(0, ROUNDS).mapToDouble(i -> micros(hundred)).sorted().toArray();
    }
    double median = rounds[ROUNDS / 2] / 100;
    System.out.println(
        String.format(
            Locale.ROOT,
            "a look at %d machines, %s: %.0f us, %.2f us a machine",
            machines,
            what,
            median,
            median / machines));
    assertTrue(median / machines < MOST_MICROS_A_MACHINE, median + " us");
  }

  private static double micros(Runnable work) {
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun) / 1e3;
  }

  private static Overview moved(Overview before, long seq) {
    return new Overview(
        before.at(),
        before.machines().stream().map(machine -> moved(machine, seq)).toList(),
        before.database(),
        before.journalTrouble());
  }

  private static MachineSnapshot moved(MachineSnapshot machine, long seq) {
    Row row = machine.row();
    MachineState state = row.state();
    return new MachineSnapshot(
        machine.machine(),
        new Row(
            row.id(),
            row.serialNumber(),
            new MachineState(seq, state.status(), null, state.since(), state.failure()),
            "complete",
            row.lastTransitionId(),
            seq,
            "R42",
            null,
            row.updatedAt(),
            "{\"source\":\"machine\",\"recipe\":\"R42\",\"cycle\":7}",
            null),
        machine.link(),
        machine.glimpse(),
        machine.age(),
        machine.refused(),
        machine.settled(),
        machine.backlog());
  }
}
