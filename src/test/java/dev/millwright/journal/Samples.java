package dev.millwright.journal;

import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Order;
import dev.millwright.machine.Pulses;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.machine.Window;
import dev.millwright.settings.DataSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;

/** Journals and what goes into them. */
final class Samples {

  static final Instant NOW = Instant.parse("2026-11-20T09:00:00.123456789Z");
  static final UUID ROW = UUID.fromString("00000000-0000-0000-0000-0000000000a1");

  private Samples() {}

  static JournalSettings settings(Path path) {
    return new JournalSettings(path, DataSize.ofMebibytes(64));
  }

  static Journal open(Path path) throws JournalException {
    return Journal.open(settings(path), NOW);
  }

  /** A machine that has made so many transitions, none of them known, and is idle. */
  static Known idle(String machine, long seq) {
    return after(machine, new MachineState(seq, Status.IDLE, null, NOW, null), null);
  }

  /** What is known of a machine after a transition. */
  static Known after(String machine, Transition transition) {
    return after(machine, transition.to(), transition.id());
  }

  private static Known after(String machine, MachineState state, UUID transition) {
    return new Known(machine, ROW, state, transition, Memory.ofRow(state.seq(), "R1", null, NOW));
  }

  /** A page in the log, with what SQLite writes before it. */
  static final int FRAME = 24 + JournalFile.PAGE_BYTES;

  /** The transition after so many: offline and idle in turns. */
  static Transition transition(long seq) {
    return new Transition(
        UUID.randomUUID(),
        "link found",
        new MachineState(seq, Status.IDLE, null, NOW, null),
        new MachineState(seq + 1, Status.IDLE, null, NOW.plusMillis(seq), null),
        new Detail("machine", "R1", null, seq, 0, null, false));
  }

  /** Appends the transition after so many; returns its id. */
  static UUID append(Journal journal, String machine, long seq) throws JournalException {
    return append(journal, machine, seq, 1).get(0);
  }

  /** Appends transitions, the first of them after so many; returns their ids. */
  static List<UUID> append(Journal journal, String machine, long seq, int count)
      throws JournalException {
    List<Transition> some =
        LongStream.range(seq, seq + count).mapToObj(Samples::transition).toList();
    append(journal, after(machine, some.get(count - 1)), some);
    return some.stream().map(Transition::id).toList();
  }

  /** Appends transitions of a machine that were decided on what the journal knows. */
  static void append(Journal journal, Known after, List<Transition> some) throws JournalException {
    Known known = journal.known().get(after.machine());
    Known first =
        new Known(
            after.machine(), ROW, some.get(0).from(), null, Memory.ofRow(0L, "R1", null, NOW));
    journal.append(known == null ? first : known, after, some);
  }

  /** These are delivered. */
  static void confirm(Journal journal, Long... ids) throws JournalException {
    List<Entry> all = journal.all(0, Integer.MAX_VALUE);
    journal.confirm(all.stream().filter(entry -> List.of(ids).contains(entry.id())).toList());
  }

  /** All that waits, over all machines, in the order of decision. */
  static List<Entry> waiting(Journal journal) throws JournalException {
    return journal.fair(null, Integer.MAX_VALUE, Set.of()).entries().stream()
        .sorted(Comparator.comparingLong(Entry::id))
        .toList();
  }

  /** Nothing in it is null, and no text is plain. */
  static Transition fullest() {
    UUID process = UUID.randomUUID();
    return new Transition(
        UUID.randomUUID(),
        "error",
        new MachineState(Long.MAX_VALUE - 1, Status.OFFLINE, process, NOW, failure("Öl 🛢")),
        new MachineState(
            Long.MAX_VALUE,
            Status.ERROR,
            process,
            Instant.parse("9999-12-31T23:59:59.999999999Z"),
            failure("過熱\n\t'\";--\0end")),
        new Detail(
            "machine",
            "Rezept ß",
            "Los 7/β",
            "weil\r\n",
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            new Window(Instant.parse("1601-01-01T00:00:00.000000001Z"), NOW),
            true,
            true,
            Long.MAX_VALUE,
            new Order(
                process,
                "Jörg №7",
                "wegen ß\r\n",
                "0f".repeat(32),
                new Pulses(Long.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE), Duration.ZERO))));
  }

  /** Everything that may be null is. */
  static Transition emptiest() {
    return new Transition(
        UUID.randomUUID(),
        "",
        new MachineState(0, Status.OFFLINE, null, null, null),
        new MachineState(1, Status.ERROR, null, null, new Failure(null, "x")),
        new Detail(null, null, null, null, 0, null, false));
  }

  private static Failure failure(String description) {
    return new Failure("Pumpe №1", description);
  }

  /** Those of the log that count, by the numbers that SQLite gives to each beginning of it. */
  static int pagesOfLog(Path path) throws IOException {
    ByteBuffer log =
        ByteBuffer.wrap(Files.readAllBytes(path.resolveSibling(path.getFileName() + "-wal")));
    long salt = log.getLong(16);
    int pages = 0;
    for (int at = 32;
        salt != 0 && at + FRAME <= log.limit() && log.getLong(at + 8) == salt;
        at += FRAME) {
      pages++;
    }
    return pages;
  }
}
