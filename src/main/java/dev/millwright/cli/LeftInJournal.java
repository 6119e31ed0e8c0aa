package dev.millwright.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.millwright.config.Configuration;
import dev.millwright.journal.Backlog;
import dev.millwright.journal.JournalException;
import dev.millwright.journal.JournalSettings;
import dev.millwright.journal.Known;
import dev.millwright.journal.Peek;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a daemon that is gone has left of one machine in its journal, which is looked at for a
 * moment, and never changed.
 *
 * @param known what it knew last; null for nothing
 * @param backlog what waits; null where there is no journal, or it cannot be looked at
 * @param trouble why it cannot be; null when it can, or when nobody knows where it is
 */
record LeftInJournal(String machine, Known known, Backlog backlog, String trouble) {

  /** Looks. */
  static LeftInJournal of(String machine, ConfigOption config, PrintWriter err) {
    try {
      Configuration main = config.loadMainIfAny(err);
      Peek peek = main == null ? null : Peek.at(main.section(JournalSettings.class), Instant.now());
      return peek == null
          ? new LeftInJournal(machine, null, null, null)
          : new LeftInJournal(
              machine,
              peek.known().get(machine),
              peek.backlogs().getOrDefault(machine, Backlog.NONE),
              null);
    } catch (JournalException e) {
      return new LeftInJournal(machine, null, null, e.getMessage());
    } catch (Exception e) {
      // Without a configuration nobody knows where it is; that was said before.
      return new LeftInJournal(machine, null, null, null);
    }
  }

  /** One string for each line; none where there is nothing to say. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (trouble != null) {
      lines.add("The journal cannot be looked at: " + trouble);
    }
    if (known != null) {
      lines.add(
          "The journal knew it last as "
              + known.state().status().word()
              + ", state_seq "
              + known.state().seq()
              + (known.memory().lastContact() == null
                  ? ""
                  : ", last contact " + Times.local(known.memory().lastContact())));
    }
    if (backlog != null) {
      lines.add(
          "In the journal wait "
              + backlog.waiting()
              + " of its transitions, and "
              + backlog.quarantined()
              + " are refused: millwright journal list --machine "
              + machine);
    }
    return lines;
  }

  /** The same for programs; JSON's null where there is nothing to say. */
  JsonElement json() {
    if (backlog == null && trouble == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("status", known == null ? null : known.state().status().word());
    json.addProperty("state_seq", known == null ? null : known.state().seq());
    Instant contact = known == null ? null : known.memory().lastContact();
    json.addProperty("last_contact", contact == null ? null : contact.toString());
    json.addProperty("pending", backlog == null ? null : backlog.waiting());
    json.addProperty("quarantined", backlog == null ? null : backlog.quarantined());
    json.addProperty("trouble", trouble);
    return json;
  }
}
