package dev.millwright.runtime;

import java.util.Map;

/** How a machine is made to do something. */
public sealed interface Control {

  /**
   * It runs its own recipes: the table {@code [commands]} of its file.
   *
   * @param commands what it can be told, and how
   */
  record Own(Map<Command.Kind, CommandSettings> commands) implements Control {
    public Own {
      commands = Map.copyOf(commands);
    }
  }
}
