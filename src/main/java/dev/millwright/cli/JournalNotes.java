package dev.millwright.cli;

import com.google.gson.JsonObject;
import dev.millwright.journal.DriveRecord;
import dev.millwright.journal.Taken;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a journal keeps beside transitions: the commands that were taken, and what stepped machines
 * show.
 *
 * @param commands those whose end the database does not know yet
 * @param drives what each stepped machine shows
 */
record JournalNotes(List<Taken> commands, List<DriveRecord> drives) {

  /** Those of one machine; null for all. */
  JournalNotes of(String machine) {
    return machine == null
        ? this
        : new JournalNotes(
            commands.stream().filter(taken -> taken.machine().equals(machine)).toList(),
            drives.stream().filter(drive -> drive.machine().equals(machine)).toList());
  }

  boolean isEmpty() {
    return commands.isEmpty() && drives.isEmpty();
  }

  /** For people, after a blank line each; nothing where there is none. */
  void tables(PrintWriter out) {
    Table taken = new Table("COMMAND", "MACHINE", "STATE");
    commands.forEach(command -> taken.add(command.id(), command.machine(), state(command)));
    Table shown = new Table("STEPPED", "SHOWS", "SINCE", "RUNS", "RECIPE", "STEP", "NOTE");
    for (DriveRecord drive : drives) {
      String unsafe = drive.safe() ? null : "the safe state is not known to be written";
      shown.add(
          drive.machine(),
          drive.shown().name().toLowerCase(Locale.ROOT),
          Times.local(drive.since()),
          drive.runs(),
          drive.recipe(),
          drive.step(),
          drive.fault() == null ? unsafe : drive.fault());
    }
    if (!commands.isEmpty()) {
      out.println();
      taken.lines(Terminal.width()).forEach(out::println);
    }
    if (!drives.isEmpty()) {
      out.println();
      shown.lines(Terminal.width()).forEach(out::println);
    }
  }

  private static String state(Taken command) {
    Taken.End end = command.end();
    if (end == null) {
      return "taken; how it ended is not known";
    }
    return (end.completed() ? "completed" : "failed: " + end.message()) + "; not written yet";
  }

  /** For programs, one object a line. */
  void json(PrintWriter out) {
    for (Taken command : commands) {
      Taken.End end = command.end();
      JsonObject json = new JsonObject();
      json.addProperty("command", command.id().toString());
      json.addProperty("serial_number", command.machine());
      json.addProperty("claimed_by", command.claim().toString());
      json.addProperty("completed", end == null ? null : end.completed());
      json.addProperty("error_message", end == null ? null : end.message());
      json.addProperty("process_id", end == null ? null : Objects.toString(end.process(), null));
      out.println(Json.of(json));
    }
    for (DriveRecord drive : drives) {
      JsonObject json = new JsonObject();
      json.addProperty("stepped", drive.machine());
      json.addProperty("shows", drive.shown().name().toLowerCase(Locale.ROOT));
      json.addProperty("since", drive.since().toString());
      json.addProperty("runs", drive.runs());
      json.addProperty("safe", drive.safe());
      json.addProperty("recipe", drive.recipe());
      json.addProperty("parameters", drive.parameters());
      json.addProperty("batch_id", drive.batch());
      json.addProperty("step", drive.step());
      json.addProperty("fault", drive.fault());
      out.println(Json.of(json));
    }
  }
}
