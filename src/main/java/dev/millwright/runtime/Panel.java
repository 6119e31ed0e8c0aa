package dev.millwright.runtime;

import dev.millwright.device.Observation;
import dev.millwright.device.Quality;
import dev.millwright.device.TagValue;
import dev.millwright.device.TagWrite;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;

/**
 * The machine's own buttons. One is pressed when its tag comes to its value, having been seen at
 * another one before: what is found pressed at the start, or after a gap, starts nothing.
 */
final class Panel {

  private final Map<Command.Kind, TagWrite> buttons;
  private final Commandable machine;
  private final Complaints complaints;

  /** Whether each was seen released last. */
  private final Map<Command.Kind, Boolean> released = new EnumMap<>(Command.Kind.class);

  /**
   * @param buttons tag and pressed value of each
   * @param machine what they command
   */
  Panel(Map<Command.Kind, TagWrite> buttons, Commandable machine, String name, TimeSource time) {
    this.buttons = buttons;
    this.machine = machine;
    this.complaints = new Complaints(name, time, true);
  }

  /** Takes what the machine shows. From one thread. */
  void see(Observation seen) {
    buttons.forEach(
        (kind, button) -> {
          TagValue shown = seen.values().get(button.tag());
          boolean good = shown != null && shown.quality() == Quality.GOOD;
          boolean pressed = good && shown.text().equals(TagValue.good(button.value(), null).text());
          if (pressed && released.getOrDefault(kind, false)) {
            press(kind);
          }
          released.put(kind, good && !pressed);
        });
  }

  private void press(Command.Kind kind) {
    machine.command(
        new Command(
            UUID.randomUUID(),
            kind,
            null,
            null,
            Map.of(),
            null,
            new Command.Origin(Command.Source.PANEL, null, null)),
        result -> {
          if (!result.completed()) {
            complaints.note("panel: " + kind + ": " + result.message());
          }
        });
  }
}
