package dev.millwright.config;

import dev.millwright.runtime.HandshakeSettings;
import dev.millwright.settings.Access;
import dev.millwright.settings.ValueKind;
import java.util.Map;
import java.util.Set;

/**
 * Judges a machine's table {@code [handshake]}: the trigger can be seen, and the reply be written,
 * to nothing that means something else, and as what the trigger shows.
 */
final class HandshakeCheck {

  private static final ValueKind UNKNOWN = new ValueKind(null, null, null, null);

  private final Report report;
  private final TagNames names;

  HandshakeCheck(Report report) {
    this.report = report;
    this.names = new TagNames(report);
  }

  /**
   * Of a machine whose file describes its tags.
   *
   * @param unseen the tags that are only written
   */
  void described(MachineSettings machine, Node.Table table, Set<String> unseen) {
    Map<String, Record> tags = machine.tags();
    String trigger = machine.handshake().trigger();
    String reply = machine.handshake().reply();
    Place place = table.placeOf("reply");
    names.described(table.placeOf("trigger"), "trigger", trigger, tags.keySet());
    names.described(place, "reply", reply, tags.keySet());
    names.seen(table.placeOf("trigger"), "trigger", trigger, unseen);
    String named = "reply: tag \"" + reply + "\"";
    if (tags.get(reply) instanceof Access.Stated its && !its.access().writes()) {
      report.mistake(place, named + " is only read, never written");
    } else if (machine.lifecycle().tags().contains(reply)) {
      report.mistake(place, named + " already means something in [lifecycle]");
    } else {
      kinds(place, named, trigger, kind(tags.get(trigger)), kind(tags.get(reply)));
    }
  }

  private void kinds(Place place, String named, String trigger, ValueKind shows, ValueKind takes) {
    if (takes.isPulse()) {
      report.mistake(
          place,
          named
              + " can only be written as true, so it could not be taken back: give its write a"
              + " {value}");
    } else if (!takes.isLike(shows)) {
      report.mistake(
          place,
          named
              + " takes "
              + takes.words()
              + ", and is set to what tag \""
              + trigger
              + "\" shows, "
              + shows.words()
              + "; both have to be of one kind");
    }
  }

  private static ValueKind kind(Record tag) {
    return tag instanceof ValueKind.Stated its ? its.kind() : UNKNOWN;
  }

  /** Of a machine that brings its own tags. */
  void brought(HandshakeSettings handshake, Node.Table table, Protocol.Preset preset) {
    known(
        table.placeOf("trigger"),
        "trigger: the machine does not show",
        handshake.trigger(),
        preset.tags());
    known(
        table.placeOf("reply"),
        "reply: the machine does not take",
        handshake.reply(),
        preset.writable());
  }

  private void known(Place place, String complaint, String tag, Set<String> known) {
    if (!known.contains(tag)) {
      report.mistake(place, complaint + " \"" + tag + "\"" + Spelling.hint(tag, known, Set.of()));
    }
  }
}
