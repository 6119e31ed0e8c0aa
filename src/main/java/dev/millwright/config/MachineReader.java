package dev.millwright.config;

import dev.millwright.runtime.Control;
import dev.millwright.runtime.DriveFace;
import dev.millwright.runtime.HandshakeSettings;
import dev.millwright.runtime.LifecycleSettings;
import dev.millwright.settings.BrokenRules;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what one machine's file says; what concerns several files is {@link CrossChecks}'. */
final class MachineReader {

  private static final String LIFECYCLE = "lifecycle";
  private static final String TAGS = "tags";
  private static final String HANDSHAKE = "handshake";
  private static final List<String> CONTROLS =
      List.of(CommandTables.COMMANDS, DriveTable.DRIVE, DriveTable.PANEL);

  private final Map<String, Protocol<?, ?>> protocols;

  /** The names of the protocols' tables. */
  private final Set<String> own;

  private final Binder binder;
  private final Report report;
  private final CommandTables commandTables;
  private final DriveTable driveTable;

  MachineReader(Registry registry, Binder binder, Report report) {
    this.protocols = registry.protocolsByName();
    this.own = protocols.values().stream().map(Protocol::table).collect(Collectors.toSet());
    this.binder = binder;
    this.report = report;
    this.commandTables = new CommandTables(binder, report);
    this.driveTable = new DriveTable(binder, report);
  }

  /**
   * Reads one machine.
   *
   * @return null when there was a mistake
   */
  MachineSettings read(Node.Table table) {
    Set<String> tables = new HashSet<>(own);
    tables.add(TAGS);
    tables.add(LIFECYCLE);
    tables.add(HANDSHAKE);
    tables.add(CommandTables.COMMANDS);
    tables.add(DriveTable.DRIVE);
    tables.add(DriveTable.PANEL);
    MachineFile file = binder.record(table, MachineFile.class, tables);
    Protocol<?, ?> protocol = protocol(table);
    if (protocol == null) {
      // The tables cannot be judged without it, but the lifecycle is the same for all.
      if (table.entries().containsKey(LIFECYCLE)) {
        binder.recordAt(table, LIFECYCLE, LifecycleSettings.class);
      }
      return null;
    }
    strayTables(table, protocol);
    Record link = binder.recordAt(table, protocol.table(), protocol.settings());
    Protocol.Preset preset = protocol.preset();
    Map<String, Record> tags =
        preset == null ? tags(table, protocol) : new LinkedHashMap<>(preset.tags());
    TagUse use = use(table, tags, preset != null);
    boolean driven = table.entries().containsKey(DriveTable.DRIVE);
    LifecycleSettings lifecycle =
        driven
            ? DriveFace.lifecycle()
            : preset == null ? lifecycle(table, use) : preset.lifecycle();
    HandshakeSettings handshake = handshake(table);
    boolean slip = handshake == null && table.entries().containsKey(HANDSHAKE);
    Control control = tags == null ? null : control(table, use);
    slip |= control == null && CONTROLS.stream().anyMatch(table.entries()::containsKey);
    if (file == null || link == null || tags == null || lifecycle == null || slip) {
      return null;
    }
    MachineSettings machine =
        new MachineSettings(
            table.place().file(),
            file.serialNumber(),
            file.protocol(),
            file.staleAfter(),
            file.register(),
            file.acceptUncertain(),
            file.trace(),
            link,
            tags,
            lifecycle,
            handshake,
            control);
    if (handshake != null && table.entries().get(HANDSHAKE) instanceof Node.Table written) {
      new HandshakeCheck(report, use).check(machine, written);
    }
    boolean suits = new ControlChecks(report).check(table, machine);
    return check(table, protocol, machine) && suits ? machine : null;
  }

  private Control control(Node.Table table, TagUse known) {
    Node commands = table.entries().get(CommandTables.COMMANDS);
    Node drive = table.entries().get(DriveTable.DRIVE);
    Node panel = table.entries().get(DriveTable.PANEL);
    if (drive == null) {
      if (panel != null) {
        report.mistake(panel.place(), "table [panel] belongs to a machine with a table [drive]");
        return null;
      }
      return commands == null ? null : commandTables.read(commands, known);
    }
    boolean alone = true;
    for (String other : List.of(CommandTables.COMMANDS, LIFECYCLE, HANDSHAKE)) {
      if (table.entries().containsKey(other)) {
        alone = false;
        report.mistake(
            table.placeOf(other),
            "table ["
                + other
                + "] does not go with [drive]: a machine that is stepped through recipes shows what"
                + " its drive says");
      }
    }
    Control driven = driveTable.read(drive, panel, known);
    return alone ? driven : null;
  }

