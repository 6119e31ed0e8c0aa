package dev.millwright.config;

import dev.millwright.settings.ValueKind;

/**
 * Judges a machine's table {@code [handshake]}: the trigger can be seen, and the reply be written,
 * to nothing that means something else, and as what the trigger shows.
 */
final class HandshakeCheck {

  private static final ValueKind UNKNOWN = new ValueKind(null, null, null, null);

  private final Report report;
  private final TagUse tags;

  HandshakeCheck(Report report, TagUse tags) {
    this.report = report;
    this.tags = tags;
  }

  void check(MachineSettings machine, Node.Table table) {
    String trigger = machine.handshake().trigger();
    String reply = machine.handshake().reply();
    Node node = table.entries().get("reply");
    boolean seen = tags.isReadable(table.entries().get("trigger"), "trigger", trigger);
    boolean taken = tags.isWritable(node, "reply", reply);
    String named = "reply: tag \"" + reply + "\"";
    if (taken && machine.lifecycle().tags().contains(reply)) {
      report.mistake(node.place(), named + " already means something in [lifecycle]");
    } else if (taken && seen) {
      kinds(
          node.place(),
          named,
          trigger,
          kind(machine.tags().get(trigger)),
          kind(machine.tags().get(reply)));
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
}
