package dev.millwright.runtime;

import dev.millwright.recipe.TagKind;
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

  /**
   * It is stepped through recipes: the table {@code [drive]} of its file.
   *
   * @param settings how
   * @param tags what is known of each of its tags, by name
   */
  record Driven(DriveSettings settings, Map<String, TagKind> tags) implements Control {
    public Driven {
      tags = Map.copyOf(tags);
    }
  }
}