  /**
   * How the file may use the tags.
   *
   * @param bound null where there is a mistake in one of them
   */
  private TagUse use(Node.Table table, Map<String, Record> bound, boolean brought) {
    Map<String, Record> tags = bound == null ? Map.of() : bound;
    Set<String> names =
        !brought && table.entries().get(TAGS) instanceof Node.Table written
            ? written.entries().keySet()
            : tags.keySet();
    return new TagUse(report, names, tags, brought);
  }

  /** Asks the protocol whether the parts go together; its complaint is about one of its keys. */
  private boolean check(Node.Table table, Protocol<?, ?> protocol, MachineSettings machine) {
    try {
      protocol.check().accept(machine);
      return true;
    } catch (IllegalArgumentException e) {
      for (String line : BrokenRules.of(e)) {
        String[] path = line.substring(0, Math.max(0, line.indexOf(": "))).split("\\.", -1);
        boolean common = table.entries().containsKey(path[0]);
        report.mistake(
            common || !(table.entries().get(protocol.table()) instanceof Node.Table its)
                ? table.placeOf(path)
                : its.placeOf(path),
            line);
      }
      return false;
    }
  }

  private Protocol<?, ?> protocol(Node.Table table) {
    String name = table.text("protocol");
    if (name == null || protocols.containsKey(name)) {
      return protocols.get(name);
    }
    report.mistake(
        table.placeOf("protocol"),
        "protocol: "
            + Node.Scalar.quoted(name)
            + " is not a protocol"
            + Spelling.hint(name, protocols.keySet(), Set.of()));
    return null;
  }

  private void strayTables(Node.Table table, Protocol<?, ?> protocol) {
    Set<String> stray = new HashSet<>(own);
    if (protocol.preset() != null) {
      stray.add(TAGS);
      stray.add(LIFECYCLE);
    }
    stray.remove(protocol.table());
    stray.retainAll(table.entries().keySet());
    for (String key : stray) {
      report.mistake(
          table.placeOf(key),
          "table [%s] does not belong to protocol \"%s\"".formatted(key, protocol.name()));
    }
  }

  private Map<String, Record> tags(Node.Table table, Protocol<?, ?> protocol) {
    Node node = table.entries().get(TAGS);
    if (node == null) {
      if (!binder.misspelt(table, TAGS)) {
        report.missing(
            table.place(), "there are no tags; describe each in a table [tags.NAME] of its own");
      }
      return null;
    }
    Map<String, ? extends Record> tags = binder.map(node, TAGS, protocol.tag());
    return tags == null ? null : new LinkedHashMap<>(tags);
  }

  private LifecycleSettings lifecycle(Node.Table table, TagUse use) {
    LifecycleSettings lifecycle = binder.recordAt(table, LIFECYCLE, LifecycleSettings.class);
    if (lifecycle != null && table.entries().get(TAGS) instanceof Node.Table tags) {
      compare(lifecycle, table, tags, use);
    }
    return lifecycle;
  }

  /** Every tag that means something is described, and every described tag means something. */
  private void compare(LifecycleSettings lifecycle, Node.Table file, Node.Table tags, TagUse use) {
    Node.Table written = (Node.Table) file.entries().get(LIFECYCLE);
    Map<String, String> used = new LinkedHashMap<>();
    used.put("recipe", lifecycle.recipe());
    used.put("batch", lifecycle.batch());
    used.put("fault", lifecycle.fault());
    used.put("component", lifecycle.component());
    used.put("counter", lifecycle.counter());
    used.values().removeIf(Objects::isNull);
    used.forEach((key, tag) -> use.isReadable(written.entries().get(key), key, tag));
    if (written.entries().get("state") instanceof Node.Table state) {
      use.isReadable(state.entries().get("tag"), "state.tag", lifecycle.state().tag());
    }
    Set<String> others = new HashSet<>(texts(file.entries().get(HANDSHAKE)));
    others.addAll(CommandTables.tags(file.entries().get(CommandTables.COMMANDS)));
    for (String tag : tags.entries().keySet()) {
      if (!lifecycle.tags().contains(tag) && use.isRead(tag) && !others.contains(tag)) {
        report.warning(tags.placeOf(tag), "tag \"" + tag + "\" is not used by [lifecycle]");
      }
    }
  }

  /** Null where there is none, or where it has a mistake. */
  private HandshakeSettings handshake(Node.Table table) {
    return table.entries().containsKey(HANDSHAKE)
        ? binder.recordAt(table, HANDSHAKE, HandshakeSettings.class)
        : null;
  }

  /** The tags that a table names. */
  private static Set<String> texts(Node node) {
    return node instanceof Node.Table table
        ? table.entries().keySet().stream().map(table::text).collect(Collectors.toSet())
        : Set.of();
  }
}
