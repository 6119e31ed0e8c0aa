package dev.millwright.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.millwright.journal.Journal;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Known;
import dev.millwright.machine.Detail;
import dev.millwright.machine.Failure;
import dev.millwright.machine.MachineState;
import dev.millwright.machine.Memory;
import dev.millwright.machine.Status;
import dev.millwright.machine.Transition;
import dev.millwright.settings.DataSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of the journal, with and without a daemon. */
class DoctorJournalTest {

  private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");

  @TempDir private Path folder;
  private Path file;
  private Sites sites;

  @BeforeEach
  void site() throws Exception {
    sites = new Sites(folder, "jdbc:postgresql://localhost:1/plant?user=u");
    sites.virtual("V-1", false);
    file = folder.resolve("journal.db");
  }

  private Journal open() throws Exception {
    return Journal.open(new JournalSettings(file, DataSize.ofMebibytes(64)), NOW);
  }

  private static MachineState state(long seq) {
    return seq % 2 == 0
        ? new MachineState(seq, Status.IDLE, null, NOW, null)
        : new MachineState(seq, Status.ERROR, null, NOW, new Failure("drive", "part jammed"));
  }

  private static Known known(long seq, UUID last) {
    return new Known(
        "PRESS-01",
        UUID.fromString("00000000-0000-0000-0000-0000000000a1"),
        state(seq),
        last,
        Memory.ofRow(17L, "R42", null, NOW));
  }

  /** One that fails. */
  private static void append(Journal journal) throws Exception {
    Transition transition =
        new Transition(
            UUID.randomUUID(),
            "error",
            state(0),
            state(1),
            new Detail("machine", "R42", null, 17L, 0, null, false));
    journal.append(known(0, null), known(1, transition.id()), List.of(transition));
  }

  private List<Diagnosis> look() throws Exception {
    return DoctorJournal.look(Patients.of(sites));
  }

  /** FIELD 19: what the database refuses is seen, also where the daemon is gone. */
  @Test
  void what_a_daemon_that_is_gone_has_left_is_told() throws Exception {
    try (Journal journal = open()) {
      append(journal);
    }
    assertEquals(
        Diagnosis.warning(
            "journal",
            file + ", held by nobody; transitions that wait in it: 1",
            "start the daemon, which delivers them"),
        Patients.of("journal", look()));
    try (Journal journal = open()) {
      journal.quarantine(1, "22001: value too long", known(0, null));
    }
    byte[] before = Files.readAllBytes(file);
    List<Diagnosis> found = look();
    assertEquals(
        Diagnosis.ok("journal", file + ", held by nobody; nothing waits in it"),
        Patients.of("journal", found));
    Diagnosis refused = Patients.of("quarantine", found);
    assertEquals(Diagnosis.Level.WARNING, refused.level());
    assertEquals("transitions that the database refuses: 1", refused.words());
    assertTrue(refused.advice().startsWith("millwright journal list --quarantined"));
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(file)), "changed");
  }

  @Test
  void one_that_is_held_is_left_alone() throws Exception {
    try (Journal journal = open()) {
      append(journal);
      Diagnosis held = Patients.of("journal", look());
      assertEquals(Diagnosis.Level.OK, held.level(), held::toString);
      assertTrue(
          held.words().contains("held by process " + ProcessHandle.current().pid()), held::words);
    }
  }

  private Diagnosis told(long used, long limit, String trouble) throws Exception {
    JsonObject daemon = new JsonObject();
    daemon.addProperty("journal_used_bytes", used);
    daemon.addProperty("journal_limit_bytes", limit);
    daemon.addProperty("journal_trouble", trouble);
    return Patients.of("journal", DoctorJournal.look(Patients.told(sites, daemon)));
  }

  /** The file keeps its size when it has been full once; that is no fault of today. */
  @Test
  void how_full_it_is_the_daemon_tells_and_not_the_size_of_the_file() throws Exception {
    Files.write(file, new byte[4 << 20]);
    Diagnosis empty = told(64 << 10, 4 << 20, null);
    assertEquals(Diagnosis.Level.OK, empty.level(), empty::toString);
    assertTrue(empty.words().startsWith(file + ", 64 KiB of 4MiB"), empty::words);
    Diagnosis full = told(4 << 20, 4 << 20, null);
    assertEquals(Diagnosis.Level.FAULT, full.level(), full::toString);
    assertTrue(full.advice().startsWith("it is nearly full"), full::advice);
    Diagnosis broken = told(0, 0, "disk I/O error");
    assertEquals(Diagnosis.Level.FAULT, broken.level(), broken::toString);
    assertTrue(broken.words().endsWith("cannot be asked: disk I/O error"), broken::words);
  }

  @Test
  void one_that_is_damaged_is_a_fault_and_stays_as_it_is() throws Exception {
    Files.writeString(file, "no journal at all");
    Diagnosis found = Patients.of("journal", look());
    assertEquals(Diagnosis.Level.FAULT, found.level(), found::toString);
    assertEquals("millwright journal verify", found.advice());
    assertEquals("no journal at all", Files.readString(file));
  }

  @Test
  void a_folder_that_is_not_there_is_made_by_systemd() throws Exception {
    Path main = sites.file();
    Files.writeString(
        main, Files.readString(main).replace(file.toString(), folder + "/none/journal.db"));
    assertEquals(
        List.of(
            Diagnosis.fault(
                "journal",
                "there is no folder " + folder + "/none",
                "start the daemon by systemd, which makes it (StateDirectory=)")),
        look());
  }
}
