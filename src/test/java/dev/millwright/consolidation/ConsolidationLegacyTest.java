package dev.millwright.consolidation;

import static dev.millwright.consolidation.OldInstallation.COLUMNS;
import static dev.millwright.consolidation.OldInstallation.COPY;
import static dev.millwright.consolidation.OldInstallation.CUTOVER;
import static dev.millwright.consolidation.OldInstallation.NORMALISE;
import static dev.millwright.consolidation.OldInstallation.apply;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millwright.testing.TestDatabase;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Faults of LEGACY's first list, by their numbers, in an installation on its way across. */
class ConsolidationLegacyTest {

  private static final String PROCESS = "00000000-0000-0000-0000-00000000000a";
  private static final String OTHER = "00000000-0000-0000-0000-00000000000b";

  /** The runs of the machine, in order, with what became of them. */
  private static final String OUTCOMES =
      "SELECT string_agg(outcome, ' ' ORDER BY process_id) FROM process_runs"
          + " WHERE serial_number = 'RT-001'";

  @RegisterExtension static final TestDatabase database = TestDatabase.empty();

  private OldRows rows;

  @BeforeEach
  void create() throws Exception {
    OldInstallation.realAgain(database);
    rows = new OldRows(database);
  }

  /** A start without a row in machine_state raised after machines had been written. */
  @Test
  void legacy1AStartWithoutAStateRowIsAWholeStart() throws Exception {
    apply(database, CUTOVER);
    database.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '%s' WHERE serial_number = 'RT-001'"
            .formatted(PROCESS));
    assertEquals("processing " + PROCESS, rows.stateOf("RT-001", "current_state, process_id"));
    database.execute(
        "UPDATE machine_state SET current_state = 'PROCESSING', process_id = '%s' WHERE machine_id = '%s'"
            .formatted(PROCESS, rows.machine("RT-001", "id")));
    assertEquals(
        "1", database.value("SELECT count(*) FROM machine_transitions WHERE event = 'external'"));
  }

  /**
   * Two starts both passed the check. Old code goes on doing so: its second start takes the first
   * one's place, in the history too. A guarded start does not.
   */
  @Test
  void legacy2OfTwoStartsAtOnceNeitherIsHiddenAndAGuardedOneIsRefused() throws Exception {
    apply(database, CUTOVER);
    UUID machine = UUID.fromString(rows.machine("RT-001", "id"));
    String seq = rows.machine("RT-001", "state_seq");
    try (OldProgram first = new OldProgram(database.connect(), "starter 1");
        OldProgram second = new OldProgram(database.connect(), "starter 2")) {
      // Both have seen an idle machine.
      first.writeTwice(machine, "processing", UUID.fromString(PROCESS));
      second.writeTwice(machine, "processing", UUID.fromString(OTHER));
      assertEquals(
          0,
          second.send(
              "UPDATE machines SET status = 'processing', current_process_id = gen_random_uuid(),"
                  + " state_seq = state_seq + 1, last_event = 'start',"
                  + " last_transition_id = gen_random_uuid() WHERE id = '%s' AND state_seq = %s"
                      .formatted(machine, seq)));
    }
    assertEquals(
        "starter 1 " + PROCESS + ", starter 2 " + OTHER,
        database.value(
            "SELECT string_agg(concat_ws(' ', detail ->> 'application', process_id), ', '"
                + " ORDER BY state_seq) FROM machine_transitions WHERE machine_id = '%s'"
                    .formatted(machine)));
    assertEquals("unknown running", database.value(OUTCOMES));
  }

  /**
   * A late completion of one process ended another. The functions, which old programs called
   * already, refuse it; what a program without any guard does is never called a completion.
   */
  @Test
  void legacy3ALateCompletionEndsNoOtherRunOrIsNotTakenForItsCompletion() throws Exception {
    apply(database, CUTOVER);
    new PlanRunner(database.dataSource()).apply(Plan.load("functions"), null);
    UUID machine = UUID.fromString(rows.machine("RT-001", "id"));
    try (OldProgram old = new OldProgram(database.connect(), "recipe_flow")) {
      old.writeTwice(machine, "processing", UUID.fromString(PROCESS));
      old.writeTwice(machine, "processing", UUID.fromString(OTHER));
      assertEquals(
          "machine RT-001 runs process "
              + OTHER
              + ", not "
              + PROCESS
              + ": a late call changes no other run",
          database.value(
              "SELECT atomic_complete_machine_state('%s', '%s') ->> 'error'"
                  .formatted(machine, PROCESS)));
      assertEquals("processing " + OTHER, rows.machine("RT-001", "status, current_process_id"));
      old.writeTwice(machine, "idle", null);
    }
    assertEquals("unknown unknown", database.value(OUTCOMES));
  }

  /** A run that failed had a command that was "completed": the history goes by the machine. */
  @Test
  void legacy5ARunThatFailedHasFailedWhateverItsCommandSays() throws Exception {
    apply(database, CUTOVER);
    UUID machine = UUID.fromString(rows.machine("RT-001", "id"));
    try (OldProgram old = new OldProgram(database.connect(), "executor")) {
      old.send(
          "INSERT INTO recipe_commands (type, machine_id) VALUES ('start_recipe', '%s')"
              .formatted(machine));
      old.writeTwice(machine, "processing", UUID.fromString(PROCESS));
      old.writeTwice(machine, "error", null);
      old.send(
          "UPDATE recipe_commands SET status = 'completed' WHERE machine_id = '%s'"
              .formatted(machine));
    }
    assertEquals("failed", database.value(OUTCOMES));
  }

  /** The error path wrote twice, the second time without clearing the process. */
  @Test
  void legacy4TheErrorPathLeavesNoStaleProcessOnceTheMachineIsIdle() throws Exception {
    apply(database, CUTOVER);
    database.execute(
        "UPDATE machines SET status = 'processing', current_process_id = '%s' WHERE serial_number = 'RT-001'"
            .formatted(PROCESS));
    database.execute("UPDATE machines SET status = 'error' WHERE serial_number = 'RT-001'");
    database.execute("UPDATE machines SET status = 'idle' WHERE serial_number = 'RT-001'");
    assertEquals("idle f", rows.machine("RT-001", "status, current_process_id, is_failure_mode"));
    assertEquals("t", rows.machine("RT-001", "state_since > now() - interval '1 minute'"));
    assertEquals("failed", database.value("SELECT outcome FROM process_runs"));
  }

  /** MACHINE-001 sat in error for ever: nobody could take it out of both tables. */
  @Test
  void legacy6OneUpdateTakesAMachineOutOfError() throws Exception {
    apply(database, CUTOVER);
    rows.write(
        "MACHINE-001",
        "idle', is_failure_mode = false, failure_component = null, failure_description = '");
    assertEquals("idle f", rows.stateOf("MACHINE-001", "current_state, is_failure_mode"));
  }

  /** A fallback wrote a column that no longer existed: ours exist until the old way ends. */
  @Test
  void legacy13EveryColumnOfTheOldTablesCanBeWrittenUntilTheCleaningUp() throws Exception {
    for (String phase : new String[] {NORMALISE, COLUMNS, COPY, CUTOVER}) {
      apply(database, phase);
      database.execute(
          "UPDATE machines SET lab_name = lab_name, machine_model = 'M', status = status,"
              + " current_process_id = current_process_id, updated_at = now(), is_active = true,"
              + " is_virtual = is_virtual, virtual_config = '{}'");
      database.execute(
          "UPDATE machine_state SET current_state = upper(current_state), process_id = process_id,"
              + " state_since = state_since, is_failure_mode = is_failure_mode,"
              + " failure_component = failure_component, failure_description = failure_description,"
              + " updated_at = now()");
    }
  }

  /** A parameter command that failed was to be tried again: such commands go on as they did. */
  @Test
  void legacy14CommandsThatMillwrightDoesNotKnowAreLeftAlone() throws Exception {
    database.execute(
        "INSERT INTO recipe_commands (type) VALUES ('Set_Parameter'), ('START_RECIPE')");
    apply(database, null);
    database.execute(
        "INSERT INTO recipe_commands (type, status) VALUES ('set_parameter', 'Failed');"
            + " UPDATE recipe_commands SET status = 'failed' WHERE type = 'Set_Parameter'");
    assertEquals(
        "Set_Parameter failed, set_parameter Failed, start_recipe error, start_recipe pending",
        database.value(
            "SELECT string_agg(type || ' ' || status, ', ' ORDER BY (type || ' ' || status) COLLATE \"C\")"
                + " FROM recipe_commands"));
    // Whoever will never go back drops what is there for it.
    database.execute("DROP TABLE consolidation_undo, consolidation_words, consolidation_left");
    assertEquals(List.of(), OldInstallation.runner(database).verify(Plan.load("schema")));
  }
}
