package dev.millwright.consolidation;

import java.util.List;

/**
 * A recipe of an old installation.
 *
 * @param id of table recipes
 * @param name as it stands there; null where there is none
 * @param steps in order; not to be used where something is refused
 * @param refused what the old system made up for it, or passed over: each with its row; empty when
 *     the recipe can be taken over
 * @param notes what the tables say of it that no step uses
 */
public record OldRecipe(
    String id, String name, List<OldStep> steps, List<String> refused, List<String> notes) {

  public OldRecipe {
    steps = List.copyOf(steps);
    refused = List.copyOf(refused);
    notes = List.copyOf(notes);
  }
}
