package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.device.Link;
import dev.millwright.simulator.DirectedPlant;
import dev.millwright.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** From a change on a machine to the committed row. */
final class MachineToRow implements Section {

  private static final String WATCHED = "WATCHED";
  private static final String BARE = "BARE";
  private static final Duration MEET_LIMIT = Duration.ofSeconds(60);

  /** Two machines of a kind, one for each contender, and how they are asked. */
  private interface Kind {

    /**
     * Puts them on their wires.
     *
     * @return the file of the one that is ours
     */
    String begin(DirectedPlant plant) throws Exception;

    /** The floor's. */
    Changing floor(DirectedPlant plant, BareRow row) throws Exception;
  }

  /**
   * One measurement.
   *
   * @param name in the figures
   * @param interval of reports or polls: changes fall anywhere within it
   */
  private record Case(String name, Duration interval, Kind kind) {}

  @Override
  public String name() {
    return "machine-to-row";
  }

  @Override
  public String title() {
    return "From a change on a machine to its row";
  }

  @Override
  public String prose(Run run) {
    return """
        The time from the moment before a simulated machine shows another state until the commit of
        its row has returned, both by one monotonic clock; for ours, until that is noted and
        counted. Ours is the daemon's engine with its journal on disk, its pool, its counters and
        the history's trigger; at the end each change is one row of the history. The floor does
        without all that: a subscription with the bare library, or a loop that asks with the bare
        library at the same interval, and one UPDATE on one connection, of a table without history,
        on the same server. Both have a machine each, which change in turn, at moments that fall
        anywhere within the interval. The virtual machine has no wire, so its floor is the bare
        UPDATE alone.
        """;
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    for (Case each : cases()) {
      figures.addAll(measure(run, each));
    }
  }

  private static List<Case> cases() {
    Duration fast = Duration.ofMillis(10);
    Duration usual = Duration.ofMillis(100);
    return List.of(
        new Case("OPC UA, 10 ms", fast, new OpcUaKind(fast, Duration.ZERO)),
        new Case("OPC UA, 100 ms", usual, new OpcUaKind(usual, fast)),
        new Case("Modbus RTU, 10 ms", fast, new ModbusKind(fast)),
        new Case("Modbus RTU, 100 ms", usual, new ModbusKind(usual)),
        new Case("ASCII, 10 ms", fast, new AsciiKind(fast)),
        new Case("ASCII, 100 ms", usual, new AsciiKind(usual)),
        new Case("virtual", fast, null));
  }

  private static List<Figure> measure(Run run, Case each) throws Exception {
    Path folder = run.folder(each.name().replaceAll("[^A-Za-z0-9]", ""));
    Committed committed = new Committed();
    try (TestDatabase ours = TestDatabase.withSchema().create();
        TestDatabase bare = TestDatabase.empty().create();
        DirectedPlant plant = new DirectedPlant(folder.toAbsolutePath());
        BareRow row = new BareRow(bare)) {
      VirtualChanges virtual = each.kind() == null ? new VirtualChanges(WATCHED, committed) : null;
      String file =
          virtual == null ? each.kind().begin(plant) : MachineFiles.virtual(WATCHED, "1s");
      UnaryOperator<Link> link = own -> virtual == null ? own : virtual.link();
      try (WatchedMachines watched =
          new WatchedMachines(folder, List.of(file), ours, committed, link)) {
        watched.awaitMet(MEET_LIMIT);
        committed.forget();
        if (virtual != null) {
          virtual.begin();
        }
        Changing watchedChanges =
            virtual == null ? () -> -plant.change(WATCHED) + committed.next() : virtual;
        Changing floor = virtual == null ? each.kind().floor(plant, row) : new BareChanges(row);
        try {
          long before = watched.written(WATCHED);
          InTurn inTurn = new InTurn(run, each.interval(), watchedChanges, floor);
          inTurn.measure();
          long written = watched.written(WATCHED) - before;
          // The virtual machine goes on by itself.
          if (written < inTurn.changes() || (virtual == null && written > inTurn.changes())) {
            throw new IllegalStateException(
                each.name()
                    + ": "
                    + inTurn.changes()
                    + " changes, and "
                    + written
                    + " rows of history");
          }
          return inTurn.figures(each.name());
        } finally {
          if (floor instanceof AutoCloseable open) {
            open.close();
          }
        }
      }
    }
  }

  /** The floor of the virtual machine. */
  private static final class BareChanges implements Changing {
    private final BareRow row;
    private boolean runs;

    BareChanges(BareRow row) {
      this.row = row;
    }

    @Override
    public long delay() throws Exception {
      runs = !runs;
      long changed = System.nanoTime();
      return row.write(runs) - changed;
    }
  }

  /** Behind a server each, so that neither's subscription costs the other's. */
  private static final class OpcUaKind implements Kind {
    private final Duration publishing;
    private final Duration sampling;

    OpcUaKind(Duration publishing, Duration sampling) {
      this.publishing = publishing;
      this.sampling = sampling;
    }

    @Override
    public String begin(DirectedPlant plant) throws Exception {
      return MachineFiles.opcUa(WATCHED, plant.opcUa(List.of(WATCHED)), publishing, sampling);
    }

    @Override
    public Changing floor(DirectedPlant plant, BareRow row) throws Exception {
      return new BareSubscription(
          plant, plant.opcUa(List.of(BARE)), BARE, publishing, sampling, row);
    }
  }

  /** On a line each. */
  private static final class ModbusKind implements Kind {
    private final Duration poll;

    ModbusKind(Duration poll) {
      this.poll = poll;
    }

    @Override
    public String begin(DirectedPlant plant) throws Exception {
      return MachineFiles.modbusRtu(WATCHED, plant.modbusRtu(WATCHED), poll);
    }

    @Override
    public Changing floor(DirectedPlant plant, BareRow row) throws Exception {
      return new BarePolling(plant, BARE, BarePolling.modbusRtu(plant.modbusRtu(BARE)), poll, row);
    }
  }

  /** On a port each. */
  private static final class AsciiKind implements Kind {
    private final Duration poll;

    AsciiKind(Duration poll) {
      this.poll = poll;
    }

    @Override
    public String begin(DirectedPlant plant) throws Exception {
      return MachineFiles.ascii(WATCHED, plant.ascii(WATCHED), poll);
    }

    @Override
    public Changing floor(DirectedPlant plant, BareRow row) throws Exception {
      return new BarePolling(plant, BARE, BarePolling.ascii(plant.ascii(BARE)), poll, row);
    }
  }
}
