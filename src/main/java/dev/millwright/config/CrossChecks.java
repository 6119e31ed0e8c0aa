package dev.millwright.config;

import java.util.HashMap;
import java.util.Map;

/** What no machine file can tell by itself: whether it and the others fit together. */
final class CrossChecks {

  private final Map<String, Protocol<?, ?>> protocols;
  private final Report report;
  private final Map<String, Place> serialNumbers = new HashMap<>();
  private final Map<Object, User> lines = new HashMap<>();
  private final Map<Object, Place> stateAddresses = new HashMap<>();

  /** The first machine on a line. */
  private record User(Place place, Object how) {}

  private record Address(Object where, Object whom, Record tag) {}

  CrossChecks(Registry registry, Report report) {
    this.protocols = registry.protocolsByName();
    this.report = report;
  }

  /**
   * Takes the next machine, in the order of the files.
   *
   * @param settings null when the file has mistakes of its own
   */
  void add(Node.Table table, MachineSettings settings) {
    String serialNumber = table.text("serial_number");
    if (serialNumber != null) {
      Place place = table.placeOf("serial_number");
      Place first = serialNumbers.putIfAbsent(serialNumber, place);
      if (first != null) {
        report.mistake(
            place,
            "serial_number: %s is taken by %s; each machine has one file"
                .formatted(Node.Scalar.quoted(serialNumber), first.inWords()));
      }
    }
    if (settings != null) {
      line(table, settings, protocols.get(settings.protocol()));
    }
  }

  private <S extends Record> void line(
      Node.Table table, MachineSettings settings, Protocol<S, ?> protocol) {
    Protocol.Line line = protocol.line().apply(settings.link(protocol.settings()));
    if (line == null) {
      return;
    }
    Place place = table.placeOf(protocol.table());
    User first = lines.putIfAbsent(line.where(), new User(place, line.how()));
    if (first != null && !first.how().equals(line.how())) {
      report.mistake(
          place,
          "%s is used by %s as well, with other settings: there %s, here %s"
              .formatted(line.where(), first.place().inWords(), first.how(), line.how()));
    }
    // A copied file whose serial number was changed, and nothing else: two rows, one machine.
    Record state = settings.tags().get(settings.lifecycle().state().tag());
    Place tag =
        table.entries().get("tags") instanceof Node.Table tags
            ? tags.placeOf(settings.lifecycle().state().tag())
            : place;
    Place same = stateAddresses.putIfAbsent(new Address(line.where(), line.whom(), state), tag);
    if (state != null && same != null) {
      report.mistake(
          tag,
          "the state is read at the same address as in %s; two machines cannot be there"
              .formatted(same.inWords()));
    }
  }
}
