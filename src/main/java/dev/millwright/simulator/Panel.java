package dev.millwright.simulator;

import dev.millwright.simulator.behaviour.Appearance;
import dev.millwright.simulator.behaviour.Controls;
import dev.millwright.simulator.behaviour.VirtualMachine;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Takes what is written to a machine of the plant over its wire, and remembers it. Safe for use by
 * several threads.
 */
final class Panel {

  /** Older ones are forgotten. */
  private static final int MOST_REMEMBERED = 1_000;

  /**
   * What somebody wrote.
   *
   * @param tag one of {@link Controls#TAGS}, or what was taken for one
   * @param value as it came
   * @param refusal null when the machine took it
   */
  record Entry(String tag, Object value, Controls.Refusal refusal) {}

  private final VirtualMachine machine;
  private final Controls controls;
  private final Object stepping;
  private final Supplier<Instant> clock;
  private final Consumer<Appearance> shown;
  private final Deque<Entry> entries = new ArrayDeque<>();

  /**
   * @param stepping held while the machine does something
   * @param shown takes what the machine does because of it
   */
  Panel(
      VirtualMachine machine,
      Object stepping,
      Supplier<Instant> clock,
      Consumer<Appearance> shown) {
    this.machine = machine;
    this.controls = new Controls(machine);
    this.stepping = stepping;
    this.clock = clock;
    this.shown = shown;
  }

  /** Null when the machine took it. */
  Controls.Refusal write(String tag, Object value) {
    synchronized (stepping) {
      Appearance before = machine.appearance();
      Controls.Refusal refusal = controls.write(tag, value, clock.get());
      if (entries.size() == MOST_REMEMBERED) {
        entries.remove();
      }
      entries.add(new Entry(tag, value, refusal));
      if (!machine.appearance().equals(before)) {
        shown.accept(machine.appearance());
      }
      return refusal;
    }
  }

  /** What was written, oldest first. */
  List<Entry> entries() {
    synchronized (stepping) {
      return List.copyOf(entries);
    }
  }

  String recipe() {
    synchronized (stepping) {
      return controls.recipe();
    }
  }

  /** Whether a bit that keeps what is written is set. */
  boolean isOn(String tag) {
    synchronized (stepping) {
      return controls.isOn(tag);
    }
  }
}
