package dev.millwright.bench;

import dev.millwright.bench.report.Figure;
import dev.millwright.bench.report.Limit;
import dev.millwright.bench.report.Series;
import dev.millwright.journal.Entry;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Known;
import dev.millwright.machine.Detail;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.settings.DataSize;
import dev.millwright.store.Addressed;
import dev.millwright.store.Database;
import dev.millwright.store.MachineStore;
import dev.millwright.store.Row;
import dev.millwright.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What each stage takes of the time between a decision and its committed row. */
final class StagesToRow implements Section {

  private static final String MACHINE = "STAGED";
  private static final String JOURNAL = "onto the journal's disk (I2)";
  private static final String TAKEN = "taken from the journal";
  private static final String ROW = "the row, with its history, committed";
  private static final String CONFIRMED = "confirmed in the journal, after the commit";
  private static final String BARE = "bare UPDATE";
  private static final String DISK = "bare write";

  private static final Detail DETAIL = new Detail("machine", "R42", null, null, 0, null, false);

  @Override
  public String name() {
    return "stages-to-row";
  }

  @Override
  public String title() {
    return "What a transition waits for";
  }

  @Override
  public String prose(Run run) {
    return """
        The stages between a decision and its row, one after the other on one thread, one transition
        at a time, each beside a bare UPDATE of a table without history. The first three are what a
        change on a machine waits for beyond its wire; the last is over only when the row is there
        already, but the next transition has to wait for it if it comes at the same moment. A bare
        write is that of 4 KiB to the end of a file on the same disk, with fdatasync(2), also in turn:
        no journal can be much faster, nor any commit of a server there.
        """;
  }

  @Override
  public void measure(Run run, List<Figure> figures) throws Exception {
    Map<String, Delays> stages = new LinkedHashMap<>();
    for (String stage : List.of(JOURNAL, TAKEN, ROW, CONFIRMED, BARE, DISK)) {
      stages.put(stage, new Delays());
    }
    try (TestDatabase ours = TestDatabase.withSchema().create();
        TestDatabase bare = TestDatabase.empty().create();
        Database pool = new Database(ours.settings());
        BareRow row = new BareRow(bare);
        BareWrite disk = new BareWrite(run.folder().resolve("bare"));
        Journal journal =
            Journal.open(
                new JournalSettings(
                    run.folder("journal").resolve("journal.db").toAbsolutePath(),
                    DataSize.ofMebibytes(64)),
                Instant.now())) {
      Stages work = new Stages(new MachineStore(pool.dataSource()), journal, row, disk, stages);
      for (int round = 0; round <= run.rounds(); round++) {
        stages.values().forEach(Delays::begin);
        for (int i = 0; i < run.size(100, 500); i++) {
          work.once();
        }
      }
    }
    figures.addAll(figures(stages));
  }

  private static List<Figure> figures(Map<String, Delays> stages) {
    Series bare = series(BARE, stages);
    List<Figure> figures = new ArrayList<>();
    for (String stage : List.of(JOURNAL, TAKEN, ROW, CONFIRMED)) {
      figures.add(Figure.of(stage, "ms", series(stage, stages), bare, new Limit[0]));
    }
    Series disk = series(DISK, stages);
    figures.add(Figure.of(JOURNAL, "ms", series(JOURNAL, stages), disk));
    figures.add(Figure.of(ROW, "ms", series(ROW, stages), disk));
    return figures;
  }

  /** Without the first round, which warms up. */
  private static Series series(String stage, Map<String, Delays> stages) {
    List<Double> medians = stages.get(stage).each(0.5);
    boolean other = stage.equals(BARE) || stage.equals(DISK);
    return new Series(other ? stage : "Millwright", medians.subList(1, medians.size()));
  }

  /** One machine's transitions, each on top of the one before. */
  private static final class Stages {
    private final MachineStore store;
    private final Journal journal;
    private final BareRow bare;
    private final BareWrite disk;
    private final Map<String, Delays> stages;
    private Known known;

    Stages(
        MachineStore store,
        Journal journal,
        BareRow bare,
        BareWrite disk,
        Map<String, Delays> stages)
        throws Exception {
      this.store = store;
      this.journal = journal;
      this.bare = bare;
      this.disk = disk;
      this.stages = stages;
      if (!store.register(MACHINE)) {
        throw new IllegalStateException(MACHINE + " is there already");
      }
      Row row = store.load(List.of(MACHINE)).readable().get(MACHINE);
      known = new Known(MACHINE, row.id(), row.state(), null, Memory.ofRow(0L, null, null, null));
      // As the daemon, which has found nothing waiting before there is anything.
      journal.fair("", 500, Set.of());
    }

    void once() throws Exception {
      Transition transition = next(known.state());
      Known then =
          new Known(MACHINE, known.rowId(), transition.to(), transition.id(), known.memory());
      long began = System.nanoTime();
      journal.append(known, then, List.of(transition));
      long kept = System.nanoTime();
      List<Entry> entries = journal.fair("", 500, Set.of()).entries();
      long taken = System.nanoTime();
      boolean stands =
          store
              .deliver(
                  entries.stream()
                      .map(entry -> new Addressed(entry.rowId(), entry.after(), entry.transition()))
                      .toList())
              .stream()
              .allMatch(outcome -> outcome.stands());
      long written = System.nanoTime();
      journal.confirm(entries);
      long confirmed = System.nanoTime();
      long ended = bare.write(transition.to().status() == Status.PROCESSING);
      long onDisk = disk.write();
      if (!stands || entries.size() != 1) {
        throw new IllegalStateException(entries.size() + " entries; written: " + stands);
      }
      known = then;
      stages.get(JOURNAL).add(kept - began);
      stages.get(TAKEN).add(taken - kept);
      stages.get(ROW).add(written - taken);
      stages.get(CONFIRMED).add(confirmed - written);
      stages.get(BARE).add(ended - confirmed);
      stages.get(DISK).add(onDisk - ended);
    }

    private static Transition next(MachineState from) {
      boolean start = from.status() != Status.PROCESSING;
      return new Transition(
          UUID.randomUUID(),
          start ? "start" : "complete",
          from,
          new MachineState(
              from.seq() + 1,
              start ? Status.PROCESSING : Status.IDLE,
              start ? UUID.randomUUID() : null,
              Instant.now(),
              null),
          DETAIL);
    }
  }
}
